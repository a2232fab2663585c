/* Lists: commands that look for an element by its value. */
#include "command/list.h"

#include <limits.h>

/* Goes on to the next element that is equal, from `position` on. False: there
 * is none. */
static bool seek(struct list_position *position, enum list_end towards,
                 struct slice element)
{
    struct slice here;
    for (; list_get(position, &here); list_step(position, towards))
        if (slice_equal(here, element))
            return true;
    return false;
}

/* False: neither BEFORE nor AFTER; the error has been replied. */
static bool arg_side(struct call *call, size_t i, enum list_end *side)
{
    *side = arg_is(call, i, "after") ? LIST_TAIL : LIST_HEAD;
    if (*side == LIST_TAIL || arg_is(call, i, "before"))
        return true;
    reply_syntax_error(call);
    return false;
}

void cmd_linsert(struct call *call)
{
    void *list;
    enum list_end side;
    struct list_position position;
    if (!arg_side(call, 2, &side) || !call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list == NULL) {
        reply_integer(call->out, 0);
        return;
    }
    list_find(list, 0, &position);
    if (!seek(&position, LIST_TAIL, arg(call, 3))) {
        reply_integer(call->out, -1);
    } else if (list_insert(list, &position, side, arg(call, 4))) {
        reply_integer(call->out, (long long)list_length(list));
        list_changed(call, 0, list, "linsert");
    } else {
        reply_no_memory(call);
    }
}

/* Where a search towards one end begins. */
static struct list_position start(const struct list *list,
                                  enum list_end towards)
{
    struct list_position position;
    list_find(list, towards == LIST_TAIL ? 0 : list_length(list) - 1,
              &position);
    return position;
}

void cmd_lrem(struct call *call)
{
    void *list;
    long long most, removed = 0;
    if (!arg_integer(call, 2, &most) || !call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list != NULL) {
        enum list_end towards = most < 0 ? LIST_HEAD : LIST_TAIL;
        struct list_position position = start(list, towards);
        if (most < 0)
            most = most < -LLONG_MAX ? LLONG_MAX : -most;
        while ((most == 0 || removed < most) &&
               seek(&position, towards, arg(call, 3))) {
            list_remove(list, &position, towards);
            removed++;
        }
    }
    reply_integer(call->out, removed);
    if (removed > 0)
        list_changed(call, 0, list, "lrem");
}

struct lpos_options {
    long long rank;   /* the first match that counts; negative: from the end */
    long long count;  /* matches to reply; 0: all; -1: one, not as an array */
    long long maxlen; /* elements to look at; 0: all */
};

static bool check_rank(struct call *call, long long rank)
{
    if (rank == 0)
        reply_error(call->out,
                    "ERR RANK can't be zero: use 1 to start from the first "
                    "match, 2 from the second ... or use negative to start "
                    "from the end of the list");
    return rank != 0;
}

/* option = ( "RANK" / "COUNT" / "MAXLEN" ) number, from word `i` on. On false
 * the error has been replied. */
static bool parse_lpos_option(struct call *call, size_t i,
                              struct lpos_options *options)
{
    bool has_value = i + 1 < call->argc;
    if (has_value && arg_is(call, i, "rank"))
        return arg_integer(call, i + 1, &options->rank) &&
               check_rank(call, options->rank);
    if (has_value && arg_is(call, i, "count"))
        return arg_in_range(call, i + 1, 0, LONG_MAX,
                            "ERR COUNT can't be negative", &options->count);
    if (has_value && arg_is(call, i, "maxlen"))
        return arg_in_range(call, i + 1, 0, LONG_MAX,
                            "ERR MAXLEN can't be negative", &options->maxlen);
    reply_syntax_error(call);
    return false;
}

/* Replies the indices of the matches that count; returns how many. */
static size_t find_matches(const struct call *call, const struct list *list,
                           const struct lpos_options *options,
                           struct reply *found)
{
    enum list_end towards = options->rank < 0 ? LIST_HEAD : LIST_TAIL;
    long long rank = options->rank;
    if (rank < 0)
        rank = rank < -LLONG_MAX ? 1 : -rank; /* as Redis' overflow has it */
    size_t length = list_length(list);
    size_t most = options->count < 0 ? 1 : (size_t)options->count;
    size_t count = 0;
    size_t steps = options->maxlen > 0 ? (size_t)options->maxlen : SIZE_MAX;
    struct list_position position = start(list, towards);
    struct slice element;
    for (size_t i = 0; i < steps && list_get(&position, &element);
         i++, list_step(&position, towards)) {
        if (!slice_equal(element, arg(call, 2)) || --rank > 0)
            continue;
        reply_integer(found, (long long)(towards == LIST_TAIL
                                             ? i : length - 1 - i));
        if (++count == most)
            break;
    }
    return count;
}

void cmd_lpos(struct call *call)
{
    void *list;
    struct lpos_options options = {.rank = 1, .count = -1};
    struct reply found = {0};
    for (size_t i = 3; i < call->argc; i += 2)
        if (!parse_lpos_option(call, i, &options))
            return;
    if (!call_find(call, 0, TYPE_LIST, &list))
        return;
    size_t count = list ? find_matches(call, list, &options, &found) : 0;
    if (options.count < 0 && count == 0)
        reply_null(call->out);
    else
        reply_collected(call, options.count < 0 ? NULL : reply_array,
                        count, &found);
}
