/* A small set of nothing but integers is an array of them; any other is a table
 * whose entries have a key and nothing else. */
#include "types/set.h"
#include "base/random.h"
#include "resp/reply.h"
#include "resp/resp.h"
#include "types/dict.h"
#include "types/intset.h"

#include <stdlib.h>

struct set {
    bool is_table;
    union {
        struct intset integers;
        struct dict dict;
    };
};

struct set *set_new(void)
{
    return calloc(1, sizeof(struct set));
}

static void free_members(struct set *set)
{
    if (set->is_table)
        dict_free(&set->dict);
    else
        intset_free(&set->integers);
}

void set_free(struct set *set)
{
    free_members(set);
    free(set);
}

struct set *set_copy(const struct set *set)
{
    struct set *copy = set_new();
    if (copy == NULL)
        return NULL;
    copy->is_table = set->is_table;
    if (set->is_table ? dict_copy(&copy->dict, &set->dict)
                      : intset_copy(&copy->integers, &set->integers))
        return copy;
    set_free(copy);
    return NULL;
}

size_t set_memory(const struct set *set)
{
    return sizeof *set + (set->is_table
                              ? set->dict.memory
                              : set->integers.capacity * sizeof(int64_t));
}

bool set_is_integers(const struct set *set)
{
    return !set->is_table;
}

size_t set_count(const struct set *set)
{
    return set->is_table ? set->dict.count : set->integers.count;
}

static struct slice format(char digits[SET_DIGITS], int64_t number)
{
    return (struct slice){digits, format_ll(digits, number)};
}

bool set_has(const struct set *set, struct slice member)
{
    long long number;
    if (set->is_table)
        return dict_find(&set->dict, member) != NULL;
    return slice_to_ll(member, &number) && intset_has(&set->integers, number);
}

/* False: no memory, and the set stays an array. */
static bool make_table(struct set *set)
{
    struct dict dict = {0};
    struct set_walk walk = {.set = set};
    struct slice member;
    while (set_step(&walk, &member)) {
        if (!dict_put(&dict, member, SLICE(""), NULL)) {
            dict_free(&dict);
            return false;
        }
    }
    intset_free(&set->integers);
    set->is_table = true;
    set->dict = dict;
    return true;
}

bool set_add(struct set *set, struct slice member, size_t most_integers,
             bool *added)
{
    long long number;
    bool is_new;
    added = added ? added : &is_new;
    if (!set->is_table) {
        if (slice_to_ll(member, &number)) {
            *added = !intset_has(&set->integers, number);
            if (!*added || set->integers.count < most_integers)
                return intset_add(&set->integers, number, added);
        }
        if (!make_table(set))
            return false;
    }
    return dict_put(&set->dict, member, SLICE(""), added) != NULL;
}

/* An array is small enough to be copied first. */
static bool add_all_to_array(struct set *set, const struct slice *members,
                             size_t count, size_t most_integers, size_t *added)
{
    struct set before = {0};
    bool is_new = false, good = true;
    if (count > 1 && !intset_copy(&before.integers, &set->integers))
        return false;
    *added = 0;
    for (size_t i = 0; i < count && good; i++) {
        good = set_add(set, members[i], most_integers, &is_new);
        *added += is_new;
    }
    if (!good && count > 1) {
        struct set failed = *set;
        *set = before;
        before = failed;
    }
    free_members(&before);
    return good;
}

bool set_add_all(struct set *set, const struct slice *members, size_t count,
                 size_t most_integers, size_t *added)
{
    if (set->is_table)
        return dict_put_all(&set->dict, members, count, 1, added);
    return add_all_to_array(set, members, count, most_integers, added);
}

bool set_remove(struct set *set, struct slice member)
{
    long long number;
    if (set->is_table)
        return dict_remove(&set->dict, member);
    return slice_to_ll(member, &number) &&
           intset_remove(&set->integers, number);
}

struct slice set_random(const struct set *set, char digits[SET_DIGITS])
{
    if (set->is_table)
        return dict_key(dict_random(&set->dict));
    size_t i = random_index(set->integers.count);
    return format(digits, set->integers.numbers[i]);
}

bool set_step(struct set_walk *walk, struct slice *member)
{
    const struct set *set = walk->set;
    if (set->is_table) {
        walk->entry = walk->entry ? dict_next(&set->dict, walk->entry)
                                  : dict_first(&set->dict);
        if (walk->entry != NULL)
            *member = dict_key(walk->entry);
        return walk->entry != NULL;
    }
    if (walk->at == set->integers.count)
        return false;
    *member = format(walk->digits, set->integers.numbers[walk->at++]);
    return true;
}

struct visitor {
    void (*visit)(struct slice member, void *context);
    void *context;
};

static void visit_entry(const struct dict_entry *entry, void *context)
{
    struct visitor *visitor = context;
    visitor->visit(dict_key(entry), visitor->context);
}

uint64_t set_scan(const struct set *set, uint64_t cursor,
                  void (*visit)(struct slice member, void *context),
                  void *context)
{
    struct visitor visitor = {visit, context};
    if (set->is_table)
        return dict_scan(&set->dict, cursor, visit_entry, &visitor);
    struct set_walk walk = {.set = set};
    struct slice member;
    while (set_step(&walk, &member))
        visit(member, context);
    return 0;
}
