/* A set of integers: a sorted array, eight bytes each, searched by halving. All
 * zero is a valid empty set. */
#ifndef INTSET_H
#define INTSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intset {
    int64_t *numbers; /* from malloc, or NULL; in ascending order */
    size_t count, capacity;
};

bool intset_has(const struct intset *set, int64_t number);

/* *added tells whether the number is new. False: no memory; nothing changed. */
bool intset_add(struct intset *set, int64_t number, bool *added);

/* False: it is not there. */
bool intset_remove(struct intset *set, int64_t number);

/* Makes `copy`, which is empty, equal. False: no memory. */
bool intset_copy(struct intset *copy, const struct intset *set);

/* Gives the memory back; the set is empty and valid again. */
void intset_free(struct intset *set);

#endif
