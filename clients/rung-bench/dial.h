/* Connecting to the server. */
#ifndef DIAL_H
#define DIAL_H

#include "options.h"

#include <sys/socket.h>

struct address {
    struct sockaddr_storage bytes;
    socklen_t len;
};

/* Finds out where the server is: of several addresses, the first one at which
 * somebody answers. False after saying why. */
bool dial_find(struct address *address, const struct options *options);

/* A non-blocking socket that is connected; -1 with errno. Waits `seconds` at
 * most. */
int dial(const struct address *address, double seconds);

#endif
