/* A sorted set: members, each with a score, in the order of their scores (and
 * of their bytes, where those are equal). Ranks count from 0.
 *
 * The functions that take a const one change nothing, so several threads may
 * call them at once. A member's bytes are borrowed until the set changes. */
#ifndef ZSET_H
#define ZSET_H

#include "types/scored.h"

#include <stdint.h>

struct zset;
struct skipnode;

/* Up to these a set is packed. One that has outgrown them remains as it is,
 * however small it becomes. */
struct zset_limits {
    size_t members;
    size_t member_len; /* bytes */
};

/* NULL: no memory. */
struct zset *zset_new(void);
struct zset *zset_copy(const struct zset *zset);
void zset_free(struct zset *zset);

size_t zset_memory(const struct zset *zset);   /* bytes, about */
bool zset_is_packed(const struct zset *zset);
size_t zset_count(const struct zset *zset);

/* False: no such member. */
bool zset_score(const struct zset *zset, struct slice member, double *score);

/* Adds the member, or gives it another score, for which it needs no memory.
 * False: no memory; nothing has changed. */
bool zset_put(struct zset *zset, struct slice member, double score,
              const struct zset_limits *limits);

/* Packs a set that is within the limits; without memory for that it stays as it
 * is. */
void zset_pack(struct zset *zset, const struct zset_limits *limits);

/* False: no such member. */
bool zset_remove(struct zset *zset, struct slice member);

/* Removes `count` elements, which are there, from rank `first` on. */
void zset_remove_range(struct zset *zset, size_t first, size_t count);

/* How many elements lie before the border. */
size_t zset_rank(const struct zset *zset, const struct border *border);

/* A walk over the elements of ranks first to first + count - 1, which are
 * there, from either end. The set may not change before it is over. */
struct zset_walk {
    const struct zset *zset;
    bool backwards;
    size_t left;                 /* elements still to come */
    size_t at;                   /* the next one: its position, if packed, */
    const struct skipnode *node; /* else its node */
};

struct zset_walk zset_walk(const struct zset *zset, size_t first, size_t count,
                           bool backwards);

/* The next element; false when it is over. */
bool zset_step(struct zset_walk *walk, struct scored *element);

/* Visits some elements and returns the cursor of the next; begins and ends at 0
 * (types/dict.h: dict_scan). */
uint64_t zset_scan(const struct zset *zset, uint64_t cursor,
                   void (*visit)(const struct scored *element, void *context),
                   void *context);

#endif
