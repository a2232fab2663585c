#include "store/lockset.h"

#include <sched.h>
#include <stdlib.h>

/* What a thread does before it sleeps on a lock. Waking up takes microseconds,
 * and glibc hands a contended lock from one sleeper to the next, each time with
 * a trip through the scheduler; a shard is free again long before that, unless
 * its holder has been pushed from the processor. */
enum {
    TRIES = 16,  /* in a row: a shard is held for less than a microsecond */
    YIELDS = 16, /* then let whoever holds it run, and try again */
};

void lockset_init(struct lockset *set, unsigned long long client)
{
    set->whole = set->inside = false;
    set->gate = (unsigned)(client % GATES);
    set->count = 0;
}

void lockset_add(struct lockset *set, uint32_t shard, bool exclusive)
{
    if (set->count == LOCKSET_MOST)
        set->whole = true;
    else
        set->locks[set->count++] = (struct lock){shard, exclusive};
}

void lockset_add_all(struct lockset *set)
{
    set->whole = true;
}

bool lockset_covers(const struct lockset *held, uint32_t shard, bool exclusive)
{
    return !held->whole && held->count == 1 && held->locks[0].shard == shard &&
           (held->locks[0].exclusive || !exclusive);
}

static int by_shard(const void *a, const void *b)
{
    uint32_t x = ((const struct lock *)a)->shard;
    uint32_t y = ((const struct lock *)b)->shard;
    return (x > y) - (x < y);
}

/* Ascending, each shard once. */
static void put_in_order(struct lockset *set)
{
    qsort(set->locks, set->count, sizeof *set->locks, by_shard);
    size_t kept = 0;
    for (size_t i = 1; i < set->count; i++) {
        if (set->locks[i].shard == set->locks[kept].shard)
            set->locks[kept].exclusive |= set->locks[i].exclusive;
        else
            set->locks[++kept] = set->locks[i];
    }
    set->count = kept + 1;
}

static void lock_exclusive(pthread_rwlock_t *lock)
{
    for (int i = 0; i < YIELDS; i++) {
        for (int j = 0; j < TRIES; j++)
            if (pthread_rwlock_trywrlock(lock) == 0)
                return;
        sched_yield();
    }
    pthread_rwlock_wrlock(lock);
}

static void lock_shared(pthread_rwlock_t *lock)
{
    for (int i = 0; i < YIELDS; i++) {
        for (int j = 0; j < TRIES; j++)
            if (pthread_rwlock_tryrdlock(lock) == 0)
                return;
        sched_yield();
    }
    /* It can fail: too many readers. There is no other way than to wait. */
    while (pthread_rwlock_rdlock(lock) != 0)
        ;
}

static void lock_whole(struct store *store)
{
    for (int i = 0; i < GATES; i++)
        pthread_rwlock_wrlock(&store->gates[i].lock);
}

static void unlock_whole(struct store *store)
{
    for (int i = GATES; i > 0; i--)
        pthread_rwlock_unlock(&store->gates[i - 1].lock);
}

static void leave(struct lockset *set, struct store *store)
{
    if (set->inside)
        pthread_rwlock_unlock(&store->gates[set->gate].lock);
    set->inside = false;
}

void lockset_lock(struct lockset *set, struct store *store)
{
    if (set->whole) {
        leave(set, store);
        lock_whole(store);
        return;
    }
    if (set->count == 0)
        return;
    if (set->count > 1)
        put_in_order(set);
    if (!set->inside)
        lock_shared(&store->gates[set->gate].lock);
    set->inside = true;
    for (size_t i = 0; i < set->count; i++) {
        pthread_rwlock_t *lock = &store->shards[set->locks[i].shard].lock;
        if (set->locks[i].exclusive)
            lock_exclusive(lock);
        else
            lock_shared(lock);
    }
}

static void unlock_shards(const struct lockset *set, struct store *store)
{
    for (size_t i = set->count; i > 0; i--)
        pthread_rwlock_unlock(&store->shards[set->locks[i - 1].shard].lock);
}

void lockset_unlock_shards(struct lockset *set, struct store *store)
{
    unlock_shards(set, store);
    set->count = 0;
}

void lockset_unlock(struct lockset *set, struct store *store)
{
    if (set->whole) {
        unlock_whole(store);
        return;
    }
    unlock_shards(set, store);
    leave(set, store);
}
