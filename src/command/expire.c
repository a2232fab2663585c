/* How long a key has to live. */
#include "command/deadline.h"
#include "command/functions.h"

struct conditions {
    bool none, some, later, sooner; /* NX, XX, GT, LT */
};

/* On false the error has been replied. */
static bool parse_conditions(struct call *call, struct conditions *only)
{
    for (size_t i = 3; i < call->argc; i++) {
        only->none |= arg_is(call, i, "nx");
        only->some |= arg_is(call, i, "xx");
        only->later |= arg_is(call, i, "gt");
        only->sooner |= arg_is(call, i, "lt");
        if (!arg_is(call, i, "nx") && !arg_is(call, i, "xx") &&
            !arg_is(call, i, "gt") && !arg_is(call, i, "lt")) {
            reply_error(call->out, "ERR Unsupported option %.*s",
                        (int)arg(call, i).len, arg(call, i).data);
            return false;
        }
    }
    if (only->none && (only->some || only->later || only->sooner)) {
        reply_error(call->out, "ERR NX and XX, GT or LT options at the same "
                               "time are not compatible");
        return false;
    }
    if (only->later && only->sooner) {
        reply_error(call->out, "ERR GT and LT options at the same time are "
                               "not compatible");
        return false;
    }
    return true;
}

static bool allowed(struct conditions only, int64_t old, int64_t new)
{
    if (only.none && old != NO_DEADLINE)
        return false;
    if (only.some && old == NO_DEADLINE)
        return false;
    if (only.later && new <= old)
        return false;
    return !(only.sooner && new >= old);
}

/* False: for lack of memory. */
static void done(struct call *call, bool good, const char *event)
{
    if (!good) {
        reply_no_memory(call);
        return;
    }
    call_notify(call, NOTIFY_GENERIC, event, &call->keys[0]);
    reply_integer(call->out, 1);
}

static void expire(struct call *call, struct deadline_unit unit)
{
    struct conditions only = {0};
    int64_t deadline;
    if (!parse_conditions(call, &only) ||
        !arg_deadline(call, 2, unit, &deadline))
        return;
    const struct key *key = &call->keys[0];
    const struct entry *entry = keyspace_find(&call->space, key);
    if (entry == NULL || !allowed(only, entry_deadline(entry), deadline))
        reply_integer(call->out, 0);
    else if (deadline <= call->space.now)
        done(call, keyspace_remove(&call->space, key), "del");
    else
        done(call, keyspace_expire(&call->space, key, deadline), "expire");
}

void cmd_expire(struct call *call)
{
    expire(call, (struct deadline_unit){.seconds = true});
}

void cmd_pexpire(struct call *call)
{
    expire(call, (struct deadline_unit){.seconds = false});
}

void cmd_expireat(struct call *call)
{
    expire(call, (struct deadline_unit){.seconds = true, .absolute = true});
}

void cmd_pexpireat(struct call *call)
{
    expire(call, (struct deadline_unit){.absolute = true});
}

void cmd_persist(struct call *call)
{
    const struct key *key = &call->keys[0];
    const struct entry *entry = keyspace_find(&call->space, key);
    bool mortal = entry != NULL && entry_deadline(entry) != NO_DEADLINE;
    if (!mortal)
        reply_integer(call->out, 0);
    else
        done(call, keyspace_expire(&call->space, key, NO_DEADLINE), "persist");
}

/* -2: no such key; -1: it lives for ever. `unit` in milliseconds. */
static void reply_time(struct call *call, bool absolute, int64_t unit)
{
    const struct entry *entry = call_peek(call, 0);
    int64_t deadline = entry ? entry_deadline(entry) : 0;
    if (entry == NULL)
        reply_integer(call->out, -2);
    else if (deadline == NO_DEADLINE)
        reply_integer(call->out, -1);
    else {
        int64_t ms = absolute ? deadline_wall_time(call, deadline)
                              : deadline - call->space.now;
        reply_integer(call->out, ms / unit + (ms % unit >= (unit + 1) / 2));
    }
}

void cmd_ttl(struct call *call)
{
    reply_time(call, false, 1000);
}

void cmd_pttl(struct call *call)
{
    reply_time(call, false, 1);
}

void cmd_expiretime(struct call *call)
{
    reply_time(call, true, 1000);
}

void cmd_pexpiretime(struct call *call)
{
    reply_time(call, true, 1);
}
