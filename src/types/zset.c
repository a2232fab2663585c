/* Small sets are one packed list in order, each member followed by its score.
 * Others are two structures over the same elements: a dict finds a member, a
 * skip list knows the order and the ranks.
 *
 *     dict:       "bob" -> node         owns the members' bytes
 *                            |
 *     skip list:  amy 1 -> bob 2 -> eve 2
 *
 * A dict's entry never moves, so a node borrows the member from it. */
#include "types/zset.h"
#include "types/dict.h"
#include "types/pack.h"
#include "types/skiplist.h"

#include <stdlib.h>

struct large {
    struct dict nodes; /* from a member to a pointer to its node */
    struct skiplist order;
};

struct zset {
    struct pack pack;    /* member, score, member, score, ... */
    struct large *large; /* NULL: packed */
};

struct zset *zset_new(void)
{
    return calloc(1, sizeof(struct zset));
}

static void large_free(struct large *large)
{
    if (large == NULL)
        return;
    skiplist_free(&large->order);
    dict_free(&large->nodes);
    free(large);
}

void zset_free(struct zset *zset)
{
    large_free(zset->large);
    pack_free(&zset->pack);
    free(zset);
}

size_t zset_memory(const struct zset *zset)
{
    size_t size = sizeof *zset + zset->pack.capacity;
    if (zset->large != NULL)
        size += sizeof zset->large->nodes + zset->large->nodes.memory +
                skiplist_memory(zset->large->order.count);
    return size;
}

bool zset_is_packed(const struct zset *zset)
{
    return zset->large == NULL;
}

size_t zset_count(const struct zset *zset)
{
    return zset->large ? zset->large->order.count : zset->pack.count / 2;
}

/* Packed. The element whose member is at this position. */
static struct scored pack_element(const struct pack *pack, size_t at)
{
    struct scored element = {.member = pack_get(pack, at)};
    struct slice score = pack_get(pack, pack_next(pack, at));
    memcpy(&element.score, score.data, sizeof element.score);
    return element;
}

static size_t pack_behind(const struct pack *pack, size_t at)
{
    return pack_next(pack, pack_next(pack, at));
}

/* The first position behind a border, and how many elements are before it. */
static size_t pack_find(const struct pack *pack, const struct border *border,
                        size_t *rank)
{
    size_t at = 0;
    for (*rank = 0; at != pack_end(pack); (*rank)++) {
        struct scored element = pack_element(pack, at);
        if (!scored_is_before(&element, *rank, border))
            break;
        at = pack_behind(pack, at);
    }
    return at;
}

/* The position of a member; pack_end when there is no such. */
static size_t pack_member(const struct pack *pack, struct slice member)
{
    size_t at = 0;
    while (at != pack_end(pack) && !slice_equal(pack_get(pack, at), member))
        at = pack_behind(pack, at);
    return at;
}

static size_t pack_place(const struct pack *pack, const struct scored *element)
{
    struct border place = {.kind = BORDER_ELEMENT, .at = *element};
    size_t rank;
    return pack_find(pack, &place, &rank);
}

/* A negative zero becomes a positive one, as in Redis' packed sets. */
static double packed_score(double score)
{
    return score + 0.0;
}

/* Puts an element where it belongs. */
static bool pack_add(struct pack *pack, const struct scored *element)
{
    size_t at = pack_place(pack, element);
    double score = packed_score(element->score);
    struct slice bytes = {(const char *)&score, sizeof score};
    if (!pack_insert(pack, at, bytes))
        return false;
    if (pack_insert(pack, at, element->member))
        return true;
    pack_remove(pack, at, 1);
    return false;
}

/* The member is at `old`, with another score. */
static void pack_rescore(struct pack *pack, size_t old,
                         const struct scored *element)
{
    size_t place = pack_place(pack, element);
    size_t at = place == pack_behind(pack, old)
                    ? old
                    : pack_move(pack, old, 2, place);
    double score = packed_score(element->score);
    struct slice bytes = pack_get(pack, pack_next(pack, at));
    memcpy(pack->bytes + (bytes.data - pack->bytes), &score, sizeof score);
}

static struct skipnode *large_find(const struct large *large,
                                   struct slice member)
{
    const struct dict_entry *entry = dict_find(&large->nodes, member);
    struct skipnode *node = NULL;
    if (entry != NULL)
        memcpy(&node, dict_payload(entry).data, sizeof node);
    return node;
}

/* The member is not there yet. */
static bool large_add(struct large *large, const struct scored *element)
{
    struct skipnode *node = skipnode_new(*element);
    if (node == NULL)
        return false;
    struct slice pointer = {(const char *)&node, sizeof node};
    const struct dict_entry *entry =
        dict_put(&large->nodes, element->member, pointer, NULL);
    if (entry == NULL) {
        free(node);
        return false;
    }
    node->element.member = dict_key(entry);
    skiplist_link(&large->order, node);
    return true;
}

static void large_move(struct large *large, struct skipnode *node, double score)
{
    skiplist_unlink(&large->order, node);
    node->element.score = score;
    skiplist_link(&large->order, node);
}

static void large_remove(struct large *large, struct skipnode *node)
{
    skiplist_unlink(&large->order, node);
    dict_remove(&large->nodes, node->element.member);
    free(node);
}

static struct skipnode *large_at(struct large *large, size_t rank)
{
    struct border border = {.kind = BORDER_RANK, .rank = rank};
    return skiplist_find(&large->order, &border, &rank);
}

/* From packed to large. False: no memory; the set is as it was. */
static bool unpack(struct zset *zset)
{
    struct large *large = calloc(1, sizeof *large);
    if (large == NULL)
        return false;
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), false);
    struct scored element;
    while (zset_step(&walk, &element)) {
        if (!large_add(large, &element)) {
            large_free(large);
            return false;
        }
    }
    pack_free(&zset->pack);
    zset->large = large;
    return true;
}

