/* Accepting clients, also when the process has no descriptors left. */
#include "unit.h"

#include "io/accept.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILES = 64 /* that the process may have open in these tests */ };

static struct listener listener;
static struct sockaddr_in address;

static int open_listener(void **state)
{
    (void)state;
    struct rlimit limit = {FILES, FILES};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address = (struct sockaddr_in){.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    alarm(30);
    return setrlimit(RLIMIT_NOFILE, &limit) != 0 || fd < 0 ||
           bind(fd, (struct sockaddr *)&address, len) != 0 ||
           getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
           listen(fd, 16) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
           !listener_open(&listener, fd);
}

static int close_listener(void **state)
{
    (void)state;
    listener_close(&listener);
    alarm(0);
    return 0;
}

static int call_up(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address),
                     0);
    return fd;
}

static void assert_hung_up(int fd)
{
    char byte;
    assert_true(read(fd, &byte, 1) <= 0);
    close(fd);
}

/* Uses up all descriptors; returns how many that were. */
static size_t use_up(int files[FILES])
{
    size_t n = 0;
    while (n < FILES && (files[n] = dup(listener.fd)) >= 0)
        n++;
    assert_int_equal(errno, EMFILE);
    return n;
}

static void clients_are_accepted(void **state)
{
    (void)state;
    int on = 0;
    socklen_t len = sizeof on;
    int client = call_up();
    int server = accept_client(&listener);
    assert_true(server >= 0);
    assert_int_equal(write(server, "hi", 2), 2);
    char bytes[2];
    assert_int_equal(read(client, bytes, 2), 2);
    getsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, &len);
    assert_true(on);
    close(server);
    assert_hung_up(client);
}

static void nobody_calls(void **state)
{
    (void)state;
    assert_int_equal(accept_client(&listener), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Without descriptors each client learns at once that there is no room, rather
 * than stay in the queue; with one more there is room again. */
static void without_descriptors_clients_are_turned_away(void **state)
{
    (void)state;
    int files[FILES], waiting[3];
    for (size_t i = 0; i < COUNT(waiting); i++)
        waiting[i] = call_up();
    size_t n = use_up(files);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(accept_client(&listener), -1);
        assert_int_equal(errno, EMFILE);
        assert_true(listener.spare >= 0);
        assert_hung_up(waiting[i]);
        files[n] = dup(listener.fd); /* what the client had */
        assert_true(files[n++] >= 0);
    }
    close(files[--n]);
    int server = accept_client(&listener);
    assert_true(server >= 0);
    close(server);
    assert_hung_up(waiting[2]);
    while (n > 0)
        close(files[--n]);
}

static void without_descriptors_and_clients(void **state)
{
    (void)state;
    int files[FILES];
    size_t n = use_up(files);
    assert_int_equal(accept_client(&listener), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
    assert_true(listener.spare >= 0);
    while (n > 0)
        close(files[--n]);
}

#define LISTENING(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_listener, close_listener)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LISTENING(clients_are_accepted),
        LISTENING(nobody_calls),
        LISTENING(without_descriptors_clients_are_turned_away),
        LISTENING(without_descriptors_and_clients),
    };
    return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
