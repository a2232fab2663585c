/* Taking the lowest or the highest elements out of a sorted set, and waiting
 * for one. They reply in four ways:
 *
 *     ZPOPMIN k        member score                  one element, flat
 *     ZPOPMIN k 2      member score member score     in RESP3 pairs
 *     BZPOPMIN k 0     k member score
 *     ZMPOP 1 k MIN    k ((member score) ...) */
#include "command/functions.h"
#include "command/number.h"
#include "command/timeout.h"
#include "command/zset.h"
#include "resp/resp.h"

struct pop {
    bool highest;
    size_t count; /* at most */
    bool pairs, name_key;
    bool blocks;
    int64_t timeout; /* milliseconds; 0: for ever */
};

static void reply_head(struct call *call, const struct pop *pop,
                       struct slice key, size_t count)
{
    size_t elements = pop->pairs ? count : 2 * count;
    if (pop->name_key) {
        reply_array(call->out, pop->pairs ? 2 : elements + 1);
        reply_bulk(call->out, key);
    }
    if (pop->pairs || !pop->name_key)
        reply_array(call->out, elements);
}

static void take(struct call *call, const struct pop *pop,
                 const struct key *key, struct zset *zset)
{
    size_t all = zset_count(zset);
    size_t count = pop->count < all ? pop->count : all;
    size_t first = pop->highest ? all - count : 0;
    reply_head(call, pop, key->name, count);
    struct zset_walk walk = zset_walk(zset, first, count, pop->highest);
    struct scored element;
    while (zset_step(&walk, &element)) {
        if (pop->pairs)
            reply_array(call->out, 2);
        reply_bulk(call->out, element.member);
        reply_double(call->out, element.score);
    }
    if (count == 0)
        return;
    zset_remove_range(zset, first, count);
    zset_shrunk(call, key, zset, pop->highest ? "zpopmax" : "zpopmin");
}

/* From the first of the keys that has something. */
static void pop_first(struct call *call, const struct pop *pop)
{
    for (size_t i = 0; i < call->key_count; i++) {
        void *zset;
        if (!call_find_in_turn(call, i, TYPE_ZSET, &zset))
            return;
        if (zset != NULL) {
            take(call, pop, &call->keys[i], zset);
            return;
        }
    }
    if (pop->blocks &&
        call_block(call, TYPE_ZSET, call->key_count, pop->timeout))
        return;
    if (pop->blocks || pop->name_key)
        reply_null_array(call->out);
    else
        reply_array(call->out, 0);
}

/* Word `i` as a count of at least `least`; or that error. */
static bool parse_count(struct call *call, size_t i, long long least,
                        const char *error, size_t *count)
{
    long long number;
    if (!slice_to_ll(arg(call, i), &number) || number < least) {
        reply_error(call->out, "%s", error);
        return false;
    }
    *count = (size_t)number;
    return true;
}

static void pop(struct call *call, bool highest)
{
    struct pop pop = {.highest = highest, .count = 1};
    if (call->argc > 3) {
        reply_syntax_error(call);
        return;
    }
    if (call->argc == 3) {
        pop.pairs = call->out->version == 3;
        if (!parse_count(call, 2, 0,
                         "ERR value is out of range, must be positive",
                         &pop.count))
            return;
    }
    pop_first(call, &pop);
}

void cmd_zpopmin(struct call *call)
{
    pop(call, false);
}

void cmd_zpopmax(struct call *call)
{
    pop(call, true);
}

static void pop_or_wait(struct call *call, bool highest)
{
    struct pop pop = {
        .highest = highest, .count = 1, .name_key = true, .blocks = true};
    if (arg_timeout(call, call->argc - 1, &pop.timeout))
        pop_first(call, &pop);
}

void cmd_bzpopmin(struct call *call)
{
    pop_or_wait(call, false);
}

void cmd_bzpopmax(struct call *call)
{
    pop_or_wait(call, true);
}

/* keys = number { key } ( "MIN" / "MAX" ) [ "COUNT" number ], from word `i` on.
 * On false the error has been replied. */
static bool parse_mpop(struct call *call, size_t i, struct pop *pop)
{
    size_t keys;
    if (!parse_count(call, i, 1, "ERR numkeys should be greater than 0", &keys))
        return false;
    bool good = keys < call->argc - i - 1;
    size_t where = i + 1 + (good ? keys : 0);
    pop->highest = good && arg_is(call, where, "max");
    good = good && (pop->highest || arg_is(call, where, "min"));
    size_t words = call->argc - where - 1; /* behind MIN or MAX */
    if (good && words >= 2 && arg_is(call, where + 1, "count")) {
        if (!parse_count(call, where + 2, 1,
                         "ERR count should be greater than 0", &pop->count))
            return false;
        words -= 2;
    }
    if (good && words == 0)
        return true;
    reply_syntax_error(call);
    return false;
}

void cmd_zmpop(struct call *call)
{
    struct pop pop = {.count = 1, .pairs = true, .name_key = true};
    if (parse_mpop(call, 1, &pop))
        pop_first(call, &pop);
}

void cmd_bzmpop(struct call *call)
{
    struct pop pop = {
        .count = 1, .pairs = true, .name_key = true, .blocks = true};
    if (parse_mpop(call, 2, &pop) && arg_timeout(call, 1, &pop.timeout))
        pop_first(call, &pop);
}
