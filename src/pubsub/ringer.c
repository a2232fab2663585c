#include "pubsub/ringer.h"

#include <errno.h>
#include <sched.h>

/* From here on the box may be added again, so what it is part of comes first;
 * and ringer_forget looks at `to_ring` when it has the lock. */
static struct mailbox *ring_one(struct ringer *ringer, struct mailbox *box)
{
    pthread_mutex_lock(&ringer->ringing);
    struct mailbox *next = box->next_to_ring;
    atomic_store(&box->to_ring, false);
    mailbox_ring(box);
    pthread_mutex_unlock(&ringer->ringing);
    return next;
}

static void *ring_them(void *argument)
{
    struct ringer *ringer = argument;
    while (!atomic_load(&ringer->ends)) {
        struct mailbox *box = atomic_exchange(&ringer->first, NULL);
        while (box != NULL)
            box = ring_one(ringer, box);
        sem_wait(&ringer->wanted);
    }
    return NULL;
}

bool ringer_open(struct ringer *ringer)
{
    *ringer = (struct ringer){0};
    sem_init(&ringer->wanted, 0, 0);
    pthread_mutex_init(&ringer->ringing, NULL);
    errno = pthread_create(&ringer->thread, NULL, ring_them, ringer);
    return errno == 0;
}

void ringer_close(struct ringer *ringer)
{
    atomic_store(&ringer->ends, true);
    sem_post(&ringer->wanted);
    pthread_join(ringer->thread, NULL);
    pthread_mutex_destroy(&ringer->ringing);
    sem_destroy(&ringer->wanted);
}

void ring_list_add(struct ring_list *list, struct mailbox *box)
{
    if (atomic_exchange(&box->to_ring, true))
        return;
    box->next_to_ring = list->first;
    list->first = box;
    if (list->last == NULL)
        list->last = box;
}

void ringer_take(struct ringer *ringer, struct ring_list *list)
{
    if (list->first == NULL)
        return;
    struct mailbox *first = atomic_load(&ringer->first);
    do
        list->last->next_to_ring = first;
    while (!atomic_compare_exchange_weak(&ringer->first, &first, list->first));
    if (first == NULL)
        sem_post(&ringer->wanted);
    *list = (struct ring_list){0};
}

void ringer_forget(struct ringer *ringer, struct mailbox *box)
{
    bool forgotten = false;
    while (!forgotten) {
        pthread_mutex_lock(&ringer->ringing);
        forgotten = !atomic_load(&box->to_ring);
        pthread_mutex_unlock(&ringer->ringing);
        if (!forgotten)
            sched_yield();
    }
}
