/* The hash table of one shard: entries chained in buckets, a power of two of
 * them. The caller holds the shard, exclusively for whatever changes it. */
#ifndef SHARD_H
#define SHARD_H

#include "store/store.h"

/* Where the pointer to the key's entry is, or would be. There are buckets. */
struct entry **shard_link(const struct shard *shard, const struct key *key);

/* Makes room for one more entry. False: there is no memory for any. */
bool shard_grow(struct shard *shard);

/* Gives room back that many entries have left behind; links to entries are
 * void after it. */
void shard_shrink(struct shard *shard);

/* Visits the entries of one bucket, the one at `position`. A walk starts at 0,
 * goes on at what the last call returned, and is over when that is 0. Whatever
 * is there from its start to its end is visited at least once, even if the
 * table grows or shrinks in between. */
uint64_t shard_visit(const struct shard *shard, uint64_t position,
                     void (*visit)(const struct entry *entry, void *context),
                     void *context);

#endif
