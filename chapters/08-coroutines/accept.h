/* Taking the next connection from a listening socket. */
#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>

struct listener {
    int fd;    /* the listening socket */
    int spare; /* a descriptor kept for the day when there are no more */
};

/* Makes a listener of a listening socket, which it then owns. False, with
 * errno, when no spare descriptor can be opened. */
bool listener_open(struct listener *listener, int fd);
void listener_close(struct listener *listener);

/* Waits for the next client, unless listener->fd is non-blocking. Returns its
 * socket, which the caller closes; or -1 when there is nobody this time, with
 * errno: EINTR (a signal came), EAGAIN, ECONNABORTED (the client left while it
 * waited), EMFILE or ENFILE (no descriptor: the client was turned away), ...
 * Whatever it is, look whether to stop, then call again. */
int accept_client(struct listener *listener);

#endif
