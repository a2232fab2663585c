/* What concerns all keys of a database at once. */
#include "base/random.h"
#include "store/interest.h"
#include "store/shard.h"

#include <stdlib.h>

enum { TRIES = 100 /* to meet a random key that has not expired */ };

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

/* A cursor is the position in a shard, and behind it the shard's number. */
uint64_t keyspace_scan(const struct keyspace *space, uint64_t cursor,
                       void (*visit)(const struct entry *entry, void *context),
                       void *context)
{
    uint64_t shard = cursor % SHARDS;
    uint64_t position = shard_visit(first_shard(space) + shard,
                                    cursor / SHARDS, visit, context);
    if (position == 0)
        shard = (shard + 1) % SHARDS; /* after the last one: 0, the end */
    return position << SHARD_BITS | shard;
}

uint32_t keyspace_scan_shard(const struct keyspace *space, uint64_t cursor)
{
    return store_shard(space->db, 0) + (uint32_t)(cursor % SHARDS);
}

/* There are entries. A table is at least an eighth full, so this meets one
 * soon. */
static const struct entry *pick_from_shard(const struct shard *shard)
{
    const struct entry *first = NULL;
    while (first == NULL)
        first = shard->buckets[random_index(shard->bucket_count)];
    const struct entry *picked = first;
    size_t seen = 1;
    for (const struct entry *e = first->next; e != NULL; e = e->next)
        if (random_index(++seen) == 0)
            picked = e;
    return picked;
}

static const struct entry *pick(const struct keyspace *space)
{
    size_t count = keyspace_size(space).keys;
    if (count == 0)
        return NULL;
    const struct shard *shard = first_shard(space);
    for (size_t i = random_index(count); i >= shard->count; shard++)
        i -= shard->count;
    return pick_from_shard(shard);
}

static void keep(const struct entry *entry, void *context)
{
    const struct entry **kept = context;
    *kept = entry;
}

/* Where nearly everything has expired, it is looked for one by one. */
const struct entry *keyspace_random(const struct keyspace *space)
{
    for (int i = 0; i < TRIES; i++) {
        const struct entry *entry = pick(space);
        if (entry == NULL || entry_deadline(entry) > space->now)
            return entry;
    }
    const struct entry *last = NULL;
    keyspace_each(space, keep, &last);
    return last;
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

/* Only who watches can be interested in a key that goes. */
static void clear_bucket(struct keyspace *space, struct shard *shard,
                         struct entry **bucket)
{
    while (*bucket != NULL) {
        struct entry *entry = *bucket;
        *bucket = entry->next;
        entry->next = space->garbage;
        space->garbage = entry;
        if (shard->watching.count > 0) {
            struct key key = store_key(space->store, entry_key(entry));
            interest_tell(space, &key);
        }
    }
}

void keyspace_clear(struct keyspace *space)
{
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = first_shard(space) + i;
        for (size_t b = 0; b < shard->bucket_count; b++)
            clear_bucket(space, shard, &shard->buckets[b]);
        free(shard->buckets);
        shard->buckets = NULL;
        shard->bucket_count = shard->cursor = 0;
        shard->count = 0;
        shard->mortal = 0;
    }
}

static void swap(size_t *a, size_t *b)
{
    size_t kept = *a;
    *a = *b;
    *b = kept;
}

/* Who is interested in a key stays with the key's name. */
static void swap_tables(struct shard *a, struct shard *b)
{
    struct entry **buckets = a->buckets;
    a->buckets = b->buckets;
    b->buckets = buckets;
    swap(&a->bucket_count, &b->bucket_count);
    swap(&a->cursor, &b->cursor);
    a->count = atomic_exchange(&b->count, a->count);
    a->mortal = atomic_exchange(&b->mortal, a->mortal);
}

/* Tells who is interested in a key of database `mine`, unless it neither was
 * there before nor is now. */
static void tell_swapped(struct keyspace *space, unsigned mine, unsigned other,
                         const struct interests *interests)
{
    unsigned db = space->db;
    struct interest *interest = NULL;
    while ((interest = interest_each(interests, interest)) != NULL) {
        space->db = other;
        bool was_there = keyspace_peek(space, &interest->key) != NULL;
        space->db = mine;
        if (was_there || keyspace_peek(space, &interest->key) != NULL)
            interest_tell(space, &interest->key);
    }
    space->db = db;
}

void keyspace_swap(struct keyspace *space, unsigned a, unsigned b)
{
    for (uint32_t i = 0; i < SHARDS; i++) {
        struct shard *in_a = &space->store->shards[store_shard(a, 0) + i];
        struct shard *in_b = &space->store->shards[store_shard(b, 0) + i];
        swap_tables(in_a, in_b);
        tell_swapped(space, a, b, &in_a->watching);
        tell_swapped(space, a, b, &in_a->waiting);
        tell_swapped(space, b, a, &in_b->watching);
        tell_swapped(space, b, a, &in_b->waiting);
    }
}
