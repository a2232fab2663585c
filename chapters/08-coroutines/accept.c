/* When a process has used up its descriptors, accept() fails with EMFILE and
 * the client stays in the queue, so the next accept() fails at once too: a
 * server that only retries spins, and one that gives up is dead. So we keep a
 * spare descriptor: give it up, accept the client, close it (it learns at once
 * that there is no room), and take the spare back. The trick is Marc Lehmann's
 * (libev's manual, "special problem of accept()ing when you can't"). */
#include "accept.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY);
}

bool listener_open(struct listener *listener, int fd)
{
    *listener = (struct listener){fd, open_spare()};
    return listener->spare >= 0;
}

void listener_close(struct listener *listener)
{
    close(listener->fd);
    if (listener->spare >= 0)
        close(listener->spare);
}

/* Accepts with the spare's descriptor. If the spare can be had back, there was
 * room after all (accept() looks for a descriptor before it waits for a client,
 * and others may have left since); otherwise the client has to go. */
static int accept_on_spare(struct listener *listener)
{
    if (listener->spare >= 0)
        close(listener->spare);
    int client = accept(listener->fd, NULL, NULL);
    int error = errno;
    listener->spare = open_spare();
    if (client >= 0 && listener->spare < 0) {
        close(client);
        client = -1;
        error = EMFILE;
        listener->spare = open_spare();
    }
    errno = error;
    return client;
}

/* The kernel is out of memory: it will not be better in a microsecond. */
static void let_others_run(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

int accept_client(struct listener *listener)
{
    int client = accept(listener->fd, NULL, NULL);
    if (client < 0 && (errno == EMFILE || errno == ENFILE))
        client = accept_on_spare(listener);
    if (client < 0) {
        int error = errno;
        if (error == ENOBUFS || error == ENOMEM)
            let_others_run();
        errno = error;
        return -1;
    }
    /* Send each write at once (TCP_NODELAY, tcp(7)). A socket that is not TCP
     * refuses, and needs no such thing. */
    int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
}
