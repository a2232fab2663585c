/* One database, as a command sees it. The caller holds the shards of the keys
 * it names (the whole store for the functions that name none), exclusively for
 * whatever changes something, from before the first call until it has stopped
 * using what it got.
 *
 * A read treats an entry past its deadline as absent and leaves it there; it
 * goes when it is next written, or when the sweep finds it. Replaced entries
 * are only set aside: keyspace_free_garbage, called after the locks are
 * released, keeps free(3) out of them. */
#ifndef KEYSPACE_H
#define KEYSPACE_H

#include "store/store.h"

struct keyspace {
    struct store *store;
    unsigned db;
    int64_t now;           /* milliseconds, monotonic: the command's moment */
    struct entry *garbage; /* linked by next */
};

/* NULL: no such key. */
struct entry *keyspace_find(const struct keyspace *space,
                            const struct key *key);

/* Sets the key, whatever it was, and its deadline (NO_DEADLINE: none).
 * False: no memory; nothing changed. */
bool keyspace_put(struct keyspace *space, const struct key *key,
                  struct slice value, int64_t deadline);

/* Appends to the value, or creates the key. False: no memory, as above. */
bool keyspace_append(struct keyspace *space, const struct key *key,
                     struct slice more);

/* Changes the deadline of a key that is there. False: no memory. */
bool keyspace_expire(struct keyspace *space, const struct key *key,
                     int64_t deadline);

/* False: there was no such key. */
bool keyspace_remove(struct keyspace *space, const struct key *key);

/* Calls `visit` for each key that has not expired. */
void keyspace_each(const struct keyspace *space,
                   void (*visit)(const struct entry *entry, void *context),
                   void *context);

/* The number of keys, and of those with a deadline; both may count some whose
 * deadline has passed. */
struct keyspace_size {
    size_t keys, mortal;
} keyspace_size(const struct keyspace *space);

/* Removes every key. */
void keyspace_clear(struct keyspace *space);

void keyspace_free_garbage(struct keyspace *space);

#endif
