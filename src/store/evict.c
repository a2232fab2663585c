/* To find the key that was idle longest, all would have to be in a list, which
 * every read would change. Instead a few are looked at, and the best of them
 * goes; with five or ten that is nearly as good.
 *
 *     database:     0     1     2  ...        A column of shards is picked at
 *     shard 0:     [ ]   [ ]   [ ]            random, one of its shards by how
 *     shard 1:     [*]   [ ]   [ ]  <- here   many keys are in it, and in that
 *     ...                                     some buckets in a row: neighbours
 *                                             by hash are strangers otherwise.
 *
 * Only that one shard is locked, like a client would. */
#include "store/evict.h"
#include "base/random.h"
#include "store/keyspace.h"
#include "store/usage.h"

enum {
    TWICE = 2 /* as many samples as are asked for: Redis keeps the best that it
               * saw for the next time, which comes to about the same */
};

static size_t candidates(const struct shard *shard, const struct eviction *how)
{
    return atomic_load_explicit(how->mortal ? &shard->mortal : &shard->count,
                                memory_order_relaxed);
}

/* The higher, the sooner it goes. */
static int64_t score(const struct store *store, const struct eviction *how,
                     const struct entry *entry, int64_t now)
{
    if (how->which == EVICT_IDLE)
        return usage_idle(entry, now);
    if (how->which == EVICT_RARE)
        return 255 - (int64_t)usage_frequency(store, entry, now);
    if (how->which == EVICT_SOONEST)
        return INT64_MAX - entry_deadline(entry);
    return 0;
}

/* The best of some; NULL: there is none. */
static const struct entry *choose(const struct store *store,
                                  const struct shard *shard,
                                  const struct eviction *how, int64_t now)
{
    const struct entry *best = NULL;
    int64_t most = 0;
    size_t seen = 0;
    size_t at = shard->bucket_count > 0 ? random_index(shard->bucket_count) : 0;
    size_t enough = how->samples * TWICE;
    for (size_t i = 0; i < shard->bucket_count && seen < enough; i++) {
        const struct entry *entry =
            shard->buckets[(at + i) & (shard->bucket_count - 1)];
        for (; entry != NULL; entry = entry->next) {
            if (how->mortal && entry_deadline(entry) == NO_DEADLINE)
                continue;
            int64_t points = score(store, how, entry, now);
            if (best == NULL || points > most) {
                best = entry;
                most = points;
            }
            seen++;
        }
    }
    return best;
}

static bool evict_from(struct store *store, struct shard *shard,
                       const struct eviction *how, int64_t now)
{
    struct keyspace space = {
        .store = store,
        .db = (unsigned)((shard - store->shards) >> SHARD_BITS),
        .now = now,
    };
    pthread_rwlock_t *gate = &store->gates[random_index(GATES)].lock;
    pthread_rwlock_rdlock(gate);
    pthread_rwlock_wrlock(&shard->lock);
    const struct entry *entry = choose(store, shard, how, now);
    if (entry != NULL) {
        struct key key = store_key(store, entry_key(entry));
        if (keyspace_remove(&space, &key))
            store_tell(store, STORE_EVICTED, space.db, key.name);
    }
    pthread_rwlock_unlock(&shard->lock);
    pthread_rwlock_unlock(gate);
    keyspace_free_garbage(&space);
    return entry != NULL;
}

/* One of the column, as likely as it has candidates; NULL: none has any. */
static struct shard *pick_shard(const struct store *store, size_t column,
                                const struct eviction *how)
{
    size_t seen = 0;
    struct shard *picked = NULL;
    for (unsigned db = 0; db < store->databases; db++) {
        struct shard *shard = &store->shards[db * SHARDS + column];
        size_t n = candidates(shard, how);
        seen += n;
        if (n > 0 && random_index(seen) < n)
            picked = shard;
    }
    return picked;
}

bool store_evict(struct store *store, const struct eviction *how, int64_t now)
{
    size_t start = random_index(SHARDS);
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = pick_shard(store, (start + i) % SHARDS, how);
        if (shard != NULL && evict_from(store, shard, how, now))
            return true;
    }
    return false;
}
