/* A list of byte strings, all in one buffer, one behind the other: the words of
 * a request, or the requests of a batch. All zero is a valid empty list. */
#ifndef SLICES_H
#define SLICES_H

#include "base/buf.h"

struct slices {
    struct buf bytes;
    size_t *ends;  /* where each string ends in the bytes */
    size_t count;
    size_t cap;    /* of ends */
};

/* Adds a copy. False: no memory. */
bool slices_add(struct slices *slices, struct slice string);

/* The same in two steps: append to slices->bytes, as often as you like, then
 * say that the string ends here. */
bool slices_end(struct slices *slices);

/* Borrowed until the list changes. */
struct slice slices_get(const struct slices *slices, size_t index);

void slices_free(struct slices *slices);

#endif
