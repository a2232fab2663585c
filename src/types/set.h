/* A set of byte strings.
 *
 * The functions that take a const one change nothing, so several threads may
 * call them at once. What they give is borrowed until the set changes. */
#ifndef TYPES_SET_H
#define TYPES_SET_H

#include "base/slice.h"

#include <stdint.h>

struct set;
struct dict_entry;

enum { SET_DIGITS = 24 /* bytes that hold any 64-bit integer in decimal */ };

/* NULL: no memory. */
struct set *set_new(void);
struct set *set_copy(const struct set *set);
void set_free(struct set *set);

size_t set_memory(const struct set *set); /* bytes, about */
bool set_is_integers(const struct set *set); /* only, and stored as such */
size_t set_count(const struct set *set);

bool set_has(const struct set *set, struct slice member);

/* *added (if not NULL) tells whether the member is new. Integers are stored as
 * such as long as there is nothing else and not more than `most_integers`. The
 * member may not lie in the set itself. False: no memory; no member is lost. */
bool set_add(struct set *set, struct slice member, size_t most_integers,
             bool *added);

/* Adds many; *added is how many are new. False: no memory, and the set has the
 * members that it had. */
bool set_add_all(struct set *set, const struct slice *members, size_t count,
                 size_t most_integers, size_t *added);

/* False: no such member. The member may be the set's own. */
bool set_remove(struct set *set, struct slice member);

/* Any member, each about as likely as the other; the set is not empty. It lies
 * in the set or in `digits`. */
struct slice set_random(const struct set *set, char digits[SET_DIGITS]);

/* A walk over all members: begin with the set and zeros. */
struct set_walk {
    const struct set *set;
    size_t at;                      /* the next one: its number, if integers */
    const struct dict_entry *entry; /* else the last one; NULL at the start */
    char digits[SET_DIGITS];
};

/* The next member, borrowed until the next step; false when it is over. The set
 * may not change meanwhile. */
bool set_step(struct set_walk *walk, struct slice *member);

/* Visits some members and returns the cursor of the next; begins and ends at 0
 * (types/dict.h: dict_scan). */
uint64_t set_scan(const struct set *set, uint64_t cursor,
                  void (*visit)(struct slice member, void *context),
                  void *context);

#endif
