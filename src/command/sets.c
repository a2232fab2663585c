/* Sets: members come and go. */
#include "command/sets.h"
#include "command/functions.h"
#include "command/sample.h"
#include "command/scan.h"
#include "resp/resp.h"

bool sets_find(struct call *call, size_t i, struct set **set)
{
    void *object;
    if (!call_find(call, i, TYPE_SET, &object))
        return false;
    *set = object;
    return true;
}

bool sets_make(struct call *call, size_t i, struct set **set)
{
    void *object;
    if (!call_make(call, i, TYPE_SET, &object))
        return false;
    *set = object;
    return true;
}

static size_t most_integers(const struct call *call)
{
    return (size_t)config_number(&call->core->config, SETTING_INTSET_ENTRIES);
}

bool sets_add(const struct call *call, struct set *set, struct slice member,
              bool *added)
{
    return set_add(set, member, most_integers(call), added);
}

void sets_reply(struct call *call, const struct set *set)
{
    struct set_walk walk = {.set = set};
    struct slice member;
    reply_set(call->out, set ? set_count(set) : 0);
    while (set != NULL && set_step(&walk, &member))
        reply_bulk(call->out, member);
}

/* After a change of set `i`. */
static void tell(struct call *call, size_t i, const struct set *set,
                 const char *event)
{
    call_notify(call, NOTIFY_SET, event, &call->keys[i]);
    call_changed(call, i, set_count(set) == 0);
}

void cmd_sadd(struct call *call)
{
    struct set *set;
    if (!sets_make(call, 0, &set))
        return;
    size_t added = 0;
    if (!set_add_all(set, call->argv + 2, call->argc - 2, most_integers(call),
                     &added)) {
        call_changed(call, 0, set_count(set) == 0);
        reply_no_memory(call);
        return;
    }
    if (added > 0)
        tell(call, 0, set, "sadd");
    reply_integer(call->out, (long long)added);
}

void cmd_srem(struct call *call)
{
    struct set *set;
    long long removed = 0;
    if (!sets_find(call, 0, &set))
        return;
    for (size_t i = 2; set != NULL && i < call->argc; i++)
        removed += set_remove(set, arg(call, i));
    if (removed > 0)
        tell(call, 0, set, "srem");
    reply_integer(call->out, removed);
}

void cmd_sismember(struct call *call)
{
    struct set *set;
    if (sets_find(call, 0, &set))
        reply_integer(call->out, sets_have(set, arg(call, 2)));
}

void cmd_smismember(struct call *call)
{
    struct set *set;
    if (!sets_find(call, 0, &set))
        return;
    reply_array(call->out, call->argc - 2);
    for (size_t i = 2; i < call->argc; i++)
        reply_integer(call->out, sets_have(set, arg(call, i)));
}

void cmd_scard(struct call *call)
{
    struct set *set;
    if (sets_find(call, 0, &set))
        reply_integer(call->out, set ? (long long)set_count(set) : 0);
}

void cmd_smembers(struct call *call)
{
    struct set *set;
    if (sets_find(call, 0, &set))
        sets_reply(call, set);
}

/* On false the error has been replied. The destination is there already when
 * the member leaves, so it is never in neither. */
static bool move(struct call *call, struct set *from, struct slice member)
{
    struct set *to;
    bool added;
    if (!sets_make(call, 1, &to))
        return false;
    if (!sets_add(call, to, member, &added)) {
        call_changed(call, 1, set_count(to) == 0);
        reply_no_memory(call);
        return false;
    }
    set_remove(from, member);
    tell(call, 0, from, "srem");
    if (added)
        tell(call, 1, to, "sadd");
    return true;
}

void cmd_smove(struct call *call)
{
    struct set *from, *to;
    struct slice member = arg(call, 3);
    if (!sets_find(call, 0, &from))
        return;
    if (from == NULL) {
        reply_integer(call->out, 0);
        return;
    }
    if (!sets_find(call, 1, &to))
        return;
    bool there = set_has(from, member);
    if (!there || from == to || move(call, from, member))
        reply_integer(call->out, there);
}

static void pop(struct call *call, struct set *set)
{
    char digits[SET_DIGITS];
    struct slice member = set_random(set, digits);
    reply_bulk(call->out, member);
    set_remove(set, member);
}

static void pop_many(struct call *call, struct set *set, size_t count)
{
    bool all = count >= set_count(set);
    if (all)
        sets_reply(call, set);
    else
        reply_set(call->out, count);
    for (size_t i = 0; i < count && !all; i++)
        pop(call, set);
    call_notify(call, NOTIFY_SET, "spop", &call->keys[0]);
    call_changed(call, 0, all);
}

void cmd_spop(struct call *call)
{
    struct set *set;
    long long count = 1;
    if (call->argc > 3) {
        reply_syntax_error(call);
        return;
    }
    if (call->argc == 3 &&
        (!slice_to_ll(arg(call, 2), &count) || count < 0)) {
        reply_error(call->out, "ERR value is out of range, must be positive");
        return;
    }
    if (!sets_find(call, 0, &set))
        return;
    if (call->argc == 3 && (set == NULL || count == 0)) {
        reply_set(call->out, 0);
    } else if (call->argc == 3) {
        pop_many(call, set, (size_t)count);
    } else if (set == NULL) {
        reply_null(call->out);
    } else {
        pop(call, set);
        tell(call, 0, set, "spop");
    }
}

static void visit_random(const void *set,
                         void (*visit)(struct pair pair, void *context),
                         void *context)
{
    char digits[SET_DIGITS];
    visit((struct pair){.field = set_random(set, digits)}, context);
}

struct visitor {
    void (*visit)(struct pair pair, void *context);
    void *context;
};

static void visit_member(struct slice member, void *context)
{
    struct visitor *visitor = context;
    visitor->visit((struct pair){.field = member}, visitor->context);
}

static uint64_t scan_any(const void *set, uint64_t cursor,
                         void (*visit)(struct pair pair, void *context),
                         void *context)
{
    struct visitor visitor = {visit, context};
    return set_scan(set, cursor, visit_member, &visitor);
}

void cmd_srandmember(struct call *call)
{
    struct set *set;
    struct sample sample;
    if (!sample_parse(call, NULL, &sample) || !sets_find(call, 0, &set))
        return;
    struct source source = {set, set ? set_count(set) : 0, visit_random,
                            scan_any, NULL};
    sample_reply(call, &sample, set ? &source : NULL);
}

static void scan_member(struct slice member, void *context)
{
    struct scan *scan = context;
    if (scan_wants(scan, member))
        scan_add(scan, member);
}

void cmd_sscan(struct call *call)
{
    struct scan scan;
    void *set;
    uint64_t next;
    if (!scan_object(call, TYPE_SET, &scan, &set))
        return;
    do
        next = set_scan(set, scan.cursor, scan_member, &scan);
    while (scan_more(&scan, next));
    scan_reply(call, &scan);
}
