/* Rings the bells of many mailboxes on behalf of one who published to them.
 * Waking a thread takes microseconds; waking a thousand takes milliseconds,
 * which whoever published should not have to wait for, least of all under the
 * lock of a shard. A thread of its own does it:
 *
 *     pubsub_publish --> [box]->[box]->[box] --> ringer --> ring, ring, ring
 */
#ifndef RINGER_H
#define RINGER_H

#include "pubsub/mailbox.h"

#include <pthread.h>
#include <semaphore.h>

struct ringer {
    pthread_t thread;
    sem_t wanted; /* counts the chains that found nothing to be rung */
    atomic_bool ends;
    _Atomic(struct mailbox *) first; /* to be rung; by next_to_ring */
    pthread_mutex_t ringing;         /* held while one is rung */
};

/* Mailboxes that one publisher collects, before it hands them over. */
struct ring_list {
    struct mailbox *first, *last;
};

/* False, with errno: no memory, or no thread. */
bool ringer_open(struct ringer *ringer);
void ringer_close(struct ringer *ringer);

/* Adds the box, unless it is to be rung already. One thread at a time. */
void ring_list_add(struct ring_list *list, struct mailbox *box);

/* Has them all rung, soon. */
void ringer_take(struct ringer *ringer, struct ring_list *list);

/* Waits until the box is not to be rung; nobody adds it any more. */
void ringer_forget(struct ringer *ringer, struct mailbox *box);

#endif