void zset_pack(struct zset *zset, const struct zset_limits *limits)
{
    struct pack pack = {0};
    size_t count = zset_count(zset);
    if (zset->large == NULL || count > limits->members)
        return;
    struct zset_walk walk = zset_walk(zset, 0, count, false);
    struct scored element;
    while (zset_step(&walk, &element)) {
        if (element.member.len > limits->member_len ||
            !pack_add(&pack, &element)) {
            pack_free(&pack);
            return;
        }
    }
    large_free(zset->large);
    zset->large = NULL;
    zset->pack = pack;
}

bool zset_score(const struct zset *zset, struct slice member, double *score)
{
    if (zset->large != NULL) {
        const struct skipnode *node = large_find(zset->large, member);
        if (node != NULL)
            *score = node->element.score;
        return node != NULL;
    }
    size_t at = pack_member(&zset->pack, member);
    if (at == pack_end(&zset->pack))
        return false;
    *score = pack_element(&zset->pack, at).score;
    return true;
}

static bool put_packed(struct zset *zset, const struct scored *element,
                       const struct zset_limits *limits)
{
    size_t at = pack_member(&zset->pack, element->member);
    if (at != pack_end(&zset->pack)) {
        pack_rescore(&zset->pack, at, element);
        return true;
    }
    if (element->member.len > limits->member_len ||
        zset_count(zset) >= limits->members)
        return unpack(zset) && large_add(zset->large, element);
    return pack_add(&zset->pack, element);
}

bool zset_put(struct zset *zset, struct slice member, double score,
              const struct zset_limits *limits)
{
    struct scored element = {member, score};
    if (zset->large == NULL)
        return put_packed(zset, &element, limits);
    struct skipnode *node = large_find(zset->large, member);
    if (node == NULL)
        return large_add(zset->large, &element);
    large_move(zset->large, node, score);
    return true;
}

bool zset_remove(struct zset *zset, struct slice member)
{
    if (zset->large != NULL) {
        struct skipnode *node = large_find(zset->large, member);
        if (node != NULL)
            large_remove(zset->large, node);
        return node != NULL;
    }
    size_t at = pack_member(&zset->pack, member);
    if (at == pack_end(&zset->pack))
        return false;
    pack_remove(&zset->pack, at, 2);
    return true;
}

void zset_remove_range(struct zset *zset, size_t first, size_t count)
{
    if (zset->large == NULL) {
        pack_remove(&zset->pack, pack_index(&zset->pack, 2 * first), 2 * count);
        return;
    }
    struct skipnode *node = large_at(zset->large, first);
    for (; count > 0; count--) {
        struct skipnode *next = node->links[0].next;
        large_remove(zset->large, node);
        node = next;
    }
}

size_t zset_rank(const struct zset *zset, const struct border *border)
{
    size_t rank;
    if (zset->large != NULL)
        skiplist_find(&zset->large->order, border, &rank);
    else
        pack_find(&zset->pack, border, &rank);
    return rank;
}

struct zset_walk zset_walk(const struct zset *zset, size_t first, size_t count,
                           bool backwards)
{
    struct zset_walk walk = {
        .zset = zset, .backwards = backwards, .left = count};
    if (count == 0)
        return walk;
    size_t rank = backwards ? first + count - 1 : first;
    if (zset->large != NULL)
        walk.node = large_at(zset->large, rank);
    else
        walk.at = pack_index(&zset->pack, 2 * rank);
    return walk;
}

static void step_node(struct zset_walk *walk, struct scored *element)
{
    const struct skipnode *node = walk->node;
    *element = node->element;
    walk->node = walk->backwards ? node->previous : node->links[0].next;
}

static void step_pack(struct zset_walk *walk, struct scored *element)
{
    const struct pack *pack = &walk->zset->pack;
    *element = pack_element(pack, walk->at);
    if (!walk->backwards)
        walk->at = pack_behind(pack, walk->at);
    else if (walk->left > 1)
        walk->at = pack_previous(pack, pack_previous(pack, walk->at));
}

bool zset_step(struct zset_walk *walk, struct scored *element)
{
    if (walk->left == 0)
        return false;
    if (walk->zset->large != NULL)
        step_node(walk, element);
    else
        step_pack(walk, element);
    walk->left--;
    return true;
}

struct zset *zset_copy(const struct zset *zset)
{
    static const struct zset_limits none = {0, 0};
    struct zset *copy = zset_new();
    if (copy == NULL)
        return NULL;
    bool good = pack_copy(&copy->pack, &zset->pack);
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), false);
    struct scored element;
    while (good && zset->large != NULL && zset_step(&walk, &element))
        good = zset_put(copy, element.member, element.score, &none);
    if (good)
        return copy;
    zset_free(copy);
    return NULL;
}

struct visitor {
    void (*visit)(const struct scored *element, void *context);
    void *context;
};

static void visit_entry(const struct dict_entry *entry, void *context)
{
    const struct visitor *visitor = context;
    const struct skipnode *node;
    memcpy(&node, dict_payload(entry).data, sizeof node);
    visitor->visit(&node->element, visitor->context);
}

uint64_t zset_scan(const struct zset *zset, uint64_t cursor,
                   void (*visit)(const struct scored *element, void *context),
                   void *context)
{
    struct visitor visitor = {visit, context};
    if (zset->large != NULL)
        return dict_scan(&zset->large->nodes, cursor, visit_entry, &visitor);
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), false);
    struct scored element;
    while (zset_step(&walk, &element))
        visit(&element, context);
    return 0;
}
