/* Commands that set one string as a whole, or its deadline as it is read. SET
 * and GETEX have options, which make each of them half a dozen commands. */
#include "command/deadline.h"
#include "command/functions.h"

struct options {
    bool only_new, only_old; /* NX, XX */
    bool get;                /* reply the old value */
    bool keep_deadline;      /* KEEPTTL */
    bool persist;
    const struct deadline_unit *unit; /* of its expiry; NULL: none */
    size_t when;                      /* the word that tells it */
};

/* expiry = ( "EX" / "PX" / "EXAT" / "PXAT" ) number
 * The same may be said twice, then the last counts. */
static bool parse_expiry(const struct call *call, size_t i,
                         struct options *options)
{
    static const struct {
        const char *name;
        struct deadline_unit unit;
    } units[] = {{"ex", {true, false}},
                 {"px", {false, false}},
                 {"exat", {true, true}},
                 {"pxat", {false, true}}};
    if (options->keep_deadline || options->persist || i + 1 == call->argc)
        return false;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        const struct deadline_unit *unit = &units[u].unit;
        if (arg_is(call, i, units[u].name) &&
            (options->unit == NULL || options->unit == unit)) {
            options->unit = unit;
            options->when = i + 1;
            return true;
        }
    }
    return false;
}

static bool parse_set(const struct call *call, struct options *options)
{
    for (size_t i = 3; i < call->argc; i++) {
        if (arg_is(call, i, "nx") && !options->only_old)
            options->only_new = true;
        else if (arg_is(call, i, "xx") && !options->only_new)
            options->only_old = true;
        else if (arg_is(call, i, "get"))
            options->get = true;
        else if (arg_is(call, i, "keepttl") && options->unit == NULL)
            options->keep_deadline = true;
        else if (parse_expiry(call, i, options))
            i++;
        else
            return false;
    }
    return true;
}

static bool parse_getex(const struct call *call, struct options *options)
{
    for (size_t i = 2; i < call->argc; i++) {
        if (arg_is(call, i, "persist") && options->unit == NULL)
            options->persist = true;
        else if (parse_expiry(call, i, options))
            i++;
        else
            return false;
    }
    return true;
}

static void reply_value(struct call *call, const struct entry *entry)
{
    if (entry != NULL)
        reply_bulk(call->out, entry_value(entry));
    else
        reply_null(call->out);
}

/* Finds what the key holds, which counts as reading it. On false the error has
 * been replied. */
static bool read_old(struct call *call, struct entry **old)
{
    call_read(call, 0);
    return call_find_string(call, 0, old);
}

/* Replies the value, if that is a string; false: it is not. */
static bool reply_old(struct call *call, struct entry **old)
{
    if (!read_old(call, old))
        return false;
    reply_value(call, *old);
    return true;
}

/* Sets the key to word `i`. False: no memory; then that is the reply, whatever
 * has been replied since there were `replied` bytes. */
static bool put(struct call *call, size_t i, int64_t deadline, size_t replied)
{
    if (keyspace_put(&call->space, &call->keys[0], arg(call, i), deadline)) {
        call_notify(call, NOTIFY_STRING, "set", &call->keys[0]);
        return true;
    }
    reply_take_back(call->out, replied);
    reply_no_memory(call);
    return false;
}

static void notify_expire(struct call *call)
{
    call_notify(call, NOTIFY_GENERIC, "expire", &call->keys[0]);
}

void cmd_set(struct call *call)
{
    struct options options = {0};
    int64_t deadline = NO_DEADLINE;
    if (!parse_set(call, &options)) {
        reply_syntax_error(call);
        return;
    }
    if (options.unit != NULL &&
        !arg_future(call, options.when, *options.unit, &deadline))
        return;
    size_t replied = buf_len(&call->out->bytes);
    struct entry *old = NULL;
    if (call->argc > 3)
        old = keyspace_find(&call->space, &call->keys[0]);
    bool refused = (options.only_new && old) || (options.only_old && !old);
    if (options.get && !reply_old(call, &old))
        return;
    if (refused && !options.get)
        reply_null(call->out);
    if (refused)
        return;
    if (options.keep_deadline && old != NULL)
        deadline = entry_deadline(old);
    if (!put(call, 2, deadline, replied))
        return;
    if (options.unit != NULL)
        notify_expire(call);
    if (!options.get)
        reply_ok(call);
}

void cmd_setnx(struct call *call)
{
    if (keyspace_find(&call->space, &call->keys[0]) != NULL)
        reply_integer(call->out, 0);
    else if (put(call, 2, NO_DEADLINE, buf_len(&call->out->bytes)))
        reply_integer(call->out, 1);
}

static void set_until(struct call *call, bool seconds)
{
    int64_t deadline;
    if (!arg_future(call, 2, (struct deadline_unit){.seconds = seconds},
                    &deadline) ||
        !put(call, 3, deadline, buf_len(&call->out->bytes)))
        return;
    notify_expire(call);
    reply_ok(call);
}

void cmd_setex(struct call *call)
{
    set_until(call, true);
}

void cmd_psetex(struct call *call)
{
    set_until(call, false);
}

void cmd_getset(struct call *call)
{
    size_t replied = buf_len(&call->out->bytes);
    struct entry *old;
    if (reply_old(call, &old))
        put(call, 2, NO_DEADLINE, replied);
}

void cmd_getdel(struct call *call)
{
    struct entry *old;
    if (!reply_old(call, &old) || old == NULL)
        return;
    keyspace_remove(&call->space, &call->keys[0]);
    call_notify(call, NOTIFY_GENERIC, "del", &call->keys[0]);
}

/* The key is there. False: no memory; nothing changed. */
static bool set_deadline(struct call *call, const struct options *options,
                         int64_t deadline)
{
    const struct key *key = &call->keys[0];
    const struct entry *entry = keyspace_find(&call->space, key);
    if (options->unit == NULL &&
        (!options->persist || entry_deadline(entry) == NO_DEADLINE))
        return true;
    if (deadline <= call->space.now) {
        keyspace_remove(&call->space, key);
        call_notify(call, NOTIFY_GENERIC, "del", key);
        return true;
    }
    if (!keyspace_expire(&call->space, key, deadline))
        return false;
    call_notify(call, NOTIFY_GENERIC, options->persist ? "persist" : "expire",
                key);
    return true;
}

void cmd_getex(struct call *call)
{
    struct options options = {0};
    int64_t deadline = NO_DEADLINE;
    size_t replied = buf_len(&call->out->bytes);
    struct entry *entry;
    if (!parse_getex(call, &options)) {
        reply_syntax_error(call);
        return;
    }
    if (!read_old(call, &entry))
        return;
    if (entry != NULL && options.unit != NULL &&
        !arg_future(call, options.when, *options.unit, &deadline))
        return;
    reply_value(call, entry);
    if (entry != NULL && !set_deadline(call, &options, deadline)) {
        reply_take_back(call->out, replied);
        reply_no_memory(call);
    }
}
