/* rung-server: read the settings, open what they name, serve, close in the
 * opposite order. */
#include "command/acl_rules.h"
#include "core/core.h"
#include "io/model.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OTHER_FILES = 32 /* descriptors that are not clients */ };

static const char usage[] =
    "Usage: rung-server [FILE | -] [--SETTING VALUE ...] ...\n"
    "\n"
    "FILE has a setting and its value on each line, as redis.conf; - reads it\n"
    "from standard input. Settings on the command line come last and win:\n"
    "\n"
    "  --port N             TCP port (6379); 0: none\n"
    "  --bind ADDRESS ...   addresses to listen on (127.0.0.1 -::1)\n"
    "  --unixsocket PATH    a Unix domain socket; --unixsocketperm 700\n"
    "  --databases N        for SELECT (16)\n"
    "  --maxclients N       more are turned away (10000)\n"
    "  --timeout SECONDS    after which a silent client is cut off (0: never)\n"
    "  --requirepass TEXT   what AUTH must say\n"
    "  --maxmemory BYTES    100mb, 2gb ...; 0: no limit (0)\n"
    "  --maxmemory-policy P what goes then: allkeys-lru, volatile-ttl ...\n"
    "  --tcp-backlog N      connections that may wait to be accepted (511)\n"
    "  --loglevel LEVEL     debug, verbose, notice, warning or nothing\n"
    "  --logfile PATH       instead of standard output\n"
    "  --io MODEL           how to wait for clients; --io help lists the ways\n"
    "  --io-threads N       for --io epoll (1)\n"
    "\n"
    "  --help, --version\n";

__attribute__((format(printf, 1, 2)))
static _Noreturn void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("rung-server: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
    va_end(args);
    exit(1);
}

/* Signal handlers see nothing but globals. */
static int stop_pipe[2];

static void stop(void)
{
    int error = errno;
    while (write(stop_pipe[1], "", 1) < 0 && errno == EINTR)
        ;
    errno = error;
}

static void stop_on_signal(int signal)
{
    (void)signal;
    stop();
}

/* SIGINT and SIGTERM make the pipe's end readable (the "self-pipe trick",
 * D. J. Bernstein): unlike a flag, it cannot be missed between looking and
 * waiting. SIGPIPE is ignored: write() tells that a peer has gone. */
static bool catch_signals(void)
{
    if (pipe(stop_pipe) != 0 ||
        fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK) != 0)
        return false;
    struct sigaction ask = {.sa_handler = stop_on_signal,
                            .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    return sigaction(SIGINT, &ask, NULL) == 0 &&
           sigaction(SIGTERM, &ask, NULL) == 0 &&
           sigaction(SIGPIPE, &ignore, NULL) == 0;
}

static void read_settings(struct config *config, int argc, char **argv)
{
    struct config_error error;
    int first = 1;
    if (!config_open(config))
        die("%s", "out of memory");
    if (argc > 1 && strncmp(argv[1], "--", 2) != 0) {
        if (!config_read_file(config, argv[1], &error))
            die("%s", error.text);
        first = 2;
    }
    if (!config_read_arguments(config, argc - first, argv + first, &error))
        die("%s; rung-server --help lists the settings", error.text);
}

static void open_log(struct core *core)
{
    struct buf path = config_text(&core->config, SETTING_LOGFILE);
    long long level = config_number(&core->config, SETTING_LOGLEVEL);
    buf_append(&path, "", 1);
    if (path.failed)
        die("%s", "out of memory");
    if (!log_open(&core->log, path.data, (enum log_level)level))
        die("cannot open the log file %s: %s", path.data, strerror(errno));
    buf_free(&path);
}

/* Each client is a descriptor, and each one that waits for others two more, for
 * its bell: ask for as many as maxclients may need. If there are too few for
 * the clients alone, lower maxclients to what there is, as Redis does. */
