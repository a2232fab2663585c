#include "pubsub/ringer.h"

#include <errno.h>
#include <time.h>

enum {
    AT_ONCE = 16,          /* are rung, before it looks whether they come */
    LOOKS = 20,            /* how often it looks */
    BETWEEN_LOOKS = 100000 /* nanoseconds */
};

/* Once `to_ring` is false the box may be added again, so what it is part of
 * comes first; and ringer_forget looks at it when it has the lock. False: there
 * is none. */
static bool ring_next(struct ringer *ringer)
{
    pthread_mutex_lock(&ringer->ringing);
    if (ringer->line == NULL)
        ringer->line = atomic_exchange(&ringer->first, NULL);
    struct mailbox *box = ringer->line;
    if (box != NULL) {
        ringer->line = box->next_to_ring;
        if (atomic_exchange(&box->caller, ringer) == NULL)
            atomic_fetch_add(&ringer->awaited, 1);
        atomic_store(&box->to_ring, false);
        mailbox_ring(box);
    }
    pthread_mutex_unlock(&ringer->ringing);
    return box != NULL;
}

static void let_them_come(struct ringer *ringer)
{
    const struct timespec pause = {.tv_nsec = BETWEEN_LOOKS};
    int awaited = atomic_load(&ringer->awaited);
    for (int i = 0; awaited > ringer->missing && i < LOOKS; i++) {
        nanosleep(&pause, NULL);
        awaited = atomic_load(&ringer->awaited);
    }
    ringer->missing = awaited;
    ringer->rung = 0;
}

static void *ring_them(void *argument)
{
    struct ringer *ringer = argument;
    while (!atomic_load(&ringer->ends)) {
        if (ringer->rung == AT_ONCE)
            let_them_come(ringer);
        if (ring_next(ringer))
            ringer->rung++;
        else
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

void ringer_take_again(struct ringer *ringer, struct mailbox *box)
{
    struct ring_list alone = {0};
    ring_list_add(&alone, box);
    ringer_take(ringer, &alone);
}

void ringer_saw(struct ringer *ringer)
{
    atomic_fetch_sub(&ringer->awaited, 1);
}

/* It stands somewhere in the line, or among those who join its end now. */
void ringer_forget(struct ringer *ringer, struct mailbox *box)
{
    pthread_mutex_lock(&ringer->ringing);
    struct mailbox **at = &ringer->line;
    while (atomic_load(&box->to_ring)) {
        if (*at == NULL)
            *at = atomic_exchange(&ringer->first, NULL);
        if (*at == box) {
            *at = box->next_to_ring;
            atomic_store(&box->to_ring, false);
        } else {
            at = &(*at)->next_to_ring;
        }
    }
    pthread_mutex_unlock(&ringer->ringing);
}
