/* The store: numbered databases, each split in shards by the high bits of the
 * key's hash, each shard a small hash table behind a lock of its own.
 *
 *     gates:       [0] [1] ... [15]
 *     database 0:  [shard 0] [shard 1] ... [shard 255]
 *     database 1:  [shard 0] ...
 *
 * Commands on different shards run at the same time, and growing a table stops
 * one shard only. Before any shard, a client goes through one of the gates,
 * shared; who holds all gates exclusively has the whole store to himself.
 * Several gates, because one would be a cache line that every processor wants.
 * Locks are taken through a lockset (store/lockset.h); the functions of
 * store/keyspace.h expect them held. */
#ifndef STORE_H
#define STORE_H

#include "base/hash.h"
#include "store/entry.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

enum { SHARD_BITS = 8, SHARDS = 1 << SHARD_BITS /* of each database */ };
enum { GATES = 16 };

struct gate {
    alignas(64) pthread_rwlock_t lock; /* a cache line of its own */
};

/* Those who want to know of changes (store/interest.h). */
struct interests {
    struct line *lines; /* a power of two of them, or NULL */
    size_t line_count;
    size_t count; /* interests */
};

struct shard {
    alignas(64) pthread_rwlock_t lock; /* a cache line of its own */

    /* lock must be held */
    struct entry **buckets; /* a power of two of them, or NULL */
    size_t bucket_count;
    size_t cursor; /* where the sweep goes on */
    struct interests watching, waiting;

    /* written under lock, read by anybody */
    atomic_size_t count;  /* entries */
    atomic_size_t mortal; /* those with a deadline */
};

/* What becomes of keys without a command that says so. */
enum store_event { STORE_EXPIRED, STORE_EVICTED, STORE_NEW };

/* Is told, if set before anybody uses the store; the key's shard is held. */
struct store_listener {
    void (*tell)(void *context, enum store_event event, unsigned db,
                 struct slice key);
    void (*changed)(void *context, unsigned long long writer,
                    struct slice key); /* if store.heeds_changes */
    void *context;
};

struct store {
    struct hash_seed seed;
    struct store_listener listener;
    struct gate gates[GATES];
    unsigned databases;
    struct shard *shards; /* databases * SHARDS */
    atomic_bool heeds_changes; /* the listener wants to hear of every change */

    /* what entries remember of their use (store/usage.h); any thread */
    atomic_bool counts_uses;   /* how often, and not how long ago */
    atomic_uint log_factor;    /* lfu-log-factor */
    atomic_uint decay_minutes; /* lfu-decay-time */
};

/* A key as the store wants it: hashed once, before any lock is taken. */
struct key {
    struct slice name; /* borrowed */
    uint64_t hash;
};

/* False, with errno: no memory, or no randomness to be had. */
bool store_open(struct store *store, unsigned databases);

/* Nobody may use the store any more. */
void store_close(struct store *store);

static inline struct key store_key(const struct store *store, struct slice name)
{
    return (struct key){name, hash_bytes(&store->seed, name)};
}

/* The number of the shard of a key in a database, for a lockset. */
static inline uint32_t store_shard(unsigned db, uint64_t hash)
{
    return (uint32_t)db << SHARD_BITS | (uint32_t)(hash >> (64 - SHARD_BITS));
}

static inline void store_tell(const struct store *store,
                              enum store_event event, unsigned db,
                              struct slice key)
{
    if (store->listener.tell != NULL)
        store->listener.tell(store->listener.context, event, db, key);
}

static inline void store_tell_change(const struct store *store,
                                     unsigned long long writer,
                                     struct slice key)
{
    if (store->listener.changed != NULL)
        store->listener.changed(store->listener.context, writer, key);
}

/* Frees entries whose deadline has passed, a piece of each shard at a time,
 * locking one shard at a time. Returns how many. Call it again soon when that
 * is many. */
size_t store_sweep(struct store *store, int64_t now);

#endif
