/*     head                                        tail
 *      |                                           |
 *     [node] <-> [node] <-> [node] <-> [node] <-> [node]
 *        |          |
 *     [a|b|c]    [d|e|f|g]       packs of up to 8 KiB
 *
 * No node is empty. A push goes into the node at the end if that has room, or
 * else into a new one. An element that is inserted where there is no room
 * splits the node at that place. */
#include "types/list.h"

#include <stdlib.h>

struct list_node {
    struct list_node *next[2]; /* towards LIST_HEAD, LIST_TAIL */
    struct pack pack;
};

struct list {
    struct list_node *end[2]; /* LIST_HEAD, LIST_TAIL; or both NULL */
    size_t length;
    size_t most_bytes;    /* of a pack with more than one element */
    uint32_t most_count;  /* of a pack */
};

enum { LIMIT_NEW = -2, KILOBYTE = 1024 };

void list_limit(struct list *list, int limit)
{
    list->most_bytes = 8 * KILOBYTE; /* also if elements are counted */
    list->most_count = UINT32_MAX;
    if (limit >= 0)
        list->most_count = limit > 0 ? (uint32_t)limit : 1;
    else
        list->most_bytes = (size_t)2 * KILOBYTE << (limit > -5 ? -limit : 5);
}

struct list *list_new(void)
{
    struct list *list = calloc(1, sizeof *list);
    if (list != NULL)
        list_limit(list, LIMIT_NEW);
    return list;
}

size_t list_length(const struct list *list)
{
    return list->length;
}

static enum list_end other(enum list_end end)
{
    return end == LIST_HEAD ? LIST_TAIL : LIST_HEAD;
}

/* Links a new node beside another, on that side; NULL: it is the only one. */
static struct list_node *add_node(struct list *list, struct list_node *beside,
                                  enum list_end side)
{
    struct list_node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return NULL;
    struct list_node *beyond = beside ? beside->next[side] : NULL;
    node->next[side] = beyond;
    node->next[other(side)] = beside;
    *(beyond ? &beyond->next[other(side)] : &list->end[side]) = node;
    *(beside ? &beside->next[side] : &list->end[other(side)]) = node;
    return node;
}

static void remove_node(struct list *list, struct list_node *node)
{
    for (enum list_end end = LIST_HEAD; end <= LIST_TAIL; end++) {
        struct list_node *neighbour = node->next[end];
        *(neighbour ? &neighbour->next[other(end)]
                    : &list->end[end]) = node->next[other(end)];
    }
    list->length -= node->pack.count;
    pack_free(&node->pack);
    free(node);
}

void list_free(struct list *list)
{
    while (list->end[LIST_HEAD] != NULL)
        remove_node(list, list->end[LIST_HEAD]);
    free(list);
}

struct list *list_copy(const struct list *list)
{
    struct list *copy = list_new();
    if (copy == NULL)
        return NULL;
    copy->most_bytes = list->most_bytes;
    copy->most_count = list->most_count;
    const struct list_node *node = list->end[LIST_HEAD];
    for (; node != NULL; node = node->next[LIST_TAIL]) {
        struct list_node *new =
            add_node(copy, copy->end[LIST_TAIL], LIST_TAIL);
        if (new == NULL || !pack_copy(&new->pack, &node->pack)) {
            list_free(copy);
            return NULL;
        }
        copy->length += new->pack.count;
    }
    return copy;
}

size_t list_memory(const struct list *list)
{
    size_t bytes = sizeof *list;
    const struct list_node *node = list->end[LIST_HEAD];
    for (; node != NULL; node = node->next[LIST_TAIL])
        bytes += sizeof *node + node->pack.capacity;
    return bytes;
}

static bool has_room(const struct list *list, const struct list_node *node,
                     size_t len)
{
    return node->pack.count < list->most_count &&
           node->pack.used + pack_element_size(len) <= list->most_bytes;
}

bool list_push(struct list *list, enum list_end end, struct slice element)
{
    struct list_node *node = list->end[end];
    bool is_new = node == NULL || !has_room(list, node, element.len);
    if (is_new && (node = add_node(list, node, end)) == NULL)
        return false;
    if (end == LIST_HEAD ? pack_push_front(&node->pack, element)
                         : pack_push_back(&node->pack, element)) {
        list->length++;
        return true;
    }
    if (is_new)
        remove_node(list, node);
    return false;
}

/* The node of the element at `index`, which is there; *index is then its index
 * in the node. Skips nodes from the nearer end. */
static struct list_node *find_node(const struct list *list, size_t *index)
{
    struct list_node *node;
    if (*index < list->length / 2) {
        node = list->end[LIST_HEAD];
        for (; *index >= node->pack.count; node = node->next[LIST_TAIL])
            *index -= node->pack.count;
        return node;
    }
    size_t behind = list->length - *index; /* elements, from it on */
    node = list->end[LIST_TAIL];
    for (; behind > node->pack.count; node = node->next[LIST_HEAD])
        behind -= node->pack.count;
    *index = node->pack.count - behind;
    return node;
}

