/* A key-value server with one thread. It waits for all clients at once, then
 * does for each what can be done without waiting; in rounds of
 *
 *     wait -> accept -> receive and serve -> send -> close
 *
 * The kernel numbers descriptors from 0 and takes the lowest free one, so they
 * can be the index: polls[fd] is what we wait for, conns[fd] is whose it is. */
#include "conn.h"
#include "listen.h"
#include "stop.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct loop {
    struct listener listener;
    struct store *store;
    struct pollfd *polls; /* .fd is -1 where there is none: poll() skips it */
    struct conn **conns;  /* NULL where there is none */
    nfds_t count;         /* 1 + the highest descriptor there has been */
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
    loop->polls = calloc(limit.rlim_cur, sizeof *loop->polls);
    loop->conns = calloc(limit.rlim_cur, sizeof *loop->conns);
    return loop->polls != NULL && loop->conns != NULL;
}

static void loop_close(struct loop *loop)
{
    for (nfds_t fd = 0; fd < loop->count; fd++)
        if (loop->conns[fd] != NULL)
            conn_free(loop->conns[fd]);
    free(loop->polls);
    free(loop->conns);
    store_free(loop->store);
    listener_close(&loop->listener);
}

static void watch(struct loop *loop, int fd, struct conn *conn)
{
    for (; loop->count <= (nfds_t)fd; loop->count++)
        loop->polls[loop->count].fd = -1;
    loop->polls[fd] = (struct pollfd){.fd = fd, .events = POLLIN};
    loop->conns[fd] = conn;
}

static void accept_clients(struct loop *loop)
{
    int fd;
    while ((fd = accept_client(&loop->listener)) >= 0) {
        struct conn *conn = conn_new(fd, loop->store);
        if (conn != NULL)
            watch(loop, fd, conn);
        else
            close(fd);
    }
}

/* Errors and hang-ups are always reported; a read or write will tell more. */
static bool ready(const struct loop *loop, nfds_t fd, short event)
{
    short any = (short)(event | POLLERR | POLLHUP);
    return loop->conns[fd] != NULL && (loop->polls[fd].revents & any) != 0;
}

static void receive_and_serve(struct loop *loop)
{
    for (nfds_t fd = 0; fd < loop->count; fd++)
        if (ready(loop, fd, POLLIN) && loop->conns[fd]->want_read)
            conn_receive(loop->conns[fd]);
}

static void send_replies(struct loop *loop)
{
    for (nfds_t fd = 0; fd < loop->count; fd++)
        if (ready(loop, fd, POLLOUT) && loop->conns[fd]->want_write)
            conn_send(loop->conns[fd]);
}

static void close_finished(struct loop *loop)
{
    for (nfds_t fd = 0; fd < loop->count; fd++) {
        struct conn *conn = loop->conns[fd];
        if (conn != NULL && conn->want_close) {
            conn_free(conn);
            loop->conns[fd] = NULL;
            loop->polls[fd].fd = -1;
        } else if (conn != NULL) {
            loop->polls[fd].events = (short)((conn->want_read ? POLLIN : 0) |
                                             (conn->want_write ? POLLOUT : 0));
        }
    }
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct loop loop = {.store = store_new()};
    if (loop.store == NULL || !loop_open(&loop)) {
        perror("05-pipelining: cannot start");
        return 1;
    }
    loop.listener = listen_from_args("05-pipelining", argc, argv);
    fcntl(loop.listener.fd, F_SETFL, O_NONBLOCK);
    watch(&loop, loop.listener.fd, NULL);
    stop_sockets(loop.listener.fd, -1);
    while (!stop_asked()) {
        if (poll(loop.polls, loop.count, -1) < 0)
            continue; /* EINTR or ENOMEM: again */
        if (loop.polls[loop.listener.fd].revents != 0)
            accept_clients(&loop);
        receive_and_serve(&loop);
        send_replies(&loop);
        close_finished(&loop);
    }
    loop_close(&loop);
    return 0;
}
