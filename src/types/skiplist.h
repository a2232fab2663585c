/* A skip list (William Pugh, 1990): elements in order, where finding, adding
 * and removing one, and telling its rank, take about log2(n) steps.
 *
 * skiplist_find changes nothing, so several threads may look at once. */
#ifndef SKIPLIST_H
#define SKIPLIST_H

#include "types/scored.h"

enum { SKIPLIST_LEVELS = 24 /* enough for 4^24 elements */ };

struct skipnode;

struct skiplink {
    struct skipnode *next; /* NULL: the end */
    size_t span;           /* steps on the lowest level that this one saves,
                            * itself included; no meaning at the end */
};

struct skipnode {
    struct scored element; /* its member's bytes are somebody else's */
    struct skipnode *previous;
    int height; /* of links */
    struct skiplink links[];
};

struct skiplist {
    size_t count;
    int height;            /* of the highest node */
    struct skipnode *last;
    struct skiplink head[SKIPLIST_LEVELS];
};

/* A node of a random height, for free(3) when it is in no list. NULL: no
 * memory. */
struct skipnode *skipnode_new(struct scored element);

/* Puts a node where it belongs. There may be no equal one in the list. */
void skiplist_link(struct skiplist *list, struct skipnode *node);

/* Takes a node out, which is then the caller's. */
void skiplist_unlink(struct skiplist *list, struct skipnode *node);

/* The first node behind a border (NULL: there is none), and how many are before
 * it. */
struct skipnode *skiplist_find(struct skiplist *list,
                               const struct border *border, size_t *rank);

/* Frees all nodes; the list, all zero, is empty and valid again. */
void skiplist_free(struct skiplist *list);

/* Bytes that a list of so many elements takes, about. */
size_t skiplist_memory(size_t count);

#endif
