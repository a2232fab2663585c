/* What the server knows about one client between two events. A thread keeps it
 * in local variables and in the place where it waits; one thread for all has to
 * write it down. */
#ifndef CONN_H
#define CONN_H

#include "store.h"

struct conn {
    int fd; /* non-blocking */
    struct store *store;
    struct buf in, out; /* bytes not yet served, replies not yet sent */
    bool ended;         /* the client sends no more */
    bool refused;       /* it announced too much: one error, then nothing */
    bool more;          /* requests in `in` wait until replies have left */
    bool want_read, want_write, want_close; /* for the event loop: what next */
};

/* Makes `fd` non-blocking and owns it. NULL: no memory, and it does not. */
struct conn *conn_new(int fd, struct store *store);
void conn_free(struct conn *conn);

/* Moves what can be moved without waiting, then says in want_... what next. */
void conn_receive(struct conn *conn);
void conn_send(struct conn *conn);

#endif
