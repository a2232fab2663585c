/* Lists: what happens at their ends and by index. */
#include "command/list.h"
#include "command/range.h"

#include <limits.h>

struct list *list_wanted(struct call *call, size_t i)
{
    void *list;
    if (!call_make(call, i, TYPE_LIST, &list))
        return NULL;
    if (list_length(list) == 0)
        list_limit(list, (int)config_number(&call->core->config,
                                            SETTING_LIST_SIZE));
    return list;
}

void list_changed(struct call *call, size_t i, struct list *list,
                  const char *event)
{
    call_notify(call, NOTIFY_LIST, event, &call->keys[i]);
    call_changed(call, i, list_length(list) == 0);
}

void reply_elements(struct call *call, const struct list *list, size_t first,
                    size_t count, enum list_end towards)
{
    struct list_position position;
    struct slice element;
    reply_array(call->out, count);
    list_find(list, first, &position);
    for (; count > 0; count--, list_step(&position, towards))
        if (list_get(&position, &element))
            reply_bulk(call->out, element);
}

struct slice list_at_end(const struct list *list, enum list_end end)
{
    struct list_position position;
    struct slice element = {0};
    list_find(list, end == LIST_HEAD ? 0 : list_length(list) - 1, &position);
    list_get(&position, &element);
    return element;
}

void list_drop(struct call *call, size_t i, struct list *list,
               enum list_end end, size_t count)
{
    size_t first = end == LIST_HEAD ? 0 : list_length(list) - count;
    list_remove_range(list, first, count);
    list_changed(call, i, list, end == LIST_HEAD ? "lpop" : "rpop");
}

void list_pop_array(struct call *call, size_t i, struct list *list,
                    enum list_end end, size_t count)
{
    if (end == LIST_HEAD)
        reply_elements(call, list, 0, count, LIST_TAIL);
    else
        reply_elements(call, list, list_length(list) - 1, count, LIST_HEAD);
    list_drop(call, i, list, end, count);
}

void list_pop_one(struct call *call, size_t i, struct list *list,
                  enum list_end end)
{
    reply_bulk(call->out, list_at_end(list, end));
    list_drop(call, i, list, end, 1);
}

const char *list_push_event(enum list_end end)
{
    return end == LIST_HEAD ? "lpush" : "rpush";
}

/* Pushes the words from the third on; all of them or, without memory, none. */
static bool push_words(const struct call *call, struct list *list,
                       enum list_end end)
{
    size_t before = list_length(list);
    for (size_t w = 2; w < call->argc; w++) {
        if (!list_push(list, end, arg(call, w))) {
            list_remove_range(list, end == LIST_HEAD ? 0 : before, w - 2);
            return false;
        }
    }
    return true;
}

static void push(struct call *call, struct list *list, enum list_end end)
{
    if (push_words(call, list, end)) {
        reply_integer(call->out, (long long)list_length(list));
        list_changed(call, 0, list, list_push_event(end));
        return;
    }
    if (list_length(list) == 0)
        keyspace_remove(&call->space, &call->keys[0]);
    reply_no_memory(call);
}

static void push_or_create(struct call *call, enum list_end end)
{
    struct list *list = list_wanted(call, 0);
    if (list != NULL)
        push(call, list, end);
}

/* If there is a list. */
static void push_if_there(struct call *call, enum list_end end)
{
    void *list;
    if (!call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list != NULL)
        push(call, list, end);
    else
        reply_integer(call->out, 0);
}

void cmd_lpush(struct call *call)
{
    push_or_create(call, LIST_HEAD);
}

void cmd_rpush(struct call *call)
{
    push_or_create(call, LIST_TAIL);
}

void cmd_lpushx(struct call *call)
{
    push_if_there(call, LIST_HEAD);
}

void cmd_rpushx(struct call *call)
{
    push_if_there(call, LIST_TAIL);
}

static void pop_several(struct call *call, struct list *list,
                        enum list_end end, size_t count)
{
    if (list == NULL)
        reply_null_array(call->out);
    else if (count == 0)
        reply_array(call->out, 0);
    else
        list_pop_array(call, 0, list, end,
                       count < list_length(list) ? count : list_length(list));
}

static void pop(struct call *call, enum list_end end)
{
    void *list;
    long long count = 0;
    if (call->argc > 3)
        reply_wrong_arity(call);
    else if ((call->argc == 3 &&
              !arg_in_range(call, 2, 0, LONG_MAX,
                            "ERR value is out of range, must be positive",
                            &count)) ||
             !call_find(call, 0, TYPE_LIST, &list))
        return;
    else if (call->argc == 3)
        pop_several(call, list, end, (size_t)count);
    else if (list != NULL)
        list_pop_one(call, 0, list, end);
    else
        reply_null(call->out);
}

void cmd_lpop(struct call *call)
{
    pop(call, LIST_HEAD);
}

void cmd_rpop(struct call *call)
{
    pop(call, LIST_TAIL);
}

void cmd_llen(struct call *call)
{
    void *list;
    if (call_find(call, 0, TYPE_LIST, &list))
        reply_integer(call->out, list ? (long long)list_length(list) : 0);
}

/* Word `i` as an index, where -1 is the last element. *found: there is one.
 * On false the error has been replied. */
static bool arg_index(struct call *call, size_t i, const struct list *list,
                      struct list_position *position, bool *found)
{
    long long index;
    if (!arg_integer(call, i, &index))
        return false;
    if (index < 0)
        index += (long long)list_length(list);
    *found = index >= 0 && list_find(list, (size_t)index, position);
    return true;
}

void cmd_lindex(struct call *call)
{
    void *list;
    bool found;
    struct list_position position;
    struct slice element;
    if (!call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list == NULL)
        reply_null(call->out);
    else if (!arg_index(call, 2, list, &position, &found))
        return;
    else if (found && list_get(&position, &element))
        reply_bulk(call->out, element);
    else
        reply_null(call->out);
}

void cmd_lset(struct call *call)
{
    void *list;
    bool found;
    struct list_position position;
    if (!call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list == NULL) {
        reply_error(call->out, "ERR no such key");
        return;
    }
    if (!arg_index(call, 2, list, &position, &found))
        return;
    if (!found) {
        reply_error(call->out, "ERR index out of range");
    } else if (list_replace(list, &position, arg(call, 3))) {
        list_changed(call, 0, list, "lset");
        reply_ok(call);
    } else {
        reply_no_memory(call);
    }
}

/* Words 2 and 3 as the first and last index; -1 is the last element. On false
 * the error has been replied. */
static bool arg_indices(struct call *call, long long *first, long long *last)
{
    return arg_integer(call, 2, first) && arg_integer(call, 3, last);
}

void cmd_lrange(struct call *call)
{
    void *list;
    long long first, last;
    if (!arg_indices(call, &first, &last) ||
        !call_find(call, 0, TYPE_LIST, &list))
        return;
    size_t count =
        list ? clip_indices(&first, last, list_length(list)) : 0;
    if (count > 0)
        reply_elements(call, list, (size_t)first, count, LIST_TAIL);
    else
        reply_array(call->out, 0);
}

void cmd_ltrim(struct call *call)
{
    void *list;
    long long first, last;
    if (!arg_indices(call, &first, &last) ||
        !call_find(call, 0, TYPE_LIST, &list))
        return;
    if (list != NULL) {
        size_t kept = clip_indices(&first, last, list_length(list));
        size_t before = kept > 0 ? (size_t)first : 0;
        list_remove_range(list, 0, before);
        list_remove_range(list, kept, list_length(list) - kept);
        list_changed(call, 0, list, "ltrim");
    }
    reply_ok(call);
}
