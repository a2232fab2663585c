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
    unsigned gate; /* else this one, shared */
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

/* Are the locks of `wanted`, a single shard, among those of `held`? */
bool lockset_covers(const struct lockset *held, const struct lockset *wanted);

void lockset_lock(struct lockset *set, struct store *store);
void lockset_unlock(struct lockset *set, struct store *store);

#endif
