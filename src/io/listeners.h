/* The sockets that clients connect to: TCP over IPv4 and IPv6, and a Unix
 * domain socket. */
#ifndef LISTENERS_H
#define LISTENERS_H

#include "core/config.h"
#include "io/accept.h"

#include <stddef.h>

enum { LISTENERS_MAX = 16 + 1 /* Redis allows 16 addresses; and a path */ };

struct listeners {
    struct listener at[LISTENERS_MAX]; /* non-blocking */
    size_t count;
    char *path; /* of the Unix domain socket, to be removed; or NULL */
};

/* Listens where `bind`, `port` and `unixsocket` say. On false nothing is open,
 * and the error tells what to do. */
bool listeners_open(struct listeners *listeners, struct config *config,
                    struct config_error *error);
void listeners_close(struct listeners *listeners);

#endif