bool list_find(const struct list *list, size_t index,
               struct list_position *position)
{
    *position = (struct list_position){0};
    if (index >= list->length)
        return false;
    position->node = find_node(list, &index);
    position->at = pack_index(&position->node->pack, index);
    return true;
}

bool list_get(const struct list_position *position, struct slice *element)
{
    if (position->node != NULL)
        *element = pack_get(&position->node->pack, position->at);
    return position->node != NULL;
}

/* The element of the node that is nearest to that end of the list. */
static struct list_position outermost(struct list_node *node,
                                      enum list_end end)
{
    struct list_position position = {node, 0};
    if (node != NULL && end == LIST_TAIL)
        position.at = pack_previous(&node->pack, pack_end(&node->pack));
    return position;
}

void list_step(struct list_position *position, enum list_end towards)
{
    const struct pack *pack = &position->node->pack;
    if (towards == LIST_TAIL) {
        position->at = pack_next(pack, position->at);
        if (position->at < pack_end(pack))
            return;
    } else if (position->at > 0) {
        position->at = pack_previous(pack, position->at);
        return;
    }
    *position = outermost(position->node->next[towards], other(towards));
}

/* Copies the elements of `from`, from `at` on, behind those of `to`. */
static bool append(struct pack *to, const struct pack *from, size_t at)
{
    size_t end = pack_end(to);
    size_t count = to->count;
    for (; at < pack_end(from); at = pack_next(from, at)) {
        if (!pack_push_back(to, pack_get(from, at))) {
            pack_remove(to, end, to->count - count);
            return false;
        }
    }
    return true;
}

/* Moves what stands from `at` on into a new node behind this one. */
static bool split(struct list *list, struct list_node *node, size_t at)
{
    struct list_node *rest = add_node(list, node, LIST_TAIL);
    if (rest == NULL)
        return false;
    if (!append(&rest->pack, &node->pack, at)) {
        remove_node(list, rest);
        return false;
    }
    pack_remove(&node->pack, at, rest->pack.count);
    return true;
}

/* Puts an element between the node `left` (NULL: the start of the list) and the
 * one behind it: into either, or else into a new one. */
static bool insert_between(struct list *list, struct list_node *left,
                           struct slice element)
{
    struct list_node *right =
        left ? left->next[LIST_TAIL] : list->end[LIST_HEAD];
    if (left != NULL && has_room(list, left, element.len))
        return pack_push_back(&left->pack, element);
    if (right != NULL && has_room(list, right, element.len))
        return pack_push_front(&right->pack, element);
    struct list_node *node = left ? add_node(list, left, LIST_TAIL)
                                  : add_node(list, right, LIST_HEAD);
    if (node != NULL && pack_push_back(&node->pack, element))
        return true;
    if (node != NULL)
        remove_node(list, node);
    return false;
}

bool list_insert(struct list *list, const struct list_position *position,
                 enum list_end side, struct slice element)
{
    struct list_node *node = position->node;
    size_t at = position->at;
    bool good;
    if (side == LIST_TAIL)
        at = pack_next(&node->pack, at);
    if (has_room(list, node, element.len))
        good = pack_insert(&node->pack, at, element);
    else if (at == 0)
        good = insert_between(list, node->next[LIST_HEAD], element);
    else
        good = (at == pack_end(&node->pack) || split(list, node, at)) &&
               insert_between(list, node, element);
    list->length += good;
    return good;
}

/* An element that has become too long for its node moves out: it is inserted
 * behind the old one, which cannot move that one, and then that one goes. */
bool list_replace(struct list *list, const struct list_position *position,
                  struct slice element)
{
    struct pack *pack = &position->node->pack;
    size_t old = pack_next(pack, position->at) - position->at;
    if (pack->count == 1 ||
        pack->used - old + pack_element_size(element.len) <= list->most_bytes)
        return pack_replace(pack, position->at, element);
    if (!list_insert(list, position, LIST_TAIL, element))
        return false;
    struct list_position out = *position;
    list_remove(list, &out, LIST_TAIL);
    return true;
}

/* Removes elements of one node; false: the node, too, because it is empty. */
static bool remove_from(struct list *list, struct list_node *node, size_t at,
                        size_t count)
{
    if (count == node->pack.count) {
        remove_node(list, node);
        return false;
    }
    pack_remove(&node->pack, at, count);
    list->length -= count;
    return true;
}

void list_remove(struct list *list, struct list_position *position,
                 enum list_end towards)
{
    struct list_node *node = position->node;
    struct list_node *beyond = node->next[towards];
    bool stays = remove_from(list, node, position->at, 1);
    if (stays && towards == LIST_TAIL && position->at < pack_end(&node->pack))
        return;
    if (stays && towards == LIST_HEAD && position->at > 0)
        position->at = pack_previous(&node->pack, position->at);
    else
        *position = outermost(beyond, other(towards));
}

void list_remove_range(struct list *list, size_t index, size_t count)
{
    struct list_node *node = count > 0 ? find_node(list, &index) : NULL;
    while (count > 0) {
        struct list_node *next = node->next[LIST_TAIL];
        size_t here = node->pack.count - index;
        if (here > count)
            here = count;
        remove_from(list, node, pack_index(&node->pack, index), here);
        count -= here;
        index = 0;
        node = next;
    }
}
