/* A hash: fields, each with a value.
 *
 * The functions that take a const one change nothing, so several threads may
 * call them at once. What they give is borrowed until the hash changes. */
#ifndef TYPES_HASH_H
#define TYPES_HASH_H

#include "base/slice.h"

#include <stdint.h>

struct hash;
struct dict_entry;

/* Up to these a hash is packed; once it is not, it never is again. */
struct hash_limits {
    size_t fields;
    size_t len; /* bytes of a field or a value */
};

struct pair {
    struct slice field, value;
};

/* NULL: no memory. */
struct hash *hash_new(void);
struct hash *hash_copy(const struct hash *hash);
void hash_free(struct hash *hash);

size_t hash_memory(const struct hash *hash); /* bytes, about */
bool hash_is_packed(const struct hash *hash);
size_t hash_count(const struct hash *hash);

/* False: no such field. */
bool hash_get(const struct hash *hash, struct slice field,
              struct slice *value);

/* Sets the field's value; *added (if not NULL) tells whether the field is new.
 * Neither may lie in the hash itself. False: no memory, and all fields are as
 * they were. */
bool hash_put(struct hash *hash, const struct pair *pair,
              const struct hash_limits *limits, bool *added);

/* Sets many fields, words[0], words[2] ..., to the words behind them; *added is
 * how many are new. False: no memory, and all fields are as they were. */
bool hash_put_all(struct hash *hash, const struct slice *words, size_t count,
                  const struct hash_limits *limits, size_t *added);

/* False: no such field. */
bool hash_remove(struct hash *hash, struct slice field);

/* Any pair, each about as likely as the other; the hash is not empty. */
struct pair hash_random(const struct hash *hash);

/* A walk over all pairs: begin with the hash and zeros. */
struct hash_walk {
    const struct hash *hash;
    size_t at;                      /* the next one: its position, if packed */
    const struct dict_entry *entry; /* else the last one; NULL at the start */
};

/* The next pair; false when it is over. The hash may not change meanwhile. */
bool hash_step(struct hash_walk *walk, struct pair *pair);

/* Visits some pairs and returns the cursor of the next; begins and ends at 0
 * (types/dict.h: dict_scan). */
uint64_t hash_scan(const struct hash *hash, uint64_t cursor,
                   void (*visit)(struct pair pair, void *context),
                   void *context);

#endif
