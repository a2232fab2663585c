/* A list in which some nodes are taller than others: each has a link on the
 * lowest level, one in four also on the next, one in sixteen on two more ...
 *
 *     level 2  head --------------5--------------> e -> end
 *     level 1  head -------3-------> c -----2----> e -> end
 *     level 0  head -1-> a -1-> b -1-> c -1-> d -1-> e -1-> f -> end
 *
 * A search begins on the highest level, goes on as long as the next node lies
 * before what it looks for, and then descends: it takes few steps on each
 * level. The spans it passed add up to the rank of where it is.
 *
 * Why not a balanced tree, which would do the same? Here nothing has to be
 * rebalanced, chance keeps it in shape; neighbours are one link away; and a
 * span changes only on the path of the search, so ranks cost three lines. */
#include "types/skiplist.h"
#include "base/random.h"

#include <stdlib.h>

/* The last place before a border on each level: whose links these are (the
 * head's or a node's), and how many elements lie before them, the node's own
 * included. */
struct path {
    struct skiplink *links[SKIPLIST_LEVELS];
    size_t ranks[SKIPLIST_LEVELS];
};

/* Two random bits decide about each level: three times in four the last. */
static int random_height(void)
{
    uint64_t bits = random_bits();
    int height = 1;
    for (; height < SKIPLIST_LEVELS && (bits & 3) == 0; bits >>= 2)
        height++;
    return height;
}

struct skipnode *skipnode_new(struct scored element)
{
    int height = random_height();
    struct skipnode *node =
        malloc(sizeof *node + (size_t)height * sizeof *node->links);
    if (node == NULL)
        return NULL;
    node->element = element;
    node->height = height;
    return node;
}

/* Fills in the path for the levels in use; returns the rank. */
static size_t descend(struct skiplist *list, const struct border *border,
                      struct path *path)
{
    struct skiplink *links = list->head;
    size_t rank = 0;
    for (int i = list->height - 1; i >= 0; i--) {
        while (links[i].next != NULL &&
               scored_is_before(&links[i].next->element,
                                rank + links[i].span - 1, border)) {
            rank += links[i].span;
            links = links[i].next->links;
        }
        path->links[i] = links;
        path->ranks[i] = rank;
    }
    return rank;
}

void skiplist_link(struct skiplist *list, struct skipnode *node)
{
    struct border place = {.kind = BORDER_ELEMENT, .at = node->element};
    struct path path;
    size_t rank = descend(list, &place, &path);
    for (; list->height < node->height; list->height++) {
        path.links[list->height] = list->head;
        path.ranks[list->height] = 0;
    }
    for (int i = 0; i < list->height; i++) {
        struct skiplink *link = &path.links[i][i];
        size_t skipped = rank - path.ranks[i];
        if (i >= node->height) {
            link->span++;
            continue;
        }
        node->links[i].next = link->next;
        node->links[i].span = link->span - skipped;
        link->next = node;
        link->span = skipped + 1;
    }
    struct skipnode *next = node->links[0].next;
    struct skipnode **back = next ? &next->previous : &list->last;
    node->previous = *back;
    *back = node;
    list->count++;
}

void skiplist_unlink(struct skiplist *list, struct skipnode *node)
{
    struct border place = {.kind = BORDER_ELEMENT, .at = node->element};
    struct path path;
    descend(list, &place, &path);
    for (int i = 0; i < list->height; i++) {
        struct skiplink *link = &path.links[i][i];
        link->span--;
        if (i < node->height) {
            link->next = node->links[i].next;
            link->span += node->links[i].span;
        }
    }
    struct skipnode *next = node->links[0].next;
    *(next ? &next->previous : &list->last) = node->previous;
    while (list->height > 0 && list->head[list->height - 1].next == NULL)
        list->height--;
    list->count--;
}

struct skipnode *skiplist_find(struct skiplist *list,
                               const struct border *border, size_t *rank)
{
    struct path path;
    *rank = descend(list, border, &path);
    return list->height > 0 ? path.links[0]->next : NULL;
}

void skiplist_free(struct skiplist *list)
{
    struct skipnode *node = list->head[0].next;
    while (node != NULL) {
        struct skipnode *next = node->links[0].next;
        free(node);
        node = next;
    }
    *list = (struct skiplist){0};
}

size_t skiplist_memory(size_t count)
{
    return sizeof(struct skiplist) +
           count * (sizeof(struct skipnode) +
                    4 * sizeof(struct skiplink) / 3);
}
