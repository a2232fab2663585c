/* Lists: from one list to another, and from whichever of several has something;
 * and the same for those who wait until there is something. */
#include "command/list.h"
#include "command/timeout.h"

#include <limits.h>

/* False: neither LEFT nor RIGHT; the error has been replied. */
static bool arg_end(struct call *call, size_t i, enum list_end *end)
{
    *end = arg_is(call, i, "right") ? LIST_TAIL : LIST_HEAD;
    if (*end == LIST_TAIL || arg_is(call, i, "left"))
        return true;
    reply_syntax_error(call);
    return false;
}

/* From which end of the first key's list to which end of the second's. */
struct way {
    enum list_end from, to;
};

/* Within one list, pushing would move the element while it is read. */
static bool push_copy(struct list *list, enum list_end end,
                      struct slice element)
{
    struct buf copy = {0};
    buf_append(&copy, element.data, element.len);
    bool good = !copy.failed && list_push(list, end, buf_slice(&copy));
    buf_free(&copy);
    return good;
}

static void move(struct call *call, struct list *source, struct way way)
{
    struct slice element = list_at_end(source, way.from);
    struct list *target = list_wanted(call, 1);
    if (target == NULL)
        return;
    size_t replied = buf_len(&call->out->bytes);
    reply_bulk(call->out, element);
    if (target == source ? push_copy(target, way.to, element)
                         : list_push(target, way.to, element)) {
        list_changed(call, 1, target, list_push_event(way.to));
        list_drop(call, 0, source, way.from, 1);
        return;
    }
    reply_take_back(call->out, replied);
    if (list_length(target) == 0)
        keyspace_remove(&call->space, &call->keys[1]);
    reply_no_memory(call);
}

/* `timeout`: how long to wait if there is nothing to move; or NULL. */
static void move_or_wait(struct call *call, struct way way,
                         const int64_t *timeout)
{
    void *source;
    if (!call_find_in_turn(call, 0, TYPE_LIST, &source))
        return;
    if (source != NULL)
        move(call, source, way);
    else if (timeout == NULL || !call_block(call, TYPE_LIST, 1, *timeout))
        reply_null(call->out);
}

void cmd_lmove(struct call *call)
{
    struct way way;
    if (arg_end(call, 3, &way.from) && arg_end(call, 4, &way.to))
        move_or_wait(call, way, NULL);
}

void cmd_blmove(struct call *call)
{
    struct way way;
    int64_t timeout;
    if (arg_end(call, 3, &way.from) && arg_end(call, 4, &way.to) &&
        arg_timeout(call, 5, &timeout))
        move_or_wait(call, way, &timeout);
}

void cmd_rpoplpush(struct call *call)
{
    move_or_wait(call, (struct way){LIST_TAIL, LIST_HEAD}, NULL);
}

void cmd_brpoplpush(struct call *call)
{
    int64_t timeout;
    if (arg_timeout(call, 3, &timeout))
        move_or_wait(call, (struct way){LIST_TAIL, LIST_HEAD}, &timeout);
}

/* Finds the first key that has a list. If none has (*list is NULL), the command
 * waits, or has replied that there is none. On false an error has been replied.
 * `timeout` is as above. */
static bool find_first(struct call *call, const int64_t *timeout,
                       struct list **list, size_t *i)
{
    void *found = NULL;
    for (*i = 0; *i < call->key_count; ++*i) {
        if (!call_find_in_turn(call, *i, TYPE_LIST, &found))
            return false;
        if (found != NULL)
            break;
    }
    *list = found;
    if (found == NULL &&
        (timeout == NULL ||
         !call_block(call, TYPE_LIST, call->key_count, *timeout)))
        reply_null_array(call->out);
    return true;
}

static void pop_first(struct call *call, enum list_end end)
{
    int64_t timeout;
    struct list *list;
    size_t i;
    if (!arg_timeout(call, call->argc - 1, &timeout) ||
        !find_first(call, &timeout, &list, &i) || list == NULL)
        return;
    reply_array(call->out, 2);
    reply_bulk(call->out, call->keys[i].name);
    list_pop_one(call, i, list, end);
}

void cmd_blpop(struct call *call)
{
    pop_first(call, LIST_HEAD);
}

void cmd_brpop(struct call *call)
{
    pop_first(call, LIST_TAIL);
}

/* lmpop = numkeys key... ( "LEFT" / "RIGHT" ) [ "COUNT" count ], where numkeys
 * is word `at`. On false the error has been replied. */
static bool parse_lmpop(struct call *call, size_t at, enum list_end *end,
                        long long *count)
{
    long long keys;
    if (!arg_in_range(call, at, 1, LONG_MAX,
                      "ERR numkeys should be greater than 0", &keys))
        return false;
    size_t rest = call->argc - at - 1; /* words behind numkeys */
    if ((size_t)keys >= rest) {
        reply_syntax_error(call);
        return false;
    }
    size_t where = at + 1 + (size_t)keys;
    if (!arg_end(call, where, end))
        return false;
    *count = 1;
    size_t next = where + 1;
    if (next + 1 < call->argc && arg_is(call, next, "count")) {
        if (!arg_in_range(call, next + 1, 1, LONG_MAX,
                          "ERR count should be greater than 0", count))
            return false;
        next += 2;
    }
    if (next < call->argc)
        reply_syntax_error(call);
    return next == call->argc;
}

/* `waits`: word 1 tells how long it may. */
static void lmpop(struct call *call, bool waits)
{
    enum list_end end;
    int64_t timeout;
    long long count;
    struct list *list;
    size_t i;
    if (!parse_lmpop(call, waits ? 2 : 1, &end, &count) ||
        (waits && !arg_timeout(call, 1, &timeout)) ||
        !find_first(call, waits ? &timeout : NULL, &list, &i) || list == NULL)
        return;
    size_t there = list_length(list);
    reply_array(call->out, 2);
    reply_bulk(call->out, call->keys[i].name);
    list_pop_array(call, i, list, end,
                   (size_t)count < there ? (size_t)count : there);
}

void cmd_lmpop(struct call *call)
{
    lmpop(call, false);
}

void cmd_blmpop(struct call *call)
{
    lmpop(call, true);
}
