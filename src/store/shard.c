/* The table doubles when it is full and is halved when it is nearly empty; in
 * between there is room enough that a key that comes and goes does neither.
 *
 * A walk in pieces (SCAN) counts through the buckets with the bits of their
 * numbers in reverse: 000 100 010 110 001 101 011 111. The table picks an
 * entry's bucket by the low bits of its hash, so when it doubles, what was in
 * bucket 10 is in 010 and 110, and they follow each other in this order; what
 * was visited stays behind the walk, what was not stays ahead of it. When it is
 * halved, a bucket that was visited in part is visited again. */
#include "store/shard.h"
#include "base/cursor.h"

#include <stdlib.h>

enum {
    MIN_BUCKETS = 4,
    SPARSE = 8, /* buckets for each entry: time to shrink */
};

struct entry **shard_link(const struct shard *shard, const struct key *key)
{
    uint32_t hash = (uint32_t)key->hash;
    struct entry **link = &shard->buckets[hash & (shard->bucket_count - 1)];
    while (*link != NULL && ((*link)->hash != hash ||
                             !slice_equal(entry_key(*link), key->name)))
        link = &(*link)->next;
    return link;
}

static bool resize(struct shard *shard, size_t count)
{
    struct entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL)
        return false;
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

/* Out of memory is no failure as long as there is a table at all: it only gets
 * slower. */
bool shard_grow(struct shard *shard)
{
    if (shard->count < shard->bucket_count)
        return true;
    size_t count = shard->bucket_count ? shard->bucket_count * 2 : MIN_BUCKETS;
    return resize(shard, count) || shard->buckets != NULL;
}

void shard_shrink(struct shard *shard)
{
    size_t count = shard->bucket_count;
    while (count > MIN_BUCKETS && shard->count < count / SPARSE)
        count /= 2;
    if (count < shard->bucket_count)
        resize(shard, count);
}

uint64_t shard_visit(const struct shard *shard, uint64_t position,
                     void (*visit)(const struct entry *entry, void *context),
                     void *context)
{
    if (shard->bucket_count == 0)
        return 0;
    const struct entry *entry =
        shard->buckets[position & (shard->bucket_count - 1)];
    for (; entry != NULL; entry = entry->next)
        visit(entry, context);
    return cursor_next(position, shard->bucket_count);
}
