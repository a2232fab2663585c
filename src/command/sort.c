/* SORT: the elements of a list, set or sorted set, in another order.
 *
 *     read the words -> gather the elements -> weigh each of them
 *         -> sort by weight -> show some, or what GET finds for each
 *
 * Nothing is copied on the way but the digits of integers: all is held, so
 * nothing changes before the reply is written. */
#include "command/functions.h"
#include "command/permit.h"
#include "command/sort_order.h"
#include "command/sort_pattern.h"
#include "types/list.h"
#include "types/set.h"
#include "types/zset.h"

#include <stdlib.h>

struct sorting {
    struct call *call;
    struct order order;
    size_t gets;          /* how many GETs there are */
    size_t store;         /* the word that is STORE's key; 0: none */
    bool keep_order;      /* BY a pattern without "*" */
    long long skip, most; /* LIMIT */

    struct item *items;
    size_t count;
    char (*digits)[SET_DIGITS]; /* of a set of integers */
    struct buf name;            /* for sort_lookup */
    size_t first, shown;        /* the items from here on, so many */
};

/* BY and GET look at keys that the request does not name. False: he may not,
 * and that has been replied. */
static bool may_look_up(struct call *call, const char *option)
{
    bool may = user_permits_any_key(call->client->user, call->command,
                                    call->argv, call->argc);
    if (!may)
        reply_error(call->out, "ERR %s option of SORT denied due to "
                               "insufficient ACL permissions.", option);
    return may;
}

static bool parse_by(struct sorting *sorting, struct slice pattern)
{
    bool is_constant = memchr(pattern.data, '*', pattern.len) == NULL;
    sorting->order.by = pattern;
    sorting->keep_order |= is_constant;
    return is_constant || may_look_up(sorting->call, "BY");
}

/* sort = key { "ASC" / "DESC" / "ALPHA" / "LIMIT" skip most / "BY" pattern
 *            / "GET" pattern / "STORE" key }
 * On false the error has been replied. */
static bool parse(struct sorting *sorting, bool may_store)
{
    struct call *call = sorting->call;
    bool good = true;
    for (size_t i = 2; i < call->argc && good; i++) {
        size_t left = call->argc - i - 1;
        if (arg_is(call, i, "asc")) {
            sorting->order.falling = false;
        } else if (arg_is(call, i, "desc")) {
            sorting->order.falling = true;
        } else if (arg_is(call, i, "alpha")) {
            sorting->order.alpha = true;
        } else if (arg_is(call, i, "limit") && left >= 2) {
            good = arg_integer(call, i + 1, &sorting->skip) &&
                   arg_integer(call, i + 2, &sorting->most);
            i += 2;
        } else if (arg_is(call, i, "store") && may_store && left >= 1) {
            sorting->store = ++i;
        } else if (arg_is(call, i, "by") && left >= 1) {
            good = parse_by(sorting, arg(call, ++i));
        } else if (arg_is(call, i, "get") && left >= 1) {
            good = may_look_up(call, "GET");
            sorting->gets++;
            i++;
        } else {
            reply_syntax_error(call);
            good = false;
        }
    }
    return good;
}

/* The word of the next GET's pattern, behind word `i`; 0: there is none. */
static size_t next_get(const struct call *call, size_t i)
{
    for (i = i > 0 ? i + 1 : 2; i < call->argc; i++) {
        if (arg_is(call, i, "get"))
            return i + 1;
        if (arg_is(call, i, "limit"))
            i += 2;
        else if (arg_is(call, i, "by") || arg_is(call, i, "store"))
            i++;
    }
    return 0;
}

static void add(struct sorting *sorting, struct slice element)
{
    size_t n = sorting->count++;
    sorting->items[n] = (struct item){.element = element, .index = n};
}

static void gather_list(struct sorting *sorting, const struct list *list)
{
    struct list_position position;
    struct slice element;
    list_find(list, 0, &position);
    for (; list_get(&position, &element); list_step(&position, LIST_TAIL))
        add(sorting, element);
}

static void gather_set(struct sorting *sorting, const struct set *set)
{
    struct set_walk walk = {.set = set};
    struct slice member;
    while (set_step(&walk, &member)) {
        if (sorting->digits != NULL) {
            char *kept = sorting->digits[sorting->count];
            memcpy(kept, member.data, member.len);
            member.data = kept;
        }
        add(sorting, member);
    }
}

static void gather_zset(struct sorting *sorting, const struct zset *zset)
{
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), false);
    struct scored element;
    while (zset_step(&walk, &element))
        add(sorting, element.member);
}

static size_t length(const struct entry *entry)
{
    const void *object = entry_object(entry);
    return entry->type == TYPE_LIST  ? list_length(object)
           : entry->type == TYPE_SET ? set_count(object)
                                     : zset_count(object);
}

