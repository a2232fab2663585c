/* Where the server listens, and what it says when it cannot. */
#include "talk.h"

#include "io/listeners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct core core; /* for its configuration */
static struct listeners listeners;
static struct config_error error;
static char path[64];

static int open_config(void **state)
{
    (void)state;
    strcpy(path, "/tmp/rung-listeners-XXXXXX");
    alarm(30);
    return !config_open(&core.config) || mkdtemp(path) == NULL ||
           strcat(path, "/socket") == NULL;
}

static int close_config(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    config_close(&core.config);
    alarm(0);
    return rmdir(path);
}

static void set(const char *name, const char *value)
{
    assert_true(configure(&core, name, value));
}

static bool try(void)
{
    strcpy(error.text, "");
    return listeners_open(&listeners, &core.config, &error);
}

static void assert_refused(const char *why)
{
    assert_false(try());
    if (strstr(error.text, why) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", why, error.text);
    assert_int_equal(listeners.count, 0);
}

/* A port that was free a moment ago, for "port". */
static void choose_port(char port[8])
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    snprintf(port, 8, "%d", ntohs(at.sin_port));
    set("port", port);
}

static void assert_connects(int family, const void *at, socklen_t len)
{
    int fd = socket(family, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, at, len), 0);
    size_t accepted = 0;
    for (size_t i = 0; i < listeners.count; i++) {
        int server = accept_client(&listeners.at[i]);
        accepted += server >= 0;
        if (server >= 0)
            close(server);
    }
    assert_int_equal(accepted, 1);
    close(fd);
}

static void listens_on_a_port(void **state)
{
    (void)state;
    char port[8];
    choose_port(port);
    set("bind", "127.0.0.1");
    if (!try())
        fail_msg("%s", error.text);
    assert_int_equal(listeners.count, 1);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)atoi(port))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_connects(AF_INET, &at, sizeof at);
    assert_true(fcntl(listeners.at[0].fd, F_GETFL) & O_NONBLOCK);
    listeners_close(&listeners);
    assert_int_equal(listeners.count, 0);
    /* The connection that we closed first lingers in TIME_WAIT, tcp(7); that
     * must not keep a server from starting again. */
    assert_true(try());
    listeners_close(&listeners);
}

static void a_port_is_taken_once(void **state)
{
    (void)state;
    char port[8];
    choose_port(port);
    set("bind", "127.0.0.1");
    assert_true(try());
    struct listeners first = listeners;
    assert_refused("Address already in use; is another server running? Choose "
                   "another with --port");
    listeners_close(&first);
    assert_true(try()); /* and is free again at once */
    listeners_close(&listeners);
}

static void addresses_may_be_optional(void **state)
{
    (void)state;
    char port[8];
    choose_port(port);
    set("bind", "127.0.0.1 -192.0.2.7"); /* for documentation: nobody's */
    assert_true(try());
    assert_int_equal(listeners.count, 1);
    listeners_close(&listeners);
    set("bind", "127.0.0.1 192.0.2.7");
    assert_refused("cannot listen on 192.0.2.7 port");
    assert_refused("no interface of this machine has that address");
    set("bind", "-192.0.2.7");
    assert_refused("there is nothing to listen on");
    set("bind", "127.0.0.1 a.b.c.d.e..");
    assert_refused("cannot listen on a.b.c.d.e..: ");
}

static void there_are_only_so_many_addresses(void **state)
{
    (void)state;
    char port[8], many[400] = "";
    choose_port(port);
    for (int i = 1; i <= 17; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many),
                 "%s127.0.0.%d", i > 1 ? " " : "", i);
    set("bind", many);
    assert_refused("bind: more than 16 addresses");
    *strrchr(many, ' ') = '\0';
    set("bind", many);
    assert_true(try());
    assert_int_equal(listeners.count, 16);
    listeners_close(&listeners);
}

static void nothing_to_listen_on(void **state)
{
    (void)state;
    set("port", "0");
    assert_refused("there is nothing to listen on: give a port, an address to "
                   "bind, or a unixsocket");
}

static void listens_on_a_path(void **state)
{
    (void)state;
    struct stat info;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strcpy(at.sun_path, path);
    set("port", "0");
    set("unixsocket", path);
    set("unixsocketperm", "640");
    if (!try())
        fail_msg("%s", error.text);
    assert_connects(AF_UNIX, &at, sizeof at);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    for (size_t i = 0; i < listeners.count; i++)
        listener_close(&listeners.at[i]); /* as if the server was killed */
    free(listeners.path);
    assert_true(try());
    assert_connects(AF_UNIX, &at, sizeof at);
    listeners_close(&listeners);
    assert_int_not_equal(stat(path, &info), 0);
}

/* Somebody's file is not ours to remove. */
static void a_file_is_in_the_way(void **state)
{
    (void)state;
    struct stat info;
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    set("port", "0");
    set("unixsocket", path);
    assert_refused("Address already in use");
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISREG(info.st_mode));
}

static void paths_that_cannot_be(void **state)
{
    (void)state;
    char longest[200] = "/tmp/";
    memset(longest + 5, 'x', sizeof longest - 6);
    set("port", "0");
    set("unixsocket", longest);
    assert_refused("unixsocket: a path has at most 107 bytes");
    set("unixsocket", "/no/such/folder/socket");
    assert_refused("cannot listen on /no/such/folder/socket: No such file or "
                   "directory");
}

#define CONFIGURED(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_config, close_config)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIGURED(listens_on_a_port),
        CONFIGURED(a_port_is_taken_once),
        CONFIGURED(addresses_may_be_optional),
        CONFIGURED(there_are_only_so_many_addresses),
        CONFIGURED(nothing_to_listen_on),
        CONFIGURED(listens_on_a_path),
        CONFIGURED(a_file_is_in_the_way),
        CONFIGURED(paths_that_cannot_be),
    };
    return cmocka_run_group_tests_name("listeners", tests, NULL, NULL);
}
