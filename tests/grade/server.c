#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STEP = 10,          /* ms between two looks */
    START_MAX = 10000,  /* ms to become ready */
    NOTICE_MAX = 200,   /* ms to notice a client */
    STOP_MAX = 5000,    /* ms to end after SIGTERM */
    ATTEMPTS = 3,       /* ports, should somebody take ours in between */
    FIRST_PORT = 20000, /* to look at, and ... */
    PORTS = 12000,      /* ... how many */
    OUTPUT_SHOWN = 2000 /* bytes */
};

/* The server must not outlive us when we are interrupted. */
static volatile sig_atomic_t running_group;

static void end_with_server(int signal)
{
    if (running_group > 0)
        kill(-(pid_t)running_group, SIGKILL);
    _exit(128 + signal);
}

static void wait_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP * 1000L * 1000L}, NULL);
}

/* How many looks to take in `ms` milliseconds, and more on a slow machine. */
static int looks(const struct server *server, int ms)
{
    return (int)(ms * server->timeout_scale / STEP);
}

/* --- a port --- */

/* A socket that is bound to the port, or connected to it; -1: neither. */
static int open_port(int port,
                     int (*act)(int, const struct sockaddr *, socklen_t))
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && act(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A port that was free a moment ago, or -1. It is below those that the kernel
 * gives to clients, so that none of them takes it before the server does; and
 * graders that run side by side start to look at different places. */
static int find_port(int attempt)
{
    int start = (int)getpid() * 7 + attempt * 1000;
    for (int i = 0; i < PORTS; i++) {
        int port = FIRST_PORT + (start + i) % PORTS;
        int fd = open_port(port, bind);
        if (fd < 0)
            continue;
        close(fd);
        return port;
    }
    return -1;
}

static bool accepts(const char *port)
{
    int fd = open_port(atoi(port), connect);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

/* --- its output --- */

/* A file without a name, to which the server appends; -1 with errno. */
static int open_output(void)
{
    char path[] = "/tmp/rung-grade-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    unlink(path);
    fcntl(fd, F_SETFL, O_APPEND);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* The output from `start` on, as a string. */
static size_t read_output(const struct server *server, off_t start, char *text,
                          size_t size)
{
    ssize_t n = pread(server->output, text, size - 1, start);
    for (ssize_t i = 0; i < n; i++)
        if (text[i] == '\0')
            text[i] = '?';
    text[n > 0 ? n : 0] = '\0';
    return strlen(text);
}

bool server_complained(struct server *server)
{
    char text[OUTPUT_SHOWN];
    bool found = false;
    size_t n;
    while ((n = read_output(server, server->seen, text, sizeof text)) > 0) {
        found |= strstr(text, "Sanitizer") || strstr(text, "runtime error:");
        server->seen += (off_t)n;
    }
    return found;
}

void server_print_output(const struct server *server, FILE *out)
{
    char text[OUTPUT_SHOWN];
    off_t len = lseek(server->output, 0, SEEK_END);
    off_t start = len < OUTPUT_SHOWN ? 0 : len - OUTPUT_SHOWN + 1;
    read_output(server, start, text, sizeof text);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        fprintf(out, "    | %s\n", line);
}

/* --- a process --- */

/* A copy of `arg` with every {port} replaced; NULL without memory. */
static char *fill_in_port(const char *arg, const char *port)
{
    static const char mark[] = "{port}";
    char *filled = malloc(strlen(arg) * strlen(port) + 1), *end = filled;
    const char *found;
    if (filled == NULL)
        return NULL;
    while ((found = strstr(arg, mark)) != NULL) {
        end += sprintf(end, "%.*s%s", (int)(found - arg), arg, port);
        arg = found + strlen(mark);
    }
    strcpy(end, arg);
    return filled;
}

/* In the child. The arguments are filled in place: they are its own copy. */
static void become(struct server *server)
{
    int input = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    dup2(input, STDIN_FILENO);
    dup2(server->output, STDOUT_FILENO);
    dup2(server->output, STDERR_FILENO);
    for (char **arg = server->command; *arg != NULL; arg++)
        *arg = fill_in_port(*arg, server->port);
    execvp(server->command[0], server->command);
    dprintf(STDERR_FILENO, "cannot run %s: %s\n", server->command[0],
            strerror(errno));
    _exit(127);
}

/* Whatever ends us, such as a pipe into `head`. That there are handlers also
 * means that the server starts with the default actions, even where we were
 * told to ignore a signal: whether it dies of SIGPIPE is part of the grade. */
static void watch_for_our_end(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], end_with_server);
}

static bool spawn(struct server *server, int attempt)
{
    int port = find_port(attempt);
    server->seen = 0;
    server->output = open_output();
    if (port < 0 || server->output < 0)
        return false;
    snprintf(server->port, sizeof server->port, "%d", port);
    watch_for_our_end();
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0)
        become(server);
    setpgid(pid, pid);
    server->pid = pid;
    running_group = pid;
    return true;
}