static void reserve_descriptors(struct core *core)
{
    rlim_t clients = (rlim_t)config_number(&core->config, SETTING_MAXCLIENTS);
    rlim_t wanted = OTHER_FILES + 3 * clients;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= OTHER_FILES + clients)
        return;
    if (limit.rlim_cur <= OTHER_FILES)
        die("%s", "too few open files are allowed: see ulimit -n");
    long long most = (long long)(limit.rlim_cur - OTHER_FILES);
    log_write(&core->log, LOG_WARNING,
              "maxclients lowered to %lld: only %llu open files are allowed "
              "(ulimit -n)", most, (unsigned long long)limit.rlim_cur);
    atomic_store(&core->config.number[SETTING_MAXCLIENTS], most);
}

static void announce(struct core *core)
{
    struct buf bind = config_text(&core->config, SETTING_BIND);
    struct buf path = config_text(&core->config, SETTING_UNIXSOCKET);
    long long port = config_number(&core->config, SETTING_PORT);
    if (port != 0)
        log_write(&core->log, LOG_NOTICE, "Listening on port %lld of %.*s",
                  port, (int)buf_len(&bind), buf_slice(&bind).data);
    if (buf_len(&path) > 0)
        log_write(&core->log, LOG_NOTICE, "Listening on %.*s",
                  (int)buf_len(&path), buf_slice(&path).data);
    log_write(&core->log, LOG_NOTICE,
              "rung " RUNG_VERSION " is ready: io %s, process %d",
              core->io_model, (int)getpid());
    buf_free(&bind);
    buf_free(&path);
}

static int list_models(void)
{
    for (size_t i = 0; io_model_at(i) != NULL; i++)
        printf("%-12s%s\n", io_model_at(i)->name, io_model_at(i)->about);
    return fflush(stdout) != 0;
}

/* Of the words that the setting may be, this build may lack one. */
static const struct io_model *choose_model(struct config *config)
{
    struct buf name = config_text(config, SETTING_IO);
    buf_append(&name, "", 1);
    if (name.failed)
        die("%s", "out of memory");
    const struct io_model *model = io_model_find(name.data);
    if (model == NULL || model->serve == NULL)
        die("this server was built without --io %s; --io help lists what it "
            "has", name.data);
    buf_free(&name);
    return model;
}

/* Where the kernel refuses a model, the server serves all the same: its clients
 * cannot tell the difference. Who looks is told the truth. */
static const struct io_model *do_with(struct core *core,
                                      const struct io_model *model)
{
    const struct slice epoll = SLICE("epoll");
    struct config_error error;
    const char *why = model->refused != NULL ? model->refused() : NULL;
    if (why == NULL)
        return model;
    log_write(&core->log, LOG_WARNING,
              "The kernel refuses --io %s: %s. Serving with --io epoll instead",
              model->name, why);
    config_set(&core->config, CONFIG_START, SLICE("io"), &epoll, 1, &error);
    return &io_epoll;
}

int main(int argc, char **argv)
{
    static struct core core;
    struct listeners listeners;
    struct config_error error;
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("rung-server " RUNG_VERSION) < 0;
    if (argc == 3 && strcmp(argv[1], "--io") == 0 &&
        strcmp(argv[2], "help") == 0)
        return list_models();
    read_settings(&core.config, argc, argv);
    open_log(&core);
    reserve_descriptors(&core);
    if (!catch_signals())
        die("cannot catch signals: %s", strerror(errno));
    if (!listeners_open(&listeners, &core.config, &error))
        die("%s", error.text);
    const struct io_model *model = do_with(&core, choose_model(&core.config));
    core.io_model = model->name;
    core.stop = stop;
    if (!core_open(&core))
        die("cannot start: %s", strerror(errno));
    if (!acl_load(&core, &error))
        die("%s", error.text);
    announce(&core);
    bool served = model->serve(&core, &listeners, stop_pipe[0]);
    if (!served)
        log_write(&core.log, LOG_WARNING, "Cannot serve: %s", strerror(errno));
    listeners_close(&listeners);
    core_close(&core);
    log_write(&core.log, LOG_NOTICE, "Bye");
    log_close(&core.log);
    config_close(&core.config);
    return !served;
}
