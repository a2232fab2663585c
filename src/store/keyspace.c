#include "store/keyspace.h"

#include <stdlib.h>

enum { MIN_BUCKETS = 4 };

static struct shard *shard_of(const struct keyspace *space,
                              const struct key *key)
{
    return &space->store->shards[store_shard(space->db, key->hash)];
}

/* Where the pointer to the key's entry is, or would be. There are buckets. */
static struct entry **find_link(const struct shard *shard,
                                const struct key *key)
{
    uint32_t hash = (uint32_t)key->hash;
    struct entry **link = &shard->buckets[hash & (shard->bucket_count - 1)];
    while (*link != NULL && ((*link)->hash != hash ||
                             !slice_equal(entry_key(*link), key->name)))
        link = &(*link)->next;
    return link;
}

/* Makes room for one more entry. Out of memory is no failure as long as there
 * is a table at all: it only gets slower. */
static bool grow(struct shard *shard)
{
    if (shard->count < shard->bucket_count)
        return true;
    size_t count = shard->bucket_count ? shard->bucket_count * 2 : MIN_BUCKETS;
    struct entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL)
        return shard->buckets != NULL;
    for (size_t i = 0; i < shard->bucket_count; i++) {
        struct entry *entry = shard->buckets[i];
        while (entry != NULL) {
            struct entry *next = entry->next;
            struct entry **link = &buckets[entry->hash & (count - 1)];
            entry->next = *link;
            *link = entry;
            entry = next;
        }
    }
    free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = count;
    return true;
}

static void count_mortal(struct shard *shard, int64_t deadline, int by)
{
    if (deadline != NO_DEADLINE)
        atomic_fetch_add(&shard->mortal, (size_t)by);
}

/* Hangs `entry` (NULL: nothing) where `link` is, and sets aside what it
 * replaces. */
static void replace(struct keyspace *space, struct shard *shard,
                    struct entry **link, struct entry *entry)
{
    struct entry *old = *link;
    if (entry != NULL) {
        entry->next = old ? old->next : NULL;
        shard->count++;
        count_mortal(shard, entry_deadline(entry), +1);
    }
    *link = entry ? entry : old ? old->next : NULL;
    if (old != NULL) {
        shard->count--;
        count_mortal(shard, entry_deadline(old), -1);
        old->next = space->garbage;
        space->garbage = old;
    }
}

/* The key's entry for a write: what has expired is gone. */
static struct entry **find_live_link(struct keyspace *space,
                                     struct shard *shard,
                                     const struct key *key)
{
    struct entry **link = find_link(shard, key);
    if (*link != NULL && entry_deadline(*link) <= space->now) {
        replace(space, shard, link, NULL);
        link = find_link(shard, key);
    }
    return link;
}

struct entry *keyspace_find(const struct keyspace *space,
                            const struct key *key)
{
    const struct shard *shard = shard_of(space, key);
    if (shard->buckets == NULL)
        return NULL;
    struct entry *entry = *find_link(shard, key);
    if (entry != NULL && entry_deadline(entry) <= space->now)
        return NULL;
    return entry;
}

bool keyspace_put(struct keyspace *space, const struct key *key,
                  struct slice value, int64_t deadline)
{
    struct shard *shard = shard_of(space, key);
    if (!grow(shard))
        return false;
    struct entry **link = find_live_link(space, shard, key);
    if (*link != NULL && entry_deadline(*link) == deadline &&
        entry_set_value(*link, value))
        return true;
    struct entry *entry =
        entry_new((uint32_t)key->hash, key->name, value, deadline);
    if (entry == NULL)
        return false;
    replace(space, shard, link, entry);
    return true;
}

bool keyspace_append(struct keyspace *space, const struct key *key,
                     struct slice more)
{
    struct shard *shard = shard_of(space, key);
    if (!grow(shard))
        return false;
    struct entry **link = find_live_link(space, shard, key);
    if (*link == NULL)
        return keyspace_put(space, key, more, NO_DEADLINE);
    if (entry_append(*link, more))
        return true;
    struct entry *grown = entry_grow(*link, (*link)->value_len + more.len);
    if (grown == NULL)
        return false;
    *link = grown;
    return entry_append(grown, more);
}

bool keyspace_expire(struct keyspace *space, const struct key *key,
                     int64_t deadline)
{
    struct shard *shard = shard_of(space, key);
    struct entry **link = find_link(shard, key);
    struct entry *entry = *link;
    int64_t before = entry_deadline(entry);
    if (entry_set_deadline(entry, deadline)) {
        count_mortal(shard, before, -1);
        count_mortal(shard, deadline, +1);
        return true;
    }
    struct entry *changed = entry_new(entry->hash, entry_key(entry),
                                      entry_value(entry), deadline);
    if (changed == NULL)
        return false;
    replace(space, shard, link, changed);
    return true;
}

bool keyspace_remove(struct keyspace *space, const struct key *key)
{
    struct shard *shard = shard_of(space, key);
    if (shard->buckets == NULL)
        return false;
    struct entry **link = find_live_link(space, shard, key);
    if (*link == NULL)
        return false;
    replace(space, shard, link, NULL);
    return true;
}

static struct shard *first_shard(const struct keyspace *space)
{
    return &space->store->shards[store_shard(space->db, 0)];
}

void keyspace_each(const struct keyspace *space,
                   void (*visit)(const struct entry *entry, void *context),
                   void *context)
{
    const struct shard *shard = first_shard(space);
    for (const struct shard *end = shard + SHARDS; shard < end; shard++)
        for (size_t i = 0; i < shard->bucket_count; i++)
            for (struct entry *e = shard->buckets[i]; e != NULL; e = e->next)
                if (entry_deadline(e) > space->now)
                    visit(e, context);
}

struct keyspace_size keyspace_size(const struct keyspace *space)
{
    struct keyspace_size size = {0};
    for (size_t i = 0; i < SHARDS; i++) {
        size.keys += first_shard(space)[i].count;
        size.mortal += first_shard(space)[i].mortal;
    }
    return size;
}

void keyspace_clear(struct keyspace *space)
{
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = first_shard(space) + i;
        for (size_t b = 0; b < shard->bucket_count; b++)
            while (shard->buckets[b] != NULL)
                replace(space, shard, &shard->buckets[b], NULL);
        free(shard->buckets);
        shard->buckets = NULL;
        shard->bucket_count = shard->cursor = 0;
    }
}

void keyspace_free_garbage(struct keyspace *space)
{
    while (space->garbage != NULL) {
        struct entry *next = space->garbage->next;
        free(space->garbage);
        space->garbage = next;
    }
}
