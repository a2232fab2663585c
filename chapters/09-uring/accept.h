/* What comes of accepting on a listening socket. */
#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>

struct listener {
    int fd;    /* the listening socket */
    int spare; /* a descriptor kept for the day when there are no more, or -1 */
};

/* Makes a listener of a listening socket, which it then owns. False, with
 * errno, when no spare descriptor can be opened. */
bool listener_open(struct listener *listener, int fd);
void listener_close(struct listener *listener);

/* Takes the kernel's answer to an accept: a socket or -errno. Returns the
 * client's socket, which the caller closes; or -1 when there is nobody this
 * time. Whatever it is, the next accept may be asked for. */
int accept_answered(struct listener *listener, int result);

#endif
