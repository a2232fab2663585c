/* The locks that one command needs, as a value: collect, take, release.
 *
 * The lock order, for the whole server: gates in ascending number, then shards
 * in ascending number, and nothing is taken while another set is held. So no
 * two threads can wait for each other in a circle.
 *
 * A set of many shards becomes the whole store: databases call this lock
 * escalation. Taking hundreds of locks costs more than making others wait. */
#ifndef LOCKSET_H
#define LOCKSET_H

#include "store/store.h"

enum { LOCKSET_MOST = 32 /* shards; more of them are the whole store */ };

struct lockset {
    bool whole;    /* all gates, exclusively, and no shards */
    bool inside;   /* the gate is held, shared */
    unsigned gate; /* which one, if not all */
    size_t count;
    struct lock {
        uint32_t shard;
        bool exclusive;
    } locks[LOCKSET_MOST];
};

/* Empty, for a client of this number: it tells which gate to go through. */
void lockset_init(struct lockset *set, unsigned long long client);

/* A shard that comes twice is taken once, exclusively if that was asked once. */
void lockset_add(struct lockset *set, uint32_t shard, bool exclusive);

/* Everything. */
void lockset_add_all(struct lockset *set);

/* Is this shard all that is held, or among it? */
bool lockset_covers(const struct lockset *held, uint32_t shard, bool exclusive);

/* Takes what was added, and the gate, unless the set is already inside. */
void lockset_lock(struct lockset *set, struct store *store);
void lockset_unlock(struct lockset *set, struct store *store);

/* Releases and forgets the shards, but stays inside, so that other shards cost
 * less: as long as it is, nobody gets the whole store. */
void lockset_unlock_shards(struct lockset *set, struct store *store);

#endif
