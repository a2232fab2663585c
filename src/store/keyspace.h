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
    int64_t now;            /* milliseconds, monotonic: the command's moment */
    struct entry *garbage;  /* linked by next */
    struct interest *ready; /* who waited for what has changed; by next_ready */
};

/* Somebody who wants to know when a key changes: WATCH, BLPOP. Hangs in the
 * key's shard; the shard must be held exclusively to add and remove it. */
struct interest {
    unsigned db;
    struct key key; /* its name is the interested one's */
    void (*changed)(struct interest *interest, struct keyspace *space);
    struct interest *next, **link; /* in the shard, in order of arrival */
    struct interest *next_ready;
    bool is_ready; /* in a keyspace's list of ready ones */
};

void keyspace_listen(struct keyspace *space, struct interest *interest);
void keyspace_ignore(struct keyspace *space, struct interest *interest);

/* Tells those who are interested. The functions below that change a key do it
 * themselves; who changes an object in place calls this. */
void keyspace_changed(struct keyspace *space, const struct key *key);

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

/* Sets the key to a new empty object, whatever it was. NULL: no memory. */
void *keyspace_create(struct keyspace *space, const struct key *key,
                      enum value_type type);

/* Sets the key to this object, which it then owns. False: no memory, and the
 * object is still the caller's. */
bool keyspace_put_object(struct keyspace *space, const struct key *key,
                         enum value_type type, void *object, int64_t deadline);

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
