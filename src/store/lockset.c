#include "store/lockset.h"

#include <stdlib.h>


enum {
    SPINS = 64 /* tries before sleeping: a shard is held for less than the
                * microseconds that a sleep and a wake-up take */
};

void lockset_init(struct lockset *set, unsigned long long client)
{
    set->whole = false;
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
    for (int i = 0; i < SPINS; i++)
        if (pthread_rwlock_trywrlock(lock) == 0)
            return;
    pthread_rwlock_wrlock(lock);
}

static void lock_shared(pthread_rwlock_t *lock)
{
    for (int i = 0; i < SPINS; i++)
        if (pthread_rwlock_tryrdlock(lock) == 0)
            return;
    /* It can fail: too many readers. There is no other way than to wait. */
    while (pthread_rwlock_rdlock(lock) != 0)
        ;
}

static void lock_whole(struct store *store)
{
    for (int i = 0; i < GATES; i++)
        lock_exclusive(&store->gates[i].lock);
}

static void unlock_whole(struct store *store)
{
    for (int i = GATES; i > 0; i--)
        pthread_rwlock_unlock(&store->gates[i - 1].lock);
}

void lockset_lock(struct lockset *set, struct store *store)
{
    if (set->whole) {
        lock_whole(store);
        return;
    }
    if (set->count == 0)
        return;
    if (set->count > 1)
        put_in_order(set);
    lock_shared(&store->gates[set->gate].lock);
    for (size_t i = 0; i < set->count; i++) {
        pthread_rwlock_t *lock = &store->shards[set->locks[i].shard].lock;
        if (set->locks[i].exclusive)
            lock_exclusive(lock);
        else
            lock_shared(lock);
    }
}

void lockset_unlock(struct lockset *set, struct store *store)
{
    if (set->whole) {
        unlock_whole(store);
        return;
    }
    for (size_t i = set->count; i > 0; i--)
        pthread_rwlock_unlock(&store->shards[set->locks[i - 1].shard].lock);
    if (set->count > 0)
        pthread_rwlock_unlock(&store->gates[set->gate].lock);
}
