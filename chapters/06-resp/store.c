/* Each database is a hash table of chains that doubles when it is full:
 *     buckets[hash & (cap - 1)] -> entry -> entry -> NULL
 * `at` is the place of a pointer to an entry: in a bucket, or the entry before
 * it, so that the first of a chain is no exception. */
#include "store.h"

#include <stdlib.h>

enum { SWEEP_BUCKETS = 1024 /* in one hold of the lock */ };

/* glibc lets readers overtake a waiting writer for ever, unless told not to. */
#ifndef PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP
#define PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP \
    PTHREAD_RWLOCK_INITIALIZER
#endif

bool store_open(struct store *store)
{
    *store = (struct store){
        .lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP};
    for (int i = 0; i < DATABASES; i++)
        store->databases[i].seed = &store->seed;
    return hash_seed_random(&store->seed);
}

void store_close(struct store *store)
{
    for (int i = 0; i < DATABASES; i++)
        database_flush(&store->databases[i]);
    pthread_rwlock_destroy(&store->lock);
}

int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

struct entry *database_next(const struct database *db, const struct entry *e)
{
    if (e != NULL && e->next != NULL)
        return e->next;
    size_t i = e == NULL ? 0 : (e->hash & (db->cap - 1)) + 1;
    while (i < db->cap && db->buckets[i] == NULL)
        i++;
    return i < db->cap ? db->buckets[i] : NULL;
}

/* Without memory for more buckets the chains just get longer. */
static void grow(struct database *db)
{
    size_t cap = db->cap > 0 ? db->cap * 2 : 16;
    struct entry **buckets = calloc(cap, sizeof(struct entry *));
    if (buckets == NULL)
        return;
    struct entry *next;
    for (struct entry *e = database_next(db, NULL); e != NULL; e = next) {
        next = database_next(db, e);
        e->next = buckets[e->hash & (cap - 1)];
        buckets[e->hash & (cap - 1)] = e;
    }
    free(db->buckets);
    db->buckets = buckets;
    db->cap = cap;
}

/* Where the pointer to the key's entry is, or would be (it is NULL). */
static struct entry **find(const struct database *db, struct slice key,
                           uint64_t hash)
{
    struct entry **at = &db->buckets[hash & (db->cap - 1)];
    while (*at != NULL &&
           ((*at)->hash != hash || !slice_equal(entry_key(*at), key)))
        at = &(*at)->next;
    return at;
}

struct entry *database_find(const struct database *db, struct slice key,
                            int64_t now)
{
    if (db->count == 0)
        return NULL;
    struct entry *entry = *find(db, key, hash_bytes(db->seed, key));
    return entry != NULL && entry->expires >= now ? entry : NULL;
}

bool database_put(struct database *db, struct slice key, struct slice value,
                  int64_t expires)
{
    if (db->count >= db->cap)
        grow(db);
    struct entry *entry = malloc(sizeof *entry + key.len + value.len);
    if (entry == NULL || db->cap == 0) {
        free(entry);
        return false;
    }
    uint64_t hash = hash_bytes(db->seed, key);
    struct entry **at = find(db, key, hash), *old = *at;
    *entry = (struct entry){old != NULL ? old->next : NULL, hash, expires,
                            key.len, value.len};
    memcpy(entry->bytes, key.data, key.len);
    memcpy(entry->bytes + key.len, value.data, value.len);
    *at = entry;
    db->count += old == NULL;
    free(old);
    return true;
}

bool database_append(struct database *db, struct entry *to, struct slice tail)
{
    struct entry **at = find(db, entry_key(to), to->hash);
    size_t len = sizeof *to + to->key_len + to->value_len;
    to = realloc(to, len + tail.len);
    if (to == NULL)
        return false;
    memcpy((char *)to + len, tail.data, tail.len);
    to->value_len += tail.len;
    *at = to;
    return true;
}

static void delete_at(struct database *db, struct entry **at)
{
    struct entry *entry = *at;
    *at = entry->next;
    free(entry);
    db->count--;
}

bool database_delete(struct database *db, struct slice key, int64_t now)
{
    struct entry *entry = database_find(db, key, now);
    if (entry != NULL)
        delete_at(db, find(db, key, entry->hash));
    return entry != NULL;
}

void database_flush(struct database *db)
{
    struct entry *next;
    for (struct entry *e = database_next(db, NULL); e != NULL; e = next) {
        next = database_next(db, e);
        free(e);
    }
    free(db->buckets);
    *db = (struct database){.seed = db->seed};
}

/* True when more than a quarter of what it saw had expired: go on at once. */
static bool sweep_part(struct database *db, int64_t now)
{
    size_t seen = 0, dead = 0;
    for (size_t i = 0; i < SWEEP_BUCKETS && i < db->cap; i++) {
        struct entry **at = &db->buckets[db->swept++ & (db->cap - 1)];
        for (; *at != NULL; seen++)
            if ((*at)->expires >= now) {
                at = &(*at)->next;
            } else {
                delete_at(db, at);
                dead++;
            }
    }
    return dead > seen / 4;
}

void store_sweep(struct store *store)
{
    for (int i = 0; i < DATABASES;) {
        pthread_rwlock_wrlock(&store->lock);
        int64_t now = clock_ms(CLOCK_MONOTONIC);
        bool more = sweep_part(&store->databases[i], now);
        pthread_rwlock_unlock(&store->lock);
        i += !more;
    }
}
