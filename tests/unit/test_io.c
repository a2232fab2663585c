/* Reading and writing all of it, in spite of short counts and of signals whose
 * handler makes read(2) and write(2) give up (no SA_RESTART). */
#include "unit.h"

#include "base/io.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 30 /* seconds until a hang is a failure */ };

static atomic_int signals_seen;

static void see_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&signals_seen, 1);
}

static int set_up(void **state)
{
    (void)state;
    struct sigaction interrupt = {.sa_handler = see_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    alarm(PATIENCE);
    return sigaction(SIGUSR1, &interrupt, NULL) != 0 ||
           sigaction(SIGPIPE, &ignore, NULL) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    alarm(0);
    return 0;
}

static void fill(char *bytes, size_t len)
{
    uint64_t random = 1;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)next_random(&random);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
}

/* The other end of a stream: a thread with what it needs. */
struct peer {
    pthread_t thread, main;
    int fd;
    char *bytes;
    size_t len;
};

static void start_peer(struct peer *peer, void *(*run)(void *))
{
    peer->main = pthread_self();
    assert_int_equal(pthread_create(&peer->thread, NULL, run, peer), 0);
}

/* Interrupts the main thread, which is about to wait or waiting, and lets it
 * wait again. */
static void interrupt(const struct peer *peer)
{
    int before = atomic_load(&signals_seen);
    nap();
    pthread_kill(peer->main, SIGUSR1);
    while (atomic_load(&signals_seen) == before)
        nap();
    nap();
}

static void *write_in_pieces(void *argument)
{
    const struct peer *peer = argument;
    size_t done = 0;
    for (size_t piece = 1; done < peer->len; piece++) {
        if (piece > peer->len - done)
            piece = peer->len - done;
        ssize_t n = write(peer->fd, peer->bytes + done, piece);
        done += n > 0 ? (size_t)n : 0;
        sched_yield();
    }
    close(peer->fd);
    return NULL;
}

static void read_full_waits_for_every_piece(void **state)
{
    (void)state;
    char sent[5000], got[5000];
    int ends[2];
    fill(sent, sizeof sent);
    assert_int_equal(pipe(ends), 0);
    struct peer peer = {.fd = ends[1], .bytes = sent, .len = sizeof sent};
    start_peer(&peer, write_in_pieces);
    assert_int_equal(read_full(ends[0], got, 4000), 4000);
    assert_int_equal(read_full(ends[0], got + 4000, 1000), 1000);
    assert_memory_equal(got, sent, sizeof got);
    assert_int_equal(read_full(ends[0], got, 1), 0);
    pthread_join(peer.thread, NULL);
    close(ends[0]);
}

static void read_full_stops_where_the_stream_ends(void **state)
{
    (void)state;
    char got[8];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(write_all(ends[1], "12345", 5));
    close(ends[1]);
    assert_int_equal(read_full(ends[0], got, sizeof got), 5);
    assert_memory_equal(got, "12345", 5);
    assert_int_equal(read_full(ends[0], got, sizeof got), 0);
    assert_int_equal(read_full(ends[0], got, 0), 0);
    close(ends[0]);
}

static void read_some_takes_what_is_there(void **state)
{
    (void)state;
    char got[8];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(write_all(ends[1], "123", 3));
    assert_int_equal(read_some(ends[0], got, 2), 2);
    assert_int_equal(read_some(ends[0], got + 2, sizeof got - 2), 1);
    assert_memory_equal(got, "123", 3);
    close(ends[1]);
    assert_int_equal(read_some(ends[0], got, sizeof got), 0);
    close(ends[0]);
}

static void *interrupt_then_write(void *argument)
{
    const struct peer *peer = argument;
    for (size_t i = 0; i < peer->len; i++) {
        interrupt(peer);
        interrupt(peer);
        if (write(peer->fd, peer->bytes + i, 1) != 1)
            break;
    }
    close(peer->fd);
    return NULL;
}

static void signals_do_not_end_a_read(void **state)
{
    (void)state;
    char got[8];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct peer peer = {.fd = ends[1], .bytes = "12345678", .len = 8};
    start_peer(&peer, interrupt_then_write);
    assert_int_equal(read_some(ends[0], got, sizeof got), 1);
    assert_int_equal(read_full(ends[0], got + 1, 7), 7);
    assert_memory_equal(got, "12345678", 8);
    pthread_join(peer.thread, NULL);
    close(ends[0]);
}

/* The first signals find write(2) with all that the socket holds taken, which
 * is a short count; the next ones find it with nothing taken, which is EINTR.
 * The peer drains only after that, in odd portions. */
static void *interrupt_then_read(void *argument)
{
    struct peer *peer = argument;
    char *to = peer->bytes;
    for (size_t portion = 1; to < peer->bytes + peer->len;
         portion = portion * 3 + 1) {
        interrupt(peer);
        interrupt(peer);
        size_t left = (size_t)(peer->bytes + peer->len - to);
        ssize_t n = read(peer->fd, to, portion < left ? portion : left);
        if (n <= 0)
            break;
        to += n;
    }
    peer->len = (size_t)(to - peer->bytes);
    return NULL;
}

static void signals_do_not_end_a_write(void **state)
{
    (void)state;
    static char sent[600000], got[600000];
    int ends[2];
    int small = 8192;
    fill(sent, sizeof sent);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    struct peer peer = {.fd = ends[1], .bytes = got, .len = sizeof got};
    start_peer(&peer, interrupt_then_read);
    bool wrote = write_all(ends[0], sent, sizeof sent);
    /* The last signals find nobody waiting, which does no harm. */
    shutdown(ends[0], SHUT_WR);
    pthread_join(peer.thread, NULL);
    assert_true(wrote);
    assert_int_equal(peer.len, sizeof got);
    assert_memory_equal(got, sent, sizeof got);
    close(ends[0]);
    close(ends[1]);
}

static void errors_are_told(void **state)
{
    (void)state;
    char got[4];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    errno = 0;
    assert_false(write_all(ends[1], "x", 1));
    assert_int_equal(errno, EPIPE);
    assert_true(write_all(ends[1], "", 0));
    errno = 0;
    assert_int_equal(read_full(ends[1], got, sizeof got), -1);
    assert_int_equal(errno, EBADF); /* it is the end to write to */
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_full_waits_for_every_piece),
        cmocka_unit_test(read_full_stops_where_the_stream_ends),
        cmocka_unit_test(read_some_takes_what_is_there),
        cmocka_unit_test(signals_do_not_end_a_read),
        cmocka_unit_test(signals_do_not_end_a_write),
        cmocka_unit_test(errors_are_told),
    };
    return cmocka_run_group_tests_name("io", tests, set_up, tear_down);
}
