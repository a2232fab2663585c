/* The one place where threads meet: bytes for a client (a published message,
 * the reply to a blocked command), left by other threads, taken by the thread
 * that owns the client's session. Whoever posts into an empty box rings the
 * bell; nobody writes to another client's socket.
 *
 *     letter "*3 message news hi"   held by 3
 *        ^            ^         ^
 *     [box: a b .] [box: .] [box: c .]      one copy, however many get it */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "base/buf.h"
#include "pubsub/wire.h"

#include <stdatomic.h>
#include <stdint.h>

/* Whole replies, which never change. */
struct letter {
    atomic_int holders; /* the last one frees it */
    size_t len;
    char bytes[];
};

/* The caller is its one holder. NULL: no memory. */
struct letter *letter_new(struct slice bytes);
void letter_release(struct letter *letter);

/* How much may wait for a client (client-output-buffer-limit), in bytes; 0: no
 * limit. The soft one must not be exceeded for longer than `seconds`. */
struct mail_limit {
    atomic_llong hard, soft, seconds;
};

struct mailbox {
    struct wire wire;

    /* any thread */
    atomic_size_t waiting; /* bytes of mail in the box, overhead included */
    atomic_size_t letters; /* in the box */
    atomic_size_t unsent;  /* bytes taken, or replied, but not yet sent; only
                            * the owner sets it */
    atomic_llong soft_since; /* milliseconds, monotonic: it is over the soft
                              * limit since then; 0: it is not */
    atomic_bool overflown;   /* mail is lost, and so is the client: who rings
                              * cuts its connection */
    atomic_bool to_ring; /* pubsub/ringer.h: it is in a list, by the next */
    struct mailbox *next_to_ring;
    _Atomic(struct ringer *) caller; /* rang, and awaits the owner; or NULL */
    _Atomic(struct mail *) newest; /* linked to the ones before */

    /* only the owner */
    struct mail *left; /* collected, not yet taken; the oldest first */
};

void mailbox_open(struct mailbox *box, const struct wire *wire);
void mailbox_close(struct mailbox *box);

/* Any thread. False: the box is over the limit (NULL: there is none), or there
 * is no memory. Then the client's connection is cut: whoever misses one message
 * gets no other. */
bool mailbox_post(struct mailbox *box, struct letter *letter,
                  const struct mail_limit *limit);

/* Likewise, but does not ring. *ring: somebody has to, for the box was empty,
 * or is over the limit now. */
bool mailbox_put(struct mailbox *box, struct letter *letter,
                 const struct mail_limit *limit, bool *ring);

/* Cuts the connection if what waits is over the limit. False: it is, or was.
 * Cheap as long as it is not. */
bool mailbox_check(struct mailbox *box, const struct mail_limit *limit);

/* Cuts the connection: there was no memory for a message. Any thread. */
void mailbox_fail(struct mailbox *box);

/* Rings without mail: for what the owner finds elsewhere. Any thread. */
void mailbox_ring(struct mailbox *box);

/* The owner only. Moves mail behind what `out` holds: whole letters, until
 * that has `most` bytes; if some is left, the bell will be rung again. False:
 * mail has been lost, so the conversation is over. */
bool mailbox_take(struct mailbox *box, struct buf *out, size_t most);

#endif
