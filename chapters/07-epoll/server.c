/* A key-value server with one thread. It waits for all clients at once, then
 * does for each what can be done without waiting; in rounds of
 *
 *     wait -> accept -> receive and serve -> send -> close
 *
 * The kernel keeps the list of what we wait for. It is told what changes, and
 * tells who is ready: a round costs nothing for those who are not.
 *
 * The kernel numbers descriptors from 0 and takes the lowest free one, so they
 * can be the index: interests[fd] is what the kernel's list says, conns[fd] is
 * whose it is. */
#include "conn.h"
#include "listen.h"
#include "stop.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EVENTS_MAX = 256 /* in one round; who is left out comes in the next */ };

struct loop {
    struct listener listener;
    struct store *store;
    int epoll;           /* the kernel's list */
    uint32_t *interests; /* 0 where there is none */
    struct conn **conns; /* NULL where there is none */
    rlim_t size;         /* of both tables; every descriptor is below it */
    struct epoll_event events[EVENTS_MAX]; /* of this round */
    int count;                             /* so many of them are filled in */
};

/* A descriptor is always below RLIMIT_NOFILE, so tables of that size (raised
 * first, see getrlimit(2)) never need to grow. Pages that are never touched
 * take no memory. */
static bool loop_open(struct loop *loop)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
    loop->size = limit.rlim_cur;
    loop->interests = calloc(loop->size, sizeof *loop->interests);
    loop->conns = calloc(loop->size, sizeof *loop->conns);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    return loop->interests != NULL && loop->conns != NULL && loop->epoll >= 0;
}

static void loop_close(struct loop *loop)
{
    for (rlim_t fd = 0; fd < loop->size; fd++)
        if (loop->conns[fd] != NULL)
            conn_free(loop->conns[fd]);
    close(loop->epoll);
    free(loop->interests);
    free(loop->conns);
    store_free(loop->store);
    listener_close(&loop->listener);
}

/* Tells the kernel, if that is news to it. False: it has no memory for it. */
static bool watch(struct loop *loop, int fd, uint32_t interests)
{
    if (interests == loop->interests[fd])
        return true;
    int change = loop->interests[fd] == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    struct epoll_event event = {.events = interests, .data.fd = fd};
    if (epoll_ctl(loop->epoll, change, fd, &event) < 0)
        return false;
    loop->interests[fd] = interests;
    return true;
}

static void accept_clients(struct loop *loop)
{
    int fd;
    while ((fd = accept_client(&loop->listener)) >= 0) {
        struct conn *conn = conn_new(fd, loop->store);
        if (conn == NULL)
            close(fd);
        else if (watch(loop, fd, EPOLLIN))
            loop->conns[fd] = conn;
        else
            conn_free(conn);
    }
}

static bool listener_is_ready(const struct loop *loop)
{
    for (int i = 0; i < loop->count; i++)
        if (loop->events[i].data.fd == loop->listener.fd)
            return true;
    return false;
}

/* The connection that an event is about; NULL: it is about the listener. */
static struct conn *conn_of(const struct loop *loop, int event)
{
    return loop->conns[loop->events[event].data.fd];
}

/* Errors and hang-ups are always reported; a read or write will tell more. */
static bool ready(const struct loop *loop, int event, uint32_t interest)
{
    uint32_t any = interest | EPOLLERR | EPOLLHUP;
    return conn_of(loop, event) != NULL &&
           (loop->events[event].events & any) != 0;
}

static void receive_and_serve(struct loop *loop)
{
    for (int i = 0; i < loop->count; i++)
        if (ready(loop, i, EPOLLIN) && conn_of(loop, i)->want_read)
            conn_receive(conn_of(loop, i));
}

static void send_replies(struct loop *loop)
{
    for (int i = 0; i < loop->count; i++)
        if (ready(loop, i, EPOLLOUT) && conn_of(loop, i)->want_write)
            conn_send(conn_of(loop, i));
}

/* Closing a socket takes it off the kernel's list. That comes last, because its
 * number is free from then on. */
static void close_finished(struct loop *loop)
{
    for (int i = 0; i < loop->count; i++) {
        struct conn *conn = conn_of(loop, i);
        if (conn == NULL)
            continue;
        int fd = conn->fd;
        uint32_t interests = (conn->want_read ? EPOLLIN : 0) |
                             (conn->want_write ? EPOLLOUT : 0);
        if (conn->want_close || !watch(loop, fd, interests)) {
            conn_free(conn);
            loop->conns[fd] = NULL;
            loop->interests[fd] = 0;
        }
    }
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct loop loop = {.store = store_new()};
    if (loop.store == NULL || !loop_open(&loop)) {
        perror("07-epoll: cannot start");
        return 1;
    }
    loop.listener = listen_from_args("07-epoll", argc, argv);
    fcntl(loop.listener.fd, F_SETFL, O_NONBLOCK);
    if (!watch(&loop, loop.listener.fd, EPOLLIN)) {
        perror("07-epoll: cannot wait for clients");
        return 1;
    }
    stop_sockets(loop.listener.fd, -1);
    while (!stop_asked()) {
        loop.count = epoll_wait(loop.epoll, loop.events, EVENTS_MAX, -1);
        if (loop.count < 0)
            continue; /* EINTR: again */
        if (listener_is_ready(&loop))
            accept_clients(&loop);
        receive_and_serve(&loop);
        send_replies(&loop);
        close_finished(&loop);
    }
    loop_close(&loop);
    return 0;
}