bool server_runs(struct server *server)
{
    if (server->pid == 0)
        return false;
    pid_t ended;
    do
        ended = waitpid(server->pid, &server->status, WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0)
        return true;
    kill(-server->pid, SIGKILL); /* what it may have started itself */
    running_group = 0;
    server->pid = 0;
    return false;
}

static bool becomes_ready(struct server *server)
{
    for (int i = looks(server, START_MAX); i > 0; i--) {
        if (!server_runs(server))
            return false;
        if (accepts(server->port))
            return true;
        wait_a_moment();
    }
    return false;
}

static bool port_was_taken(const struct server *server)
{
    char text[OUTPUT_SHOWN];
    read_output(server, 0, text, sizeof text);
    return strstr(text, strerror(EADDRINUSE)) != NULL;
}

bool server_start(struct server *server, char *why, size_t size)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        close(server->output);
        if (!spawn(server, i)) {
            snprintf(why, size, "it cannot be started: %s", strerror(errno));
            return false;
        }
        if (becomes_ready(server))
            return true;
        if (server->pid != 0 || !port_was_taken(server))
            break;
    }
    char end[80] = "it does not accept connections";
    if (server->pid == 0)
        server_describe_end(server, end, sizeof end);
    snprintf(why, size, "%s", end);
    return false;
}

bool server_wait(struct server *server, int ms)
{
    for (int i = looks(server, ms); i > 0; i--) {
        if (!server_runs(server))
            return true;
        wait_a_moment();
    }
    return false;
}

/* Connects, and waits until the server has noticed: when it hangs up on a
 * visitor who came later, or when there has been time enough, because a server
 * with one client at a time keeps the visitor waiting. */
static int connect_client(const struct server *server)
{
    int client = open_port(atoi(server->port), connect);
    int visitor = open_port(atoi(server->port), connect);
    if (visitor >= 0) {
        shutdown(visitor, SHUT_WR);
        struct pollfd hung_up = {.fd = visitor, .events = POLLIN};
        poll(&hung_up, 1, NOTICE_MAX);
        close(visitor);
    }
    return client;
}

bool server_stop(struct server *server)
{
    int client = connect_client(server);
    kill(server->pid, SIGTERM);
    bool stopped = server_wait(server, STOP_MAX);
    server_kill(server);
    if (client >= 0)
        close(client);
    return stopped;
}

void server_kill(struct server *server)
{
    while (server_runs(server)) {
        kill(-server->pid, SIGKILL);
        wait_a_moment();
    }
}

void server_describe_end(const struct server *server, char *text, size_t size)
{
    if (WIFSIGNALED(server->status))
        snprintf(text, size, "it was ended by signal %d (%s)",
                 WTERMSIG(server->status), strsignal(WTERMSIG(server->status)));
    else
        snprintf(text, size, "it ended with exit status %d",
                 WEXITSTATUS(server->status));
}
