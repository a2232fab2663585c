/* Sixteen databases of strings behind one lock, which the caller of a database_
 * function holds: shared to look, exclusive to change. Entries are borrowed
 * until it is released. Times are milliseconds of the monotonic clock. */
#ifndef STORE_H
#define STORE_H

#include "hash.h"

#include <pthread.h>
#include <time.h>

#define NEVER INT64_MAX /* times when an entry expires: not at all, or */
#define PAST INT64_C(-1) /* long ago */

enum { DATABASES = 16, VALUE_MAX = 512 * 1024 * 1024 /* bytes */ };

struct entry {
    struct entry *next; /* in the same bucket */
    uint64_t hash;
    int64_t expires; /* after this millisecond */
    size_t key_len, value_len;
    char bytes[]; /* the key, then the value */
};

struct database {
    const struct hash_seed *seed;
    struct entry **buckets;
    size_t cap;   /* buckets: 0 or a power of two */
    size_t count; /* entries; some may have expired */
    size_t swept; /* buckets, round and round */
};

struct store {
    pthread_rwlock_t lock;
    struct hash_seed seed;
    struct database databases[DATABASES];
};

bool store_open(struct store *store);
void store_close(struct store *store);
int64_t clock_ms(clockid_t clock);
void store_sweep(struct store *store); /* frees expired entries; locks */

/* NULL when the key is absent, or has expired, which is the same. */
struct entry *database_find(const struct database *db, struct slice key,
                            int64_t now);

/* A new entry in the key's place; false: no memory, nothing changed. */
bool database_put(struct database *db, struct slice key, struct slice value,
                  int64_t expires);
bool database_append(struct database *db, struct entry *to, struct slice tail);
bool database_delete(struct database *db, struct slice key, int64_t now);
void database_flush(struct database *db);

/* The one after `entry`, or the first after NULL; NULL at the end. */
struct entry *database_next(const struct database *db, const struct entry *e);

static inline struct slice entry_key(const struct entry *entry)
{
    return (struct slice){entry->bytes, entry->key_len};
}

static inline struct slice entry_value(const struct entry *entry)
{
    return (struct slice){entry->bytes + entry->key_len, entry->value_len};
}

#endif
