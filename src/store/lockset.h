/* The locks that one command needs, as a value: collect, take, release.
 *
 * The lock order, for the whole server: shards in ascending number, and no
 * shard is taken while another set is held. So no two threads can wait for
 * each other in a circle. */
#ifndef LOCKSET_H
#define LOCKSET_H

#include "store/store.h"

enum { LOCKSET_FEW = 8 /* locks that need no allocation */ };

struct lockset {
    size_t count, cap;
    struct lock {
        uint32_t shard;
        bool exclusive;
    } *locks, few[LOCKSET_FEW];
};

/* Empty. A lockset does not move: it points into itself. */
void lockset_init(struct lockset *set);
void lockset_free(struct lockset *set);

/* False: no memory. A shard that comes twice is taken once, exclusively if
 * that was asked once. */
bool lockset_add(struct lockset *set, uint32_t shard, bool exclusive);

/* Every shard of `databases` databases from `first` on. */
bool lockset_add_databases(struct lockset *set, unsigned first,
                           unsigned databases, bool exclusive);

void lockset_lock(struct lockset *set, struct store *store);
void lockset_unlock(struct lockset *set, struct store *store);

#endif
