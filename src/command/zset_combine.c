/* Union, intersection and difference of sorted sets, and of sets, whose members
 * have score 1: shown, stored, or only counted. What comes out is built as a
 * set of its own, so the key that it is stored in may be among the inputs. */
#include "command/functions.h"
#include "command/number.h"
#include "command/zset.h"
#include "resp/resp.h"
#include "types/set.h"

#include <math.h>
#include <stdlib.h>

enum operation { UNION, INTERSECTION, DIFFERENCE };
enum aggregate { SUM, MIN, MAX };

struct input {
    const struct zset *zset; /* one of these, or neither: no such key */
    const struct set *set;
    size_t count;
    size_t place; /* among the inputs, as they were named */
    double weight;
};

/* The words of a command, and what is to be made of them. */
struct combine {
    enum operation operation;
    bool store, only_count;
    size_t inputs_at; /* the word that tells how many inputs there are */

    struct input *inputs; /* from malloc */
    size_t count;         /* of inputs */
    enum aggregate aggregate;
    bool scores;
    size_t limit; /* of what is counted; 0: none */
};

/* Words `i` to `i` + count, the first of them being "WEIGHTS". */
static bool parse_weights(struct call *call, size_t i, struct combine *combine)
{
    for (size_t n = 0; n < combine->count; n++) {
        if (!parse_double(arg(call, i + 1 + n), &combine->inputs[n].weight)) {
            reply_error(call->out, "ERR weight value is not a float");
            return false;
        }
    }
    return true;
}

static bool parse_aggregate(struct call *call, size_t i,
                            struct combine *combine)
{
    if (arg_is(call, i, "sum"))
        combine->aggregate = SUM;
    else if (arg_is(call, i, "min"))
        combine->aggregate = MIN;
    else if (arg_is(call, i, "max"))
        combine->aggregate = MAX;
    else
        return false;
    return true;
}

static bool parse_limit(struct call *call, size_t i, struct combine *combine)
{
    long long limit;
    bool good = slice_to_ll(arg(call, i), &limit) && limit >= 0;
    if (good)
        combine->limit = (size_t)limit;
    else
        reply_error(call->out, "ERR LIMIT can't be negative");
    return good;
}

/* options = { "WEIGHTS" number{count} / "AGGREGATE" ( "SUM" / "MIN" / "MAX" ) /
 *             "WITHSCORES" / "LIMIT" number }, each where it makes sense.
 * On false the error has been replied. */