/* False: no memory. */
static bool gather(struct sorting *sorting, const struct entry *entry)
{
    const void *object = entry_object(entry);
    size_t count = length(entry);
    sorting->items = calloc(count, sizeof *sorting->items);
    if (entry->type == TYPE_SET && set_is_integers(object)) {
        sorting->digits = calloc(count, sizeof *sorting->digits);
        if (sorting->digits == NULL)
            return false;
    }
    if (sorting->items == NULL)
        return false;
    if (entry->type == TYPE_LIST)
        gather_list(sorting, object);
    else if (entry->type == TYPE_SET)
        gather_set(sorting, object);
    else
        gather_zset(sorting, object);
    return true;
}

static void reverse(struct item *items, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct item kept = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = kept;
    }
}

static void apply_limit(struct sorting *sorting)
{
    unsigned long long skip = sorting->skip > 0
                                  ? (unsigned long long)sorting->skip
                                  : 0;
    sorting->first = skip < sorting->count ? skip : sorting->count;
    sorting->shown = sorting->count - sorting->first;
    if (sorting->most >= 0 &&
        (unsigned long long)sorting->most < sorting->shown)
        sorting->shown = (size_t)sorting->most;
}

/* Hands each of the values that are the result to `take`; data NULL: nothing
 * was found there. False as soon as that returns false. */
static bool each_value(struct sorting *sorting,
                       bool (*take)(void *context, struct slice value),
                       void *context)
{
    struct call *call = sorting->call;
    for (size_t n = 0; n < sorting->shown; n++) {
        const struct item *item = &sorting->items[sorting->first + n];
        if (sorting->gets == 0 && !take(context, item->element))
            return false;
        for (size_t i = next_get(call, 0); i > 0; i = next_get(call, i)) {
            struct slice value = {0};
            sort_lookup(call, &sorting->name, arg(call, i), item->element,
                        &value);
            if (!take(context, value))
                return false;
        }
    }
    return true;
}

static bool reply_value(void *context, struct slice value)
{
    if (value.data != NULL)
        reply_bulk(context, value);
    else
        reply_null(context);
    return true;
}

static bool push_value(void *context, struct slice value)
{
    return list_push(context, LIST_TAIL, value.data ? value : SLICE(""));
}

/* The values as a list. NULL: no memory. */
static struct list *make_list(struct sorting *sorting)
{
    struct list *list = list_new();
    if (list == NULL)
        return NULL;
    list_limit(list, (int)config_number(&sorting->call->core->config,
                                        SETTING_LIST_SIZE));
    if (each_value(sorting, push_value, list) && !sorting->name.failed)
        return list;
    list_free(list);
    return NULL;
}

static void store_values(struct sorting *sorting, size_t count)
{
    struct call *call = sorting->call;
    struct key key = store_key(call->space.store, arg(call, sorting->store));
    struct list *list = make_list(sorting);
    if (list == NULL)
        reply_no_memory(call);
    else
        call_store(call, &key, &(struct stored){TYPE_LIST, list, count,
                                                NOTIFY_LIST, "sortstore"});
}

static void show(struct sorting *sorting)
{
    struct call *call = sorting->call;
    size_t replied = buf_len(&call->out->bytes);
    size_t count = sorting->shown * (sorting->gets ? sorting->gets : 1);
    if (sorting->store > 0) {
        store_values(sorting, count);
        return;
    }
    reply_array(call->out, count);
    each_value(sorting, reply_value, call->out);
    if (sorting->name.failed) {
        reply_take_back(call->out, replied);
        reply_no_memory(call);
    }
}

/* On false the error has been replied. */
static bool put_in_order(struct sorting *sorting)
{
    if (!sorting->keep_order)
        return sort_items(sorting->call, &sorting->order, sorting->items,
                          sorting->count);
    if (sorting->order.falling)
        reverse(sorting->items, sorting->count);
    return true;
}

static void sort_entry(struct sorting *sorting, const struct entry *entry)
{
    struct call *call = sorting->call;
    if (entry != NULL && !gather(sorting, entry)) {
        reply_no_memory(call);
    } else if (put_in_order(sorting)) {
        apply_limit(sorting);
        show(sorting);
    }
}

static void sort_key(struct call *call, bool may_store)
{
    struct sorting sorting = {.call = call, .most = -1};
    void *object;
    if (!parse(&sorting, may_store))
        return;
    const struct entry *entry = call_read(call, 0);
    if (entry != NULL && entry->type != TYPE_LIST &&
        entry->type != TYPE_SET && entry->type != TYPE_ZSET) {
        call_find(call, 0, TYPE_LIST, &object); /* replies that it is wrong */
        return;
    }
    /* What has no order of its own is not stored without one. */
    if (entry != NULL && entry->type == TYPE_SET && sorting.keep_order &&
        sorting.store > 0) {
        sorting.keep_order = false;
        sorting.order.alpha = true;
        sorting.order.by = (struct slice){0};
    }
    sort_entry(&sorting, entry);
    free(sorting.items);
    free(sorting.digits);
    buf_free(&sorting.name);
}

void cmd_sort(struct call *call)
{
    sort_key(call, true);
}

void cmd_sort_ro(struct call *call)
{
    sort_key(call, false);
}
