/* Strings, and numbers that are strings of digits. */
#include "command/functions.h"
#include "resp/resp.h"

static void count_lookup(struct call *call, const struct entry *entry)
{
    count(&call->client->counters, entry ? COUNT_HITS : COUNT_MISSES, 1);
}

static void reply_value(struct call *call, const struct entry *entry)
{
    if (entry != NULL)
        reply_bulk(call->out, entry_value(entry));
    else
        reply_null(call->out);
}

void cmd_get(struct call *call)
{
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return;
    count_lookup(call, entry);
    reply_value(call, entry);
}

void cmd_mget(struct call *call)
{
    reply_array(call->out, call->key_count);
    for (size_t i = 0; i < call->key_count; i++) {
        const struct entry *entry =
            keyspace_find(&call->space, &call->keys[i]);
        count_lookup(call, entry);
        reply_value(call, entry && entry->type == TYPE_STRING ? entry : NULL);
    }
}

void cmd_mset(struct call *call)
{
    if (call->argc % 2 == 0) {
        reply_error(call->out, "ERR wrong number of arguments for 'mset' "
                               "command");
        return;
    }
    for (size_t i = 0; i < call->key_count; i++) {
        if (!keyspace_put(&call->space, &call->keys[i], arg(call, 2 * i + 2),
                          NO_DEADLINE)) {
            reply_no_memory(call);
            return;
        }
        call_notify(call, NOTIFY_STRING, "set", &call->keys[i]);
    }
    reply_ok(call);
}

void cmd_strlen(struct call *call)
{
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return;
    count_lookup(call, entry);
    reply_integer(call->out, entry ? (long long)entry_value(entry).len : 0);
}

void cmd_append(struct call *call)
{
    const struct key *key = &call->keys[0];
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return;
    size_t len = (entry ? entry_value(entry).len : 0) + arg(call, 2).len;
    long long most = config_number(&call->core->config, SETTING_BULK_LIMIT);
    if (len > (size_t)most)
        reply_error(call->out, "ERR string exceeds maximum allowed size "
                               "(proto-max-bulk-len)");
    else if (!keyspace_append(&call->space, key, arg(call, 2)))
        reply_no_memory(call);
    else {
        call_notify(call, NOTIFY_STRING, "append", key);
        reply_integer(call->out, (long long)len);
    }
}

static void add(struct call *call, long long by)
{
    const struct key *key = &call->keys[0];
    struct entry *entry;
    long long value = 0;
    if (!call_find_string(call, 0, &entry))
        return;
    if (entry != NULL && !slice_to_ll(entry_value(entry), &value)) {
        reply_error(call->out, "ERR value is not an integer or out of range");
        return;
    }
    if (__builtin_add_overflow(value, by, &value)) {
        reply_error(call->out, "ERR increment or decrement would overflow");
        return;
    }
    char digits[24];
    struct slice text = {digits, format_ll(digits, value)};
    int64_t deadline = entry ? entry_deadline(entry) : NO_DEADLINE;
    if (!keyspace_put(&call->space, key, text, deadline)) {
        reply_no_memory(call);
        return;
    }
    call_notify(call, NOTIFY_STRING, "incrby", key);
    reply_integer(call->out, value);
}

void cmd_incr(struct call *call)
{
    add(call, 1);
}

void cmd_decr(struct call *call)
{
    add(call, -1);
}

void cmd_incrby(struct call *call)
{
    long long by;
    if (arg_integer(call, 2, &by))
        add(call, by);
}

void cmd_decrby(struct call *call)
{
    long long by;
    if (!arg_integer(call, 2, &by))
        return;
    if (__builtin_sub_overflow(0LL, by, &by))
        reply_error(call->out, "ERR decrement would overflow");
    else
        add(call, by);
}
