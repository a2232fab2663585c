/* A key-value server with one thread. It says what it wants of all clients at
 * once, then deals with what the kernel has done; in rounds of
 *
 *     wait -> accept -> take answers -> serve and ask -> close
 *
 * The kernel accepts, receives and sends. What we ask for in a round, it learns
 * in one system call, the one in which we wait.
 *
 * The kernel numbers descriptors from 0 and takes the lowest free one, so they
 * can be the index: conns[fd] is whose it is. */
#include "conn.h"
#include "listen.h"
#include "ring.h"
#include "stop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct loop {
    struct listener listener;
    struct store *store;
    struct ring ring;
    struct conn **conns; /* NULL where there is none */
    rlim_t size;         /* of that table; every descriptor is below it */
    struct answer answers[ANSWERS_MAX]; /* of this round */
    unsigned count;                     /* so many of them are filled in */
};

/* A descriptor is always below RLIMIT_NOFILE, so a table of that size (raised
 * first, see getrlimit(2)) never needs to grow. Pages that are never touched
 * take no memory. */
static bool loop_open(struct loop *loop)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
    loop->size = limit.rlim_cur;
    loop->conns = calloc(loop->size, sizeof *loop->conns);
    return loop->conns != NULL;
}

/* First the ring: the kernel may be sending from what the others own. */
static void loop_close(struct loop *loop)
{
    ring_close(&loop->ring);
    for (rlim_t fd = 0; fd < loop->size; fd++)
        if (loop->conns[fd] != NULL) {
            loop->conns[fd]->asked = 0;
            conn_free(loop->conns[fd]);
        }
    free(loop->conns);
    store_free(loop->store);
    listener_close(&loop->listener);
}

/* Asks for what the connection wants and the kernel is not doing yet. A receive
 * that is no longer wanted is taken back. */
static void ask(struct ring *ring, struct conn *conn)
{
    unsigned asked = conn->asked;
    if (conn->want_close) {
        if (asked != 0 && !(asked & CANCEL)) {
            ring_cancel_all(ring, conn->fd);
            conn->asked |= CANCEL;
        }
        return;
    }
    if (conn->want_write && !(asked & SEND)) {
        ring_send(ring, conn->fd, buf_slice(&conn->out));
        conn->asked |= SEND;
    }
    if (conn->want_read && !(asked & (RECEIVE | CANCEL))) {
        ring_receive(ring, conn->fd);
        conn->asked |= RECEIVE;
    }
    if (!conn->want_read && (asked & RECEIVE) && !(asked & CANCEL)) {
        ring_cancel_receive(ring, conn->fd);
        conn->asked |= CANCEL;
    }
}

static void admit(struct loop *loop, int fd)
{
    struct conn *conn = conn_new(fd, loop->store);
    if (conn == NULL) {
        close(fd);
        return;
    }
    loop->conns[fd] = conn;
    ask(&loop->ring, conn);
}

static void accept_clients(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++) {
        if (loop->answers[i].what != ACCEPT)
            continue;
        int fd = accept_answered(&loop->listener, loop->answers[i].result);
        if (fd >= 0)
            admit(loop, fd);
        if (loop->answers[i].last)
            ring_accept(&loop->ring, loop->listener.fd);
    }
}

/* The connection that an answer is about; NULL: it is about the listener. */
static struct conn *conn_of(const struct loop *loop, unsigned answer)
{
    return loop->conns[loop->answers[answer].fd];
}

static void take_answers(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++) {
        const struct answer *answer = &loop->answers[i];
        struct conn *conn = conn_of(loop, i);
        if (conn == NULL)
            continue;
        if (answer->last)
            conn->asked &= ~(unsigned)answer->what;
        if (answer->what == RECEIVE)
            conn_received(conn, answer->result, answer->bytes);
        else if (answer->what == SEND)
            conn_sent(conn, answer->result);
        ring_give_back(&loop->ring, answer);
    }
}

static void serve_and_ask(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++) {
        struct conn *conn = conn_of(loop, i);
        if (conn != NULL) {
            conn_serve(conn);
            ask(&loop->ring, conn);
        }
    }
}

/* A connection lives until the kernel has answered all that was asked for it,
 * and so does its descriptor: from then on its number is free. */
static void close_finished(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++) {
        struct conn *conn = conn_of(loop, i);
        if (conn != NULL && conn->want_close && conn->asked == 0) {
            loop->conns[conn->fd] = NULL;
            conn_free(conn);
        }
    }
}

static const char *reason(int error)
{
    switch (error) {
    case ENOSYS:
        return "this kernel has none";
    case EPERM:
        return "it is switched off here (by sysctl kernel.io_uring_disabled, "
               "or by a container's seccomp filter)";
    case EINVAL:
        return "this kernel is older than Linux 6.1";
    default:
        return strerror(error);
    }
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct loop loop = {.store = store_new()};
    if (loop.store == NULL || !loop_open(&loop)) {
        perror("09-uring: cannot start");
        return 1;
    }
    int error = ring_open(&loop.ring);
    if (error != 0) {
        fprintf(stderr, "09-uring: cannot use io_uring: %s; use 07-epoll\n",
                reason(error));
        return 1;
    }
    loop.listener = listen_from_args("09-uring", argc, argv);
    ring_accept(&loop.ring, loop.listener.fd);
    stop_sockets(loop.listener.fd, -1);
    while (!stop_asked()) {
        loop.count = ring_wait(&loop.ring, loop.answers);
        accept_clients(&loop);
        take_answers(&loop);
        serve_and_ask(&loop);
        close_finished(&loop);
    }
    loop_close(&loop);
    return 0;
}
