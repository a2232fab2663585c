/* The connection to the server, non-blocking: whoever uses it waits in poll,
 * so that it can show what is going on. */
#ifndef LINK_H
#define LINK_H

#include "options.h"
#include "base/buf.h"

#include <sys/types.h>

enum { LINK_NAME = 160 /* bytes: "[::1]:6379" or the path of a socket */ };

struct link {
    int fd;        /* -1: not open */
    struct buf in; /* received and not yet consumed */
};

/* Waits for options->timeout at most. On false `why` says what is wrong. */
bool link_open(struct link *link, const struct options *options, char *why,
               size_t size);

/* Closes the connection in the usual way, if it is open. */
void link_close(struct link *link);

/* Closes it with a reset: whoever reads at the other end gets ECONNRESET. */
void link_reset(struct link *link);

/* No more will be sent: the other end reads an end of file. */
bool link_half_close(struct link *link);

/* Appends what has arrived to `in`. Returns its bytes; 0 at the end of the
 * stream; -1 with errno, which is EAGAIN when nothing has arrived. */
ssize_t link_receive(struct link *link);

/* Hands over at most `len` bytes; returns how many were taken, or -1 with
 * errno, which is EAGAIN when there is no room. No SIGPIPE: that signal is for
 * a closed standard output, which ends us as it ends every filter. */
ssize_t link_send(struct link *link, const void *data, size_t len);

/* Has the server closed the connection, with nothing left to read? */
bool link_is_dead(const struct link *link);

/* The server's address, as it stands in the prompt. */
void link_name(const struct options *options, char name[LINK_NAME]);

#endif
