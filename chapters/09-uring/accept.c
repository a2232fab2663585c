/* When a process has used up its descriptors, accept() fails with EMFILE and
 * the client stays in the queue. The kernel looks for a descriptor before it
 * looks for a client, so an accept that is asked for again fails again at once,
 * even when nobody is there: a server that only asks again spins, and one that
 * gives up is dead. So we keep a spare descriptor: give it up, and the accept
 * waits in its place. Who comes then gets in if the spare can be had back;
 * otherwise he is closed (and learns at once that there is no room), and his
 * descriptor is the next spare. The trick is Marc Lehmann's (libev's manual,
 * "special problem of accept()ing when you can't"). */
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

/* Send each write at once (TCP_NODELAY, tcp(7)): on Linux the clients' sockets
 * have it from the listening one. */
bool listener_open(struct listener *listener, int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *listener = (struct listener){fd, open_spare()};
    return listener->spare >= 0;
}

void listener_close(struct listener *listener)
{
    close(listener->fd);
    if (listener->spare >= 0)
        close(listener->spare);
}

/* The kernel is out of memory: it will not be better in a microsecond. */
static void let_others_run(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

static void accept_failed(struct listener *listener, int error)
{
    bool full = error == EMFILE || error == ENFILE;
    if (full && listener->spare >= 0) {
        close(listener->spare);
        listener->spare = -1;
    } else if (full || error == ENOBUFS || error == ENOMEM) {
        let_others_run();
    }
}

int accept_answered(struct listener *listener, int result)
{
    if (result < 0)
        accept_failed(listener, -result);
    else if (listener->spare < 0 && (listener->spare = open_spare()) < 0) {
        close(result);
        listener->spare = open_spare();
        result = -1;
    }
    return result < 0 ? -1 : result;
}