static bool parse_options(struct call *call, struct combine *combine)
{
    bool plain = combine->operation == DIFFERENCE || combine->only_count;
    size_t i = combine->inputs_at + 1 + combine->count;
    while (i < call->argc) {
        size_t words = call->argc - i;
        if (!plain && words > combine->count && arg_is(call, i, "weights")) {
            if (!parse_weights(call, i, combine))
                return false;
            i += 1 + combine->count;
        } else if (!plain && words >= 2 && arg_is(call, i, "aggregate") &&
                   parse_aggregate(call, i + 1, combine)) {
            i += 2;
        } else if (!combine->store && !combine->only_count &&
                   arg_is(call, i, "withscores")) {
            combine->scores = true;
            i++;
        } else if (combine->only_count && words >= 2 &&
                   arg_is(call, i, "limit")) {
            if (!parse_limit(call, i + 1, combine))
                return false;
            i += 2;
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    return true;
}

/* On false the error has been replied. */
static bool parse_count(struct call *call, struct combine *combine)
{
    long long count;
    if (!arg_integer(call, combine->inputs_at, &count))
        return false;
    if (count < 1) {
        reply_error(call->out, "ERR at least 1 input key is needed for '%s' "
                               "command", call->command->name);
        return false;
    }
    combine->count = (size_t)count;
    if (combine->count < call->argc - combine->inputs_at)
        return true;
    reply_syntax_error(call);
    return false;
}

/* On false the error has been replied. */
static bool find_input(struct call *call, size_t i, struct input *input)
{
    struct entry *entry = keyspace_find(&call->space, &call->keys[i]);
    struct zset *zset;
    if (entry != NULL && entry->type == TYPE_SET) {
        input->set = entry_object(entry);
        input->count = set_count(input->set);
        return true;
    }
    if (!zset_find(call, i, &zset))
        return false;
    input->zset = zset;
    input->count = zset ? zset_count(zset) : 0;
    return true;
}

/* On false the error has been replied. */
static bool find_inputs(struct call *call, struct combine *combine)
{
    combine->inputs = calloc(combine->count, sizeof *combine->inputs);
    if (combine->inputs == NULL) {
        reply_no_memory(call);
        return false;
    }
    for (size_t i = 0; i < combine->count; i++) {
        struct input *input = &combine->inputs[i];
        *input = (struct input){.place = i, .weight = 1};
        if (!find_input(call, combine->store + i, input))
            return false;
    }
    return true;
}

static int by_count(const void *a, const void *b)
{
    const struct input *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static bool input_score(const struct input *input, struct slice member,
                        double *score)
{
    *score = 1;
    if (input->set != NULL)
        return set_has(input->set, member);
    return input->zset != NULL && zset_score(input->zset, member, score);
}

struct input_walk {
    struct zset_walk zset;
    struct set_walk set;
};

static struct input_walk input_walk(const struct input *input)
{
    struct input_walk walk = {.set.set = input->set};
    if (input->zset != NULL)
        walk.zset = zset_walk(input->zset, 0, input->count, false);
    return walk;
}

static bool input_step(struct input_walk *walk, struct scored *element)
{
    element->score = 1;
    if (walk->set.set != NULL)
        return set_step(&walk->set, &element->member);
    return zset_step(&walk->zset, element);
}

/* No product or sum of scores is not a number: it is zero instead. */
static double or_zero(double score)
{
    return isnan(score) ? 0 : score;
}

static double aggregate(enum aggregate how, double a, double b)
{
    if (how == SUM)
        return or_zero(a + b);
    if (how == MIN)
        return b < a ? b : a;
    return b > a ? b : a;
}

/* The element of the first input, as it is in the result; false: it is not in
 * there, or *score is what it comes to. */
static bool in_all(const struct combine *combine, struct slice member,
                   double *score)
{
    *score = or_zero(combine->inputs[0].weight * *score);
    for (size_t i = 1; i < combine->count; i++) {
        double other;
        if (!input_score(&combine->inputs[i], member, &other))
            return false;
        *score = aggregate(combine->aggregate, *score,
                           combine->inputs[i].weight * other);
    }
    return true;
}

static bool in_no_other(const struct combine *combine, struct slice member)
{
    double score;
    for (size_t i = 1; i < combine->count; i++)
        if (input_score(&combine->inputs[i], member, &score))
            return false;
    return true;
}

/* Adds what one element of input `i` contributes to the result. False: no
 * memory. */
static bool contribute(const struct combine *combine, struct zset *result,
                       size_t i, const struct scored *element)
{
    static const struct zset_limits never_packed = {0, 0};
    double score = element->score, old;
    bool wanted = true;
    if (combine->operation == INTERSECTION)
        wanted = in_all(combine, element->member, &score);
    else if (combine->operation == DIFFERENCE)
        wanted = in_no_other(combine, element->member);
    else
        score = or_zero(combine->inputs[i].weight * score);
    if (combine->operation == UNION &&
        zset_score(result, element->member, &old))
        score = aggregate(combine->aggregate, old, score);
    return !wanted ||
           zset_put(result, element->member, score, &never_packed);
}

/* NULL: no memory. A union takes every input, the others their first one. What
 * comes out is packed when it is done: until then that would take longer. */
static struct zset *build(const struct combine *combine)
{
    struct zset *result = zset_new();
    bool good = result != NULL;
    size_t inputs = combine->operation == UNION ? combine->count : 1;
    for (size_t i = 0; i < inputs; i++) {
        struct input_walk walk = input_walk(&combine->inputs[i]);
        struct scored element;
        while (good && input_step(&walk, &element))
            good = contribute(combine, result, i, &element);
    }
    if (good || result == NULL)
        return result;
    zset_free(result);
    return NULL;
}

static void reply_all(struct call *call, const struct zset *zset, bool scores)
{
    size_t count = zset_count(zset);
    struct zset_walk walk = zset_walk(zset, 0, count, false);
    struct scored element;
    reply_scored_array(call->out, count, scores);
    while (zset_step(&walk, &element))
        reply_scored(call->out, &element, scores);
}

static void reply_count(struct call *call, const struct combine *combine)
{
    struct input_walk walk = input_walk(&combine->inputs[0]);
    struct scored element;
    size_t count = 0;
    while ((combine->limit == 0 || count < combine->limit) &&
           input_step(&walk, &element))
        count += in_all(combine, element.member, &element.score);
    reply_integer(call->out, (long long)count);
}

static void finish(struct call *call, const struct combine *combine)
{
    struct zset *result = build(combine);
    struct zset_limits limits = zset_limits(call);
    if (result == NULL) {
        reply_no_memory(call);
    } else if (combine->store) {
        zset_pack(result, &limits);
        zset_store(call, &call->keys[0], result, call->command->name);
    } else {
        reply_all(call, result, combine->scores);
        zset_free(result);
    }
}

/* The smallest input comes first: an intersection is no larger. */
static void combine(struct call *call, struct combine words)
{
    words.inputs_at = words.store ? 2 : 1;
    if (!parse_count(call, &words))
        return;
    if (find_inputs(call, &words) && parse_options(call, &words)) {
        if (words.operation != DIFFERENCE)
            qsort(words.inputs, words.count, sizeof *words.inputs, by_count);
        if (words.only_count)
            reply_count(call, &words);
        else
            finish(call, &words);
    }
    free(words.inputs);
}

void cmd_zunion(struct call *call)
{
    combine(call, (struct combine){.operation = UNION});
}

void cmd_zinter(struct call *call)
{
    combine(call, (struct combine){.operation = INTERSECTION});
}

void cmd_zdiff(struct call *call)
{
    combine(call, (struct combine){.operation = DIFFERENCE});
}

void cmd_zunionstore(struct call *call)
{
    combine(call, (struct combine){.operation = UNION, .store = true});
}

void cmd_zinterstore(struct call *call)
{
    combine(call, (struct combine){.operation = INTERSECTION, .store = true});
}

void cmd_zdiffstore(struct call *call)
{
    combine(call, (struct combine){.operation = DIFFERENCE, .store = true});
}

void cmd_zintercard(struct call *call)
{
    combine(call, (struct combine){.operation = INTERSECTION,
                                   .only_count = true});
}
