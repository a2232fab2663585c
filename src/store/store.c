#include "store/shard.h"

#include <errno.h>
#include <stdlib.h>

enum { SWEEP_BUCKETS = 256 /* of one shard in one call */ };

/* glibc's default lets readers overtake a waiting writer for ever: with a few
 * readers that come back at once, no writer gets in. With this kind a reader
 * must not lock twice: the writer who waits in between would block it. */
static int lock_init(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attr;
    int error = pthread_rwlockattr_init(&attr);
    if (error != 0)
        return error;
#ifdef PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP
    pthread_rwlockattr_setkind_np(&attr,
                                  PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    error = pthread_rwlock_init(lock, &attr);
    pthread_rwlockattr_destroy(&attr);
    return error;
}

bool store_open(struct store *store, unsigned databases)
{
    *store = (struct store){.databases = databases};
    if (!hash_seed_random(&store->seed))
        return false;
    size_t count = (size_t)databases * SHARDS;
    store->shards = aligned_alloc(alignof(struct shard),
                                  count * sizeof *store->shards);
    if (store->shards == NULL)
        return false;
    memset(store->shards, 0, count * sizeof *store->shards);
    int error = 0;
    for (size_t i = 0; i < GATES && error == 0; i++)
        error = lock_init(&store->gates[i].lock);
    for (size_t i = 0; i < count && error == 0; i++)
        error = lock_init(&store->shards[i].lock);
    errno = error;
    return error == 0;
}

static void free_entries(struct shard *shard)
{
    for (size_t i = 0; i < shard->bucket_count; i++) {
        struct entry *entry = shard->buckets[i];
        while (entry != NULL) {
            struct entry *next = entry->next;
            entry_free(entry);
            entry = next;
        }
    }
    free(shard->buckets);
}

void store_close(struct store *store)
{
    size_t count = (size_t)store->databases * SHARDS;
    for (size_t i = 0; i < count; i++) {
        free_entries(&store->shards[i]);
        pthread_rwlock_destroy(&store->shards[i].lock);
    }
    for (size_t i = 0; i < GATES; i++)
        pthread_rwlock_destroy(&store->gates[i].lock);
    free(store->shards);
}

static size_t sweep_bucket(const struct store *store, struct shard *shard,
                           struct entry **link, int64_t now)
{
    unsigned db = (unsigned)((shard - store->shards) >> SHARD_BITS);
    size_t swept = 0;
    while (*link != NULL) {
        struct entry *entry = *link;
        if (entry_deadline(entry) > now) {
            link = &entry->next;
            continue;
        }
        *link = entry->next;
        store_tell(store, STORE_EXPIRED, db, entry_key(entry));
        entry_free(entry);
        shard->count--;
        atomic_fetch_sub(&shard->mortal, 1);
        swept++;
    }
    return swept;
}

static size_t sweep_shard(struct store *store, struct shard *shard,
                          int64_t now)
{
    pthread_rwlock_t *gate = &store->gates[0].lock;
    size_t swept = 0;
    pthread_rwlock_rdlock(gate);
    pthread_rwlock_wrlock(&shard->lock);
    for (size_t i = 0; i < SWEEP_BUCKETS && i < shard->bucket_count; i++) {
        shard->cursor = (shard->cursor + 1) & (shard->bucket_count - 1);
        swept += sweep_bucket(store, shard, &shard->buckets[shard->cursor],
                              now);
    }
    shard_shrink(shard);
    pthread_rwlock_unlock(&shard->lock);
    pthread_rwlock_unlock(gate);
    return swept;
}

/* Like any client, the sweep goes through a gate before it takes a shard. */
size_t store_sweep(struct store *store, int64_t now)
{
    size_t swept = 0;
    size_t count = (size_t)store->databases * SHARDS;
    for (size_t i = 0; i < count; i++)
        if (atomic_load_explicit(&store->shards[i].mortal,
                                 memory_order_relaxed) > 0)
            swept += sweep_shard(store, &store->shards[i], now);
    return swept;
}
