/* ZADD and ZINCRBY: members get scores, one after the other; all of them or,
 * without memory, none. */
#include "command/functions.h"
#include "command/number.h"
#include "command/zset.h"

#include <math.h>
#include <stdlib.h>

struct options {
    bool only_new, only_old;  /* NX, XX */
    bool only_more, only_less; /* GT, LT */
    bool count_changed;       /* CH */
    bool increment;           /* INCR, ZINCRBY */
};

/* options = { "NX" / "XX" / "GT" / "LT" / "CH" / "INCR" }, from word 2 on.
 * Returns the number of the word behind them. */
static size_t parse_options(const struct call *call, struct options *options)
{
    size_t i = 2;
    for (; i < call->argc; i++) {
        if (arg_is(call, i, "nx"))
            options->only_new = true;
        else if (arg_is(call, i, "xx"))
            options->only_old = true;
        else if (arg_is(call, i, "gt"))
            options->only_more = true;
        else if (arg_is(call, i, "lt"))
            options->only_less = true;
        else if (arg_is(call, i, "ch"))
            options->count_changed = true;
        else if (arg_is(call, i, "incr"))
            options->increment = true;
        else
            break;
    }
    return i;
}

/* What is wrong with a command that has so many words behind its options? NULL:
 * nothing. */
static const char *mistake(const struct options *only, size_t words)
{
    if (words == 0 || words % 2 != 0)
        return "ERR syntax error";
    if (only->only_new && only->only_old)
        return "ERR XX and NX options at the same time are not compatible";
    if (only->only_more + only->only_less + only->only_new > 1)
        return "ERR GT, LT, and/or NX options at the same time are not "
               "compatible";
    if (only->increment && words > 2)
        return "ERR INCR option supports a single increment-element pair";
    return NULL;
}

enum added { SKIPPED, UNCHANGED, ADDED, UPDATED, NO_NUMBER, NO_MEMORY };

struct adding {
    struct call *call;
    struct zset *zset;
    struct options only;
    size_t first, pairs; /* the word where they begin; of score and member */
    double *before;      /* what score each member had, NAN: none */
    enum added last;     /* how the last one ended ... */
    double score;        /* ... and the score that it then had */
    size_t times[NO_MEMORY + 1]; /* how often each happened */
};

/* Gives a member the score, or adds that to the one it has. */
static enum added add_one(struct adding *it, struct slice member,
                          double *before)
{
    double old;
    const struct options *only = &it->only;
    bool there = zset_score(it->zset, member, &old);
    *before = there ? old : NAN;
    if (there ? only->only_new : only->only_old)
        return SKIPPED;
    if (there && only->increment)
        it->score += old;
    if (isnan(it->score))
        return NO_NUMBER;
    if (there && ((only->only_less && it->score >= old) ||
                  (only->only_more && it->score <= old)))
        return SKIPPED;
    if (there && it->score == old)
        return UNCHANGED;
    struct zset_limits limits = zset_limits(it->call);
    if (!zset_put(it->zset, member, it->score, &limits))
        return NO_MEMORY;
    return there ? UPDATED : ADDED;
}

static struct slice member_of(const struct adding *it, size_t pair)
{
    return arg(it->call, it->first + 2 * pair + 1);
}

/* Takes back what so many pairs have done. That needs no memory. */
static void take_back(struct adding *it, size_t pairs)
{
    struct zset_limits limits = zset_limits(it->call);
    while (pairs-- > 0) {
        struct slice member = member_of(it, pairs);
        if (isnan(it->before[pairs]))
            zset_remove(it->zset, member);
        else
            zset_put(it->zset, member, it->before[pairs], &limits);
    }
    it->times[ADDED] = it->times[UPDATED] = 0;
}

/* The scores are numbers. */
static void add_pairs(struct adding *it)
{
    size_t i = 0;
    it->last = SKIPPED;
    for (; i < it->pairs && it->last < NO_NUMBER; i++) {
        parse_double(arg(it->call, it->first + 2 * i), &it->score);
        it->last = add_one(it, member_of(it, i), &it->before[i]);
        it->times[it->last]++;
    }
    if (it->last == NO_MEMORY)
        take_back(it, i - 1);
}

static void reply_added(const struct adding *it)
{
    struct reply *out = it->call->out;
    size_t count = it->times[ADDED];
    if (it->only.count_changed)
        count += it->times[UPDATED];
    if (it->last == NO_NUMBER)
        reply_error(out, "ERR resulting score is not a number (NaN)");
    else if (it->last == NO_MEMORY)
        reply_no_memory(it->call);
    else if (it->only.increment && it->last == SKIPPED)
        reply_null(out);
    else if (it->only.increment)
        reply_double(out, it->score);
    else
        reply_integer(out, (long long)count);
}

static void add_all(struct adding *it)
{
    struct call *call = it->call;
    const struct key *key = &call->keys[0];
    double one;
    it->last = NO_MEMORY;
    it->before = it->pairs > 1 ? malloc(it->pairs * sizeof one) : &one;
    if (it->before != NULL)
        add_pairs(it);
    if (it->before != &one)
        free(it->before);
    if (it->times[ADDED] + it->times[UPDATED] > 0) {
        keyspace_changed(&call->space, key);
        call_notify(call, NOTIFY_ZSET, it->only.increment ? "zincr" : "zadd",
                    key);
    }
    if (zset_count(it->zset) == 0)
        keyspace_remove(&call->space, key);
    reply_added(it);
}

/* Are they numbers? If not, that has been replied. */
static bool check_scores(struct call *call, size_t first)
{
    double score;
    for (size_t i = first; i < call->argc; i += 2)
        if (!arg_double(call, i, &score))
            return false;
    return true;
}

static void add(struct call *call, struct options only)
{
    size_t first = parse_options(call, &only);
    const char *error = mistake(&only, call->argc - first);
    if (error != NULL) {
        reply_error(call->out, "%s", error);
        return;
    }
    struct adding it = {.call = call, .only = only, .first = first,
                        .pairs = (call->argc - first) / 2};
    if (!check_scores(call, first) || !zset_find(call, 0, &it.zset))
        return;
    if (it.zset == NULL && only.only_old) {
        reply_added(&it);
        return;
    }
    if (it.zset == NULL)
        it.zset = keyspace_create(&call->space, &call->keys[0], TYPE_ZSET);
    if (it.zset == NULL)
        reply_no_memory(call);
    else
        add_all(&it);
}

void cmd_zadd(struct call *call)
{
    add(call, (struct options){0});
}

void cmd_zincrby(struct call *call)
{
    add(call, (struct options){.increment = true});
}
