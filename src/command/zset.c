/* Sorted sets, element by element; and what their commands share. */
#include "command/zset.h"
#include "command/functions.h"
#include "command/number.h"

#include <math.h>
#include <stdlib.h>

bool zset_find(struct call *call, size_t i, struct zset **zset)
{
    void *object;
    bool good = call_find(call, i, TYPE_ZSET, &object);
    *zset = object;
    return good;
}

struct zset_limits zset_limits(const struct call *call)
{
    const struct config *config = &call->core->config;
    return (struct zset_limits){
        .members = (size_t)config_number(config, SETTING_ZSET_ENTRIES),
        .member_len = (size_t)config_number(config, SETTING_ZSET_VALUE),
    };
}

void zset_shrunk(struct call *call, const struct key *key, struct zset *zset,
                 const char *event)
{
    call_notify(call, NOTIFY_ZSET, event, key);
    if (zset_count(zset) > 0) {
        keyspace_changed(&call->space, key);
    } else {
        keyspace_remove(&call->space, key);
        call_notify(call, NOTIFY_GENERIC, "del", key);
    }
}

void zset_store(struct call *call, const struct key *key, struct zset *zset,
                const char *event)
{
    size_t count = zset_count(zset);
    if (count == 0) {
        zset_free(zset);
        if (keyspace_remove(&call->space, key))
            call_notify(call, NOTIFY_GENERIC, "del", key);
    } else if (keyspace_put_object(&call->space, key, TYPE_ZSET, zset,
                                   NO_DEADLINE)) {
        call_notify(call, NOTIFY_ZSET, event, key);
    } else {
        zset_free(zset);
        reply_no_memory(call);
        return;
    }
    reply_integer(call->out, (long long)count);
}

void reply_scored_array(struct reply *out, size_t count, bool scores)
{
    reply_array(out, scores && out->version == 2 ? 2 * count : count);
}

void reply_scored(struct reply *out, const struct scored *element, bool scores)
{
    if (scores && out->version == 3)
        reply_array(out, 2);
    reply_bulk(out, element->member);
    if (scores)
        reply_double(out, element->score);
}

struct add_options {
    bool only_new, only_old;  /* NX, XX */
    bool only_more, only_less; /* GT, LT */
    bool count_changed;       /* CH */
    bool increment;           /* INCR, ZINCRBY */
};

/* options = { "NX" / "XX" / "GT" / "LT" / "CH" / "INCR" }, from word 2 on.
 * Returns the number of the word behind them. */
static size_t parse_add_options(const struct call *call,
                                struct add_options *options)
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
static const char *add_error(const struct add_options *only, size_t words)
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

/* Gives a member the score, or adds that to the one it has; *score is then its
 * score, and *before the one that it had; NAN: none. */
static enum added add_one(struct call *call, struct zset *zset,
                          struct slice member, double *score, double *before,
                          const struct add_options *only)
{
    double old;
    bool there = zset_score(zset, member, &old);
    *before = there ? old : NAN;
    if (there ? only->only_new : only->only_old)
        return SKIPPED;
    if (there && only->increment)
        *score += old;
    if (isnan(*score))
        return NO_NUMBER;
    if (there && ((only->only_less && *score >= old) ||
                  (only->only_more && *score <= old)))
        return SKIPPED;
    if (there && *score == old)
        return UNCHANGED;
    struct zset_limits limits = zset_limits(call);
    if (!zset_put(zset, member, *score, &limits))
        return NO_MEMORY;
    return there ? UPDATED : ADDED;
}

static void reply_added(struct call *call, enum added last, double score,
                        const size_t times[], const struct add_options *options)
{
    if (last == NO_NUMBER)
        reply_error(call->out, "ERR resulting score is not a number (NaN)");
    else if (last == NO_MEMORY)
        reply_no_memory(call);
    else if (options->increment && last == SKIPPED)
        reply_null(call->out);
    else if (options->increment)
        reply_double(call->out, score);
    else
        reply_integer(call->out,
                      (long long)(times[ADDED] + (options->count_changed
                                                      ? times[UPDATED] : 0)));
}

/* The pairs of score and member from word `i` on, one after the other; the
 * scores are numbers. `before` gets the score that each member had. Returns how
 * the last one ended, and counts all. */
static enum added add_pairs(struct call *call, size_t i, struct zset *zset,
                            const struct add_options *options, double *before,
                            double *score, size_t times[])
{
    enum added last = SKIPPED;
    for (; i < call->argc && last < NO_NUMBER; i += 2, before++) {
        parse_double(arg(call, i), score);
        last = add_one(call, zset, arg(call, i + 1), score, before, options);
        times[last]++;
    }
    return last;
}

