/* Sorted sets, a span of elements at a time: to count it, to show it, to copy
 * it to another key, to remove it. */
#include "command/functions.h"
#include "command/zset_span.h"

/* Words 2 and 3 name a span of key 0. False: it has replied; with 0, if there
 * is no such key. */
static bool find_span(struct call *call, enum span_by by, struct zset **zset,
                      struct span *span)
{
    struct span_words words = {.by = by, .limit = -1};
    if (!span_parse(call, 2, &words) || !zset_find(call, 0, zset))
        return false;
    if (*zset == NULL)
        reply_integer(call->out, 0);
    else
        *span = span_of(*zset, &words);
    return *zset != NULL;
}

static void count_span(struct call *call, enum span_by by)
{
    struct zset *zset;
    struct span span;
    if (find_span(call, by, &zset, &span))
        reply_integer(call->out, (long long)span.count);
}

void cmd_zcount(struct call *call)
{
    count_span(call, BY_SCORE);
}

void cmd_zlexcount(struct call *call)
{
    count_span(call, BY_MEMBER);
}

static void remove_span(struct call *call, enum span_by by, const char *event)
{
    struct zset *zset;
    struct span span;
    if (!find_span(call, by, &zset, &span))
        return;
    if (span.count > 0) {
        zset_remove_range(zset, span.first, span.count);
        zset_shrunk(call, &call->keys[0], zset, event);
    }
    reply_integer(call->out, (long long)span.count);
}

void cmd_zremrangebyrank(struct call *call)
{
    remove_span(call, BY_RANK, "zremrangebyrank");
}

void cmd_zremrangebyscore(struct call *call)
{
    remove_span(call, BY_SCORE, "zremrangebyscore");
}

void cmd_zremrangebylex(struct call *call)
{
    remove_span(call, BY_MEMBER, "zremrangebylex");
}

/* What is to be shown. The older commands say some of it by their names: ZRANGE
 * and ZRANGESTORE have `free` options instead. */
struct range {
    struct span_words words;
    bool any_order, any_kind; /* REV, BYSCORE and BYLEX are still possible */
    bool store;
    bool scores; /* WITHSCORES */
};

/* options = { "WITHSCORES" / "REV" / "BYSCORE" / "BYLEX" /
 *             "LIMIT" number number }, from word `i` on.
 * On false the error has been replied. */
static bool parse_options(struct call *call, size_t i, struct range *range)
{
    struct span_words *words = &range->words;
    for (; i < call->argc; i++) {
        if (!range->store && arg_is(call, i, "withscores")) {
            range->scores = true;
        } else if (arg_is(call, i, "limit") && i + 2 < call->argc) {
            if (!arg_integer(call, i + 1, &words->offset) ||
                !arg_integer(call, i + 2, &words->limit))
                return false;
            i += 2;
        } else if (range->any_order && arg_is(call, i, "rev")) {
            range->any_order = false;
            words->backwards = true;
        } else if (range->any_kind && (arg_is(call, i, "byscore") ||
                                       arg_is(call, i, "bylex"))) {
            range->any_kind = false;
            words->by = arg_is(call, i, "bylex") ? BY_MEMBER : BY_SCORE;
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    return true;
}

/* The two ends are words `i` and `i` + 1, the options stand behind them. */
static bool parse_range(struct call *call, size_t i, struct range *range)
{
    range->words.limit = -1;
    if (!parse_options(call, i + 2, range))
        return false;
    if (range->words.limit != -1 && range->words.by == BY_RANK) {
        reply_error(call->out, "ERR syntax error, LIMIT is only supported in "
                               "combination with either BYSCORE or BYLEX");
        return false;
    }
    if (range->scores && range->words.by == BY_MEMBER) {
        reply_error(call->out, "ERR syntax error, WITHSCORES not supported in "
                               "combination with BYLEX");
        return false;
    }
    return span_parse(call, i, &range->words);
}

static void show_range(struct call *call, struct range range)
{
    struct zset *zset;
    if (!parse_range(call, 2, &range) || !zset_find(call, 0, &zset))
        return;
    if (zset == NULL) {
        reply_array(call->out, 0);
        return;
    }
    struct span span = span_of(zset, &range.words);
    struct zset_walk walk =
        zset_walk(zset, span.first, span.count, range.words.backwards);
    struct scored element;
    reply_scored_array(call->out, span.count, range.scores);
    while (zset_step(&walk, &element))
        reply_scored(call->out, &element, range.scores);
}

void cmd_zrange(struct call *call)
{
    show_range(call, (struct range){.any_order = true, .any_kind = true});
}

void cmd_zrevrange(struct call *call)
{
    show_range(call, (struct range){.words.backwards = true});
}

void cmd_zrangebyscore(struct call *call)
{
    show_range(call, (struct range){.words.by = BY_SCORE});
}

void cmd_zrevrangebyscore(struct call *call)
{
    show_range(call, (struct range){.words.by = BY_SCORE,
                                    .words.backwards = true});
}

void cmd_zrangebylex(struct call *call)
{
    show_range(call, (struct range){.words.by = BY_MEMBER});
}

void cmd_zrevrangebylex(struct call *call)
{
    show_range(call, (struct range){.words.by = BY_MEMBER,
                                    .words.backwards = true});
}

/* A new set of this span; NULL: no memory. */
static struct zset *copy_span(const struct call *call, const struct zset *zset,
                              struct span span)
{
    struct zset_limits limits = zset_limits(call);
    struct zset *copy = zset_new();
    struct zset_walk walk = zset_walk(zset, span.first, span.count, false);
    struct scored element;
    bool good = copy != NULL;
    while (good && zset_step(&walk, &element))
        good = zset_put(copy, element.member, element.score, &limits);
    if (good || copy == NULL)
        return copy;
    zset_free(copy);
    return NULL;
}

void cmd_zrangestore(struct call *call)
{
    struct range range = {.any_order = true, .any_kind = true, .store = true};
    struct span span = {0, 0};
    struct zset *from;
    if (!parse_range(call, 3, &range) || !zset_find(call, 1, &from))
        return;
    if (from != NULL)
        span = span_of(from, &range.words);
    struct zset *copy = from ? copy_span(call, from, span) : zset_new();
    if (copy == NULL)
        reply_no_memory(call);
    else
        zset_store(call, &call->keys[0], copy, "zrangestore");
}
