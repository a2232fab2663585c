/* The one place where threads meet: bytes for a client (a published message,
 * the reply to a blocked command), left by other threads, taken by the thread
 * that owns the client's session. Whoever posts into an empty box rings the
 * bell; nobody writes to another client's socket. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "base/buf.h"

#include <pthread.h>

struct mailbox {
    pthread_mutex_t lock;
    void (*ring)(void *wire); /* wakes the owner; called with the lock held */
    void *wire;               /* what ring gets */

    /* lock must be held */
    struct buf bytes; /* whole replies */
    bool overflown;   /* more than `most` were waiting: some are lost */
};

/* False: no memory. */
bool mailbox_open(struct mailbox *box, void (*ring)(void *wire), void *wire);
void mailbox_close(struct mailbox *box);

/* Any thread. False: more than `most` bytes are waiting already (0: no limit),
 * or there is no memory; the owner will find `overflown` and has to end the
 * connection. */
bool mailbox_post(struct mailbox *box, struct slice bytes, size_t most);

/* Rings without mail: for what the owner finds elsewhere. Any thread. */
void mailbox_ring(struct mailbox *box);

/* The owner only. Moves the mail behind what `out` holds; false when some has
 * been lost. */
bool mailbox_take(struct mailbox *box, struct buf *out);

#endif
