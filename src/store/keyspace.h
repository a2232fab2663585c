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
    unsigned long long writer; /* the id of the client that does it, or 0 */
    bool leaves_no_trace;   /* finding a key does not count as its use */
    struct entry *garbage;  /* linked by next */
    struct interest *ready; /* who waited for what is there now */
};

/* Tells those who are interested (store/interest.h). The functions below that
 * change a key do it themselves; who changes a value in place calls this. */
void keyspace_changed(struct keyspace *space, const struct key *key);

/* NULL: no such key. To find a key is to use it; to peek is not. */
struct entry *keyspace_find(const struct keyspace *space,
                            const struct key *key);
struct entry *keyspace_peek(const struct keyspace *space,
                            const struct key *key);

/* Seconds for which nobody has used it. */
int64_t keyspace_idle(const struct keyspace *space, const struct entry *entry);

/* Sets the key, whatever it was, and its deadline (NO_DEADLINE: none).
 * False: no memory; nothing changed. */
bool keyspace_put(struct keyspace *space, const struct key *key,
                  struct slice value, int64_t deadline);

/* Sets many keys, the first to words[0], the second to words[2] ..., without a
 * deadline. False: no memory; nothing changed. */
bool keyspace_put_all(struct keyspace *space, const struct key *keys,
                      const struct slice *words, size_t count);

/* The bytes of a string, to be changed in place: at least `len` of them, zeros
 * behind what there was. Creates the key if there is none; it must hold nothing
 * but a string. Call keyspace_changed when they are. NULL: no memory; nothing
 * changed. */
char *keyspace_edit(struct keyspace *space, const struct key *key, size_t len);

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

/* Make `to` of database `db`, whatever it was, what `from` is, deadline
 * included; `from` is there, and is another key. When moved it is gone. False:
 * no memory; nothing changed. */
bool keyspace_move(struct keyspace *space, const struct key *from, unsigned db,
                   const struct key *to);
bool keyspace_copy(struct keyspace *space, const struct key *from, unsigned db,
                   const struct key *to);

/* Everything that is in one database is then in the other. */
void keyspace_swap(struct keyspace *space, unsigned a, unsigned b);

/* Calls `visit` for each key that has not expired. */
void keyspace_each(const struct keyspace *space,
                   void (*visit)(const struct entry *entry, void *context),
                   void *context);

/* One step of a walk over all keys, for which only one shard has to be held:
 * keyspace_scan_shard tells its number, for a lockset. A walk starts at cursor
 * 0, goes on at what the last step returned, and is over when that is 0. A key
 * that is there from its start to its end is visited at least once, whatever
 * happens in between; so are keys that have expired. */
uint64_t keyspace_scan(const struct keyspace *space, uint64_t cursor,
                       void (*visit)(const struct entry *entry, void *context),
                       void *context);
uint32_t keyspace_scan_shard(const struct keyspace *space, uint64_t cursor);

/* A key that has not expired, each about as likely as any other; NULL: there is
 * none. */
const struct entry *keyspace_random(const struct keyspace *space);

/* The number of keys, and of those with a deadline; both may count some whose
 * deadline has passed. */
struct keyspace_size {
    size_t keys, mortal;
} keyspace_size(const struct keyspace *space);

/* Removes every key. */
void keyspace_clear(struct keyspace *space);

void keyspace_free_garbage(struct keyspace *space);

#endif
