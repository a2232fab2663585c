/* Sets with sets. What is in all of them, or in the first and in none of the
 * others, is found by walking over one (the smallest, or the first) and asking
 * the others for each of its members; a union walks over all of them. */
#include "command/functions.h"
#include "command/sets.h"
#include "resp/resp.h"

#include <stdlib.h>

enum operation { INTERSECTION, UNION, DIFFERENCE };

/* What the members of the result go into. */
struct result {
    const struct call *call;
    struct set *set;     /* NULL: they are only counted */
    size_t count, limit; /* 0: no limit */
    bool failed;         /* no memory */
};

/* False: there is no need, or no memory, for another one. */
static bool take(struct result *result, struct slice member)
{
    result->count++;
    if (result->set == NULL)
        return result->count != result->limit;
    result->failed = !sets_add(result->call, result->set, member, NULL);
    return !result->failed;
}

static void unite(const struct set **sets, size_t count,
                  struct result *result)
{
    for (size_t i = 0; i < count; i++) {
        struct set_walk walk = {.set = sets[i]};
        struct slice member;
        while (sets[i] != NULL && set_step(&walk, &member))
            if (!take(result, member))
                return;
    }
}

/* Takes each member of the first that all the others have, or none has. */
static void sift(const struct set **sets, size_t count, bool have,
                 struct result *result)
{
    struct set_walk walk = {.set = sets[0]};
    struct slice member;
    while (sets[0] != NULL && set_step(&walk, &member)) {
        size_t i = 1;
        while (i < count && sets_have(sets[i], member) == have)
            i++;
        if (i == count && !take(result, member))
            return;
    }
}

static size_t size(const struct set *set)
{
    return set ? set_count(set) : 0;
}

static int compare_sizes(const void *a, const void *b)
{
    size_t size_a = size(*(const struct set *const *)a);
    size_t size_b = size(*(const struct set *const *)b);
    return (size_a > size_b) - (size_a < size_b);
}

static void operate(enum operation operation, const struct set **sets,
                    size_t count, struct result *result)
{
    if (operation == INTERSECTION)
        qsort(sets, count, sizeof *sets, compare_sizes);
    if (operation == UNION)
        unite(sets, count, result);
    else
        sift(sets, count, operation == INTERSECTION, result);
}

/* Combines the sets of the keys from `first` on. On false it has replied. */
static bool combine(struct call *call, size_t first, enum operation operation,
                    struct result *result)
{
    size_t count = call->key_count - first;
    const struct set **sets = calloc(count, sizeof *sets);
    bool found = sets != NULL;
    if (sets == NULL)
        reply_no_memory(call);
    for (size_t i = 0; i < count && found; i++) {
        struct set *set;
        found = sets_find(call, first + i, &set);
        sets[i] = set;
    }
    if (found)
        operate(operation, sets, count, result);
    if (found && result->failed)
        reply_no_memory(call);
    free(sets);
    return found && !result->failed;
}

static void store(struct call *call, struct set *set)
{
    call_store(call, &call->keys[0],
               &(struct stored){TYPE_SET, set, set_count(set), NOTIFY_SET,
                                call->command->name});
}

static void run(struct call *call, enum operation operation, bool stores)
{
    struct result result = {.call = call, .set = set_new()};
    if (result.set == NULL) {
        reply_no_memory(call);
        return;
    }
    bool good = combine(call, stores ? 1 : 0, operation, &result);
    if (good && stores) {
        store(call, result.set);
        return;
    }
    if (good)
        sets_reply(call, result.set);
    set_free(result.set);
}

void cmd_sinter(struct call *call)
{
    run(call, INTERSECTION, false);
}

void cmd_sinterstore(struct call *call)
{
    run(call, INTERSECTION, true);
}

void cmd_sunion(struct call *call)
{
    run(call, UNION, false);
}

void cmd_sunionstore(struct call *call)
{
    run(call, UNION, true);
}

void cmd_sdiff(struct call *call)
{
    run(call, DIFFERENCE, false);
}

void cmd_sdiffstore(struct call *call)
{
    run(call, DIFFERENCE, true);
}

/* limit = { "LIMIT" number }, from word i on */
static const char *parse_limit(const struct call *call, size_t i,
                               size_t *limit)
{
    for (; i < call->argc; i += 2) {
        long long number;
        if (!arg_is(call, i, "limit") || i + 1 == call->argc)
            return "syntax error";
        if (!slice_to_ll(arg(call, i + 1), &number) || number < 0)
            return "LIMIT can't be negative";
        *limit = (size_t)number;
    }
    return NULL;
}

void cmd_sintercard(struct call *call)
{
    struct result result = {.call = call};
    long long keys;
    const char *problem;
    if (!slice_to_ll(arg(call, 1), &keys) || keys < 1)
        problem = "numkeys should be greater than 0";
    else if ((size_t)keys > call->argc - 2)
        problem = "Number of keys can't be greater than number of args";
    else
        problem = parse_limit(call, 2 + (size_t)keys, &result.limit);
    if (problem != NULL)
        reply_error(call->out, "ERR %s", problem);
    else if (combine(call, 0, INTERSECTION, &result))
        reply_integer(call->out, (long long)result.count);
}
