/* A hash table from byte strings to a few bytes each: a hash's values, a sorted
 * set's scores, or nothing, for a set. All zero is a valid empty table.
 *
 * Reading it changes nothing, so several threads may read it at once. An entry
 * stays where it is until it is removed or gets a payload of another length,
 * whatever else comes and goes. */
#ifndef DICT_H
#define DICT_H

#include "base/slice.h"

#include <stdint.h>

struct dict_entry {
    struct dict_entry *next; /* in its bucket */
    uint32_t hash;           /* the key's: which bucket */
    uint32_t key_len, payload_len; /* bytes */
    char bytes[];            /* the key, then the payload */
};

struct dict {
    struct dict_entry **buckets;
    size_t bucket_count;
    size_t count;        /* entries */
    size_t memory;       /* bytes, about: table and entries */
};

/* Borrowed until the entry changes. */
static inline struct slice dict_key(const struct dict_entry *entry)
{
    return (struct slice){entry->bytes, entry->key_len};
}

static inline struct slice dict_payload(const struct dict_entry *entry)
{
    return (struct slice){entry->bytes + entry->key_len, entry->payload_len};
}

/* NULL: no such key. */
struct dict_entry *dict_find(const struct dict *dict, struct slice key);

/* Sets the key's payload; *added (if not NULL) tells whether the key is new. A
 * payload as long as the old one is overwritten in place and cannot fail.
 * NULL: no memory, and nothing has changed. */
struct dict_entry *dict_put(struct dict *dict, struct slice key,
                            struct slice payload, bool *added);

/* Sets many keys: words[0], words[step] ..., to the words behind them; or to
 * nothing, if step is 1. *added is how many are new. False: no memory, and
 * nothing has changed. */
bool dict_put_all(struct dict *dict, const struct slice *words, size_t count,
                  size_t step, size_t *added);

/* False: no such key. The key may be that of the entry itself. */
bool dict_remove(struct dict *dict, struct slice key);

/* Any entry, each about as likely as the other, in constant time. The table is
 * not empty. */
struct dict_entry *dict_random(const struct dict *dict);

/* From the first to the last, in no order; NULL at the end. Nothing may be
 * added or removed meanwhile. */
struct dict_entry *dict_first(const struct dict *dict);
struct dict_entry *dict_next(const struct dict *dict,
                             const struct dict_entry *entry);

/* Visits a bucket or two and returns the cursor of the next; begins and ends at
 * 0. The table may be changed between two calls as one likes: an entry that is
 * there from the first to the last is visited, perhaps more than once. */
uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(const struct dict_entry *entry, void *context),
                   void *context);

/* Makes `copy`, which is empty, equal. False: no memory; it is still empty. */
bool dict_copy(struct dict *copy, const struct dict *dict);

/* Frees all; the table is empty and valid again. */
void dict_free(struct dict *dict);

#endif
