/* Rings the bells of many mailboxes on behalf of one who published to them.
 * Waking a thread takes microseconds; waking a thousand takes milliseconds,
 * which whoever published should not have to wait for, least of all under the
 * lock of a shard. A thread of its own does it:
 *
 *     pubsub_publish --> [box]->[box]->[box] --> ringer --> ring, ring, ring
 *
 * It rings a few at a time, and then looks whether their owners have come: of
 * a thousand threads that are awake, the publisher's is one, and waits for the
 * processor until most of the others had their turn. An owner who does not come
 * soon is stuck, for its client does not read; the others do not wait for it.
 * Who finds more mail than it can take at once stands in line again. */
#ifndef RINGER_H
#define RINGER_H

#include "pubsub/mailbox.h"

#include <pthread.h>
#include <semaphore.h>

struct ringer {
    pthread_t thread;

    /* any thread */
    sem_t wanted; /* counts the chains that found nothing to be rung */
    atomic_bool ends;
    _Atomic(struct mailbox *) first; /* to be rung; by next_to_ring */
    atomic_int awaited; /* owners that were rung for, and have not come */

    /* only its own thread */
    int rung;    /* since it last looked whether they come */
    int missing; /* of those awaited, who are not waited for any more */

    pthread_mutex_t ringing; /* held while one is rung */
    struct mailbox *line;    /* likewise, by next_to_ring; before `first` */
};

/* Mailboxes that one publisher collects, before it hands them over. */
struct ring_list {
    struct mailbox *first, *last;
};

/* False, with errno: no memory, or no thread. */
bool ringer_open(struct ringer *ringer);
void ringer_close(struct ringer *ringer);

/* Adds the box, unless it is to be rung already. Any thread, but only one at a
 * time for each box. */
void ring_list_add(struct ring_list *list, struct mailbox *box);

/* Has them all rung, soon. */
void ringer_take(struct ringer *ringer, struct ring_list *list);

/* Has the box rung once more, behind all others. */
void ringer_take_again(struct ringer *ringer, struct mailbox *box);

/* An owner that it rang for has come. */
void ringer_saw(struct ringer *ringer);

/* The box is not to be rung any more; nobody adds it again. */
void ringer_forget(struct ringer *ringer, struct mailbox *box);

#endif
