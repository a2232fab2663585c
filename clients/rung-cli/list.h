/* A list of byte strings, all in one buffer, one behind the other: the words of
 * a request, or the requests of a batch. All zero is a valid empty list. */
#ifndef LIST_H
#define LIST_H

#include "base/buf.h"

struct list {
    struct buf bytes;
    size_t *ends;  /* where each string ends in the bytes */
    size_t count;
    size_t cap;    /* of ends */
};

/* Adds a copy. False: no memory. */
bool list_add(struct list *list, struct slice string);

/* The same in two steps: append to list->bytes, as often as you like, then
 * say that the string ends here. */
bool list_end(struct list *list);

/* Borrowed until the list changes. */
struct slice list_get(const struct list *list, size_t index);

void list_free(struct list *list);

#endif
