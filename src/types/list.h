/* A list: short packed lists (types/pack.h), doubly linked. Both ends are at
 * hand, the middle is reached by skipping whole nodes, and an element costs two
 * bytes more than its own instead of two pointers and an allocation. It is what
 * Redis calls a quicklist.
 *
 * Whoever needs memory may find none; then it returns false, and nothing has
 * changed. A change makes all positions and slices invalid, except where it
 * says otherwise. Elements that are put in may not lie in the list itself. */
#ifndef LIST_H
#define LIST_H

#include "types/pack.h"

struct list;

enum list_end { LIST_HEAD, LIST_TAIL };

/* An element. All zero behind the last one and before the first. */
struct list_position {
    struct list_node *node;
    size_t at; /* in the node's pack */
};

struct list *list_new(void);
void list_free(struct list *list);
struct list *list_copy(const struct list *list);
size_t list_memory(const struct list *list);

/* How much goes in a node (Redis' list-max-listpack-size): a positive number of
 * elements, or -1 to -5 for 4 to 64 KiB. It counts for what is put in later;
 * a new list has -2. */
void list_limit(struct list *list, int limit);

size_t list_length(const struct list *list);

bool list_push(struct list *list, enum list_end end, struct slice element);

/* The element at this index, from 0. False: there are not so many. */
bool list_find(const struct list *list, size_t index,
               struct list_position *position);

/* The element there. False: there is none. */
bool list_get(const struct list_position *position, struct slice *element);

/* To the neighbour, towards this end. */
void list_step(struct list_position *position, enum list_end towards);

bool list_replace(struct list *list, const struct list_position *position,
                  struct slice element);

/* Puts an element beside the one at the position, on the side of `end`. */
bool list_insert(struct list *list, const struct list_position *position,
                 enum list_end side, struct slice element);

/* Removes the element, and goes to its neighbour towards `towards`. */
void list_remove(struct list *list, struct list_position *position,
                 enum list_end towards);

/* Removes `count` elements, which are there, from this index on. */
void list_remove_range(struct list *list, size_t index, size_t count);

#endif
