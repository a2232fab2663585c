/* What the server knows about one client between two events. A thread keeps it
 * in local variables and in the place where it waits; one thread for all has to
 * write it down. */
#ifndef CONN_H
#define CONN_H

#include "store.h"

struct conn {
    int fd;
    struct store *store;
    struct buf in, out; /* bytes not yet served, replies not yet sent */
    unsigned asked;     /* RECEIVE, SEND, CANCEL: the kernel is at it. During
                         * SEND, `out` is the kernel's: it must not change */
    bool ended;         /* the client sends no more */
    bool refused;       /* it announced too much: one error, then nothing */
    bool want_read, want_write, want_close; /* for the event loop: what next */
};

/* Owns `fd`, which may block: not we wait on it. NULL: no memory, and it does
 * not. */
struct conn *conn_new(int fd, struct store *store);

/* Nothing may be asked of the kernel any more. */
void conn_free(struct conn *conn);

/* What the kernel has done: received these bytes, or sent so many; `result` is
 * that of the system call, or -errno. */
void conn_received(struct conn *conn, int result, struct slice bytes);
void conn_sent(struct conn *conn, int result);

/* Serves what can be served, then says in want_... what next. */
void conn_serve(struct conn *conn);

#endif