/* Takes back what `done` pairs have done. That needs no memory. */
static void take_back(struct call *call, size_t i, struct zset *zset,
                      const double *before, size_t done)
{
    struct zset_limits limits = zset_limits(call);
    while (done-- > 0) {
        struct slice member = arg(call, i + 2 * done + 1);
        if (isnan(before[done]))
            zset_remove(zset, member);
        else
            zset_put(zset, member, before[done], &limits);
    }
}

/* All of the pairs or, without memory, none. */
static void add_all(struct call *call, size_t i, struct zset *zset,
                    const struct add_options *options)
{
    const struct key *key = &call->keys[0];
    size_t times[NO_MEMORY + 1] = {0};
    enum added last = NO_MEMORY;
    double score = 0;
    double one;
    size_t pairs = (call->argc - i) / 2;
    double *before = pairs > 1 ? malloc(pairs * sizeof *before) : &one;
    if (before != NULL)
        last = add_pairs(call, i, zset, options, before, &score, times);
    if (before != NULL && last == NO_MEMORY) {
        take_back(call, i, zset, before, times[SKIPPED] + times[UNCHANGED] +
                                             times[ADDED] + times[UPDATED]);
        times[ADDED] = times[UPDATED] = 0;
    }
    if (before != &one)
        free(before);
    if (times[ADDED] + times[UPDATED] > 0) {
        keyspace_changed(&call->space, key);
        call_notify(call, NOTIFY_ZSET, options->increment ? "zincr" : "zadd",
                    key);
    }
    if (zset_count(zset) == 0)
        keyspace_remove(&call->space, key);
    reply_added(call, last, score, times, options);
}

static void add(struct call *call, struct add_options options)
{
    size_t first = parse_add_options(call, &options);
    const char *error = add_error(&options, call->argc - first);
    if (error != NULL) {
        reply_error(call->out, "%s", error);
        return;
    }
    double score;
    for (size_t i = first; i < call->argc; i += 2)
        if (!arg_double(call, i, &score))
            return;
    struct zset *zset;
    if (!zset_find(call, 0, &zset))
        return;
    if (zset == NULL && options.only_old) {
        reply_added(call, SKIPPED, 0, (size_t[NO_MEMORY + 1]){0}, &options);
        return;
    }
    if (zset == NULL)
        zset = keyspace_create(&call->space, &call->keys[0], TYPE_ZSET);
    if (zset == NULL)
        reply_no_memory(call);
    else
        add_all(call, first, zset, &options);
}

void cmd_zadd(struct call *call)
{
    add(call, (struct add_options){0});
}

void cmd_zincrby(struct call *call)
{
    add(call, (struct add_options){.increment = true});
}

void cmd_zrem(struct call *call)
{
    struct zset *zset;
    if (!zset_find(call, 0, &zset))
        return;
    long long removed = 0;
    for (size_t i = 2; zset != NULL && i < call->argc; i++)
        removed += zset_remove(zset, arg(call, i));
    if (removed > 0)
        zset_shrunk(call, &call->keys[0], zset, "zrem");
    reply_integer(call->out, removed);
}

void cmd_zcard(struct call *call)
{
    struct zset *zset;
    if (zset_find(call, 0, &zset))
        reply_integer(call->out, zset ? (long long)zset_count(zset) : 0);
}

/* The score of the member that is word `i`. */
static void reply_score(struct call *call, const struct zset *zset, size_t i)
{
    double score;
    if (zset != NULL && zset_score(zset, arg(call, i), &score))
        reply_double(call->out, score);
    else
        reply_null(call->out);
}

void cmd_zscore(struct call *call)
{
    struct zset *zset;
    if (zset_find(call, 0, &zset))
        reply_score(call, zset, 2);
}

void cmd_zmscore(struct call *call)
{
    struct zset *zset;
    if (!zset_find(call, 0, &zset))
        return;
    reply_array(call->out, call->argc - 2);
    for (size_t i = 2; i < call->argc; i++)
        reply_score(call, zset, i);
}

static void rank(struct call *call, bool backwards)
{
    struct zset *zset;
    struct border place = {.kind = BORDER_ELEMENT, .at.member = arg(call, 2)};
    if (!zset_find(call, 0, &zset))
        return;
    if (zset == NULL || !zset_score(zset, arg(call, 2), &place.at.score)) {
        reply_null(call->out);
        return;
    }
    size_t before = zset_rank(zset, &place);
    reply_integer(call->out,
                  (long long)(backwards ? zset_count(zset) - 1 - before
                                        : before));
}

void cmd_zrank(struct call *call)
{
    rank(call, false);
}

void cmd_zrevrank(struct call *call)
{
    rank(call, true);
}
