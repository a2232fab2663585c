/* How SORT puts elements in order. */
#ifndef SORT_ORDER_H
#define SORT_ORDER_H

#include "command/command.h"

struct order {
    bool falling, alpha; /* DESC; by bytes, not by numbers */
    struct slice by;     /* a pattern (command/sort_pattern.h) for what each
                          * element is sorted by; data NULL: by itself */
};

struct item {
    struct slice element;
    struct slice weight; /* ALPHA: by what it is sorted; data NULL: nothing */
    double score;        /* else by this */
    size_t index;        /* where it stood */
};

/* Puts the items in order, given their elements and indexes. False: that is not
 * possible, and the error has been replied. */
bool sort_items(struct call *call, const struct order *order,
                struct item *items, size_t count);

#endif
