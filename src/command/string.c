/* Strings, and numbers that are strings of digits. */
#include "command/functions.h"
#include "command/number.h"
#include "command/range.h"
#include "resp/resp.h"

#include <math.h>

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
    reply_value(call, entry);
}

void cmd_mget(struct call *call)
{
    reply_array(call->out, call->key_count);
    for (size_t i = 0; i < call->key_count; i++) {
        const struct entry *entry = call_read(call, i);
        reply_value(call, entry && entry->type == TYPE_STRING ? entry : NULL);
    }
}

/* Sets key after key to the word behind it. On false the error has been
 * replied. */
static bool put_all(struct call *call)
{
    if (!keyspace_put_all(&call->space, call->keys, call->argv + 2,
                          call->key_count)) {
        reply_no_memory(call);
        return false;
    }
    for (size_t i = 0; i < call->key_count; i++)
        call_notify(call, NOTIFY_STRING, "set", &call->keys[i]);
    return true;
}

static bool comes_in_pairs(struct call *call)
{
    if (call->argc % 2 == 1)
        return true;
    reply_wrong_arity(call);
    return false;
}

void cmd_mset(struct call *call)
{
    if (comes_in_pairs(call) && put_all(call))
        reply_ok(call);
}

void cmd_msetnx(struct call *call)
{
    if (!comes_in_pairs(call))
        return;
    for (size_t i = 0; i < call->key_count; i++) {
        if (keyspace_find(&call->space, &call->keys[i]) != NULL) {
            reply_integer(call->out, 0);
            return;
        }
    }
    if (put_all(call))
        reply_integer(call->out, 1);
}

void cmd_getrange(struct call *call)
{
    long long first, last;
    struct entry *entry;
    if (!arg_integer(call, 2, &first) || !arg_integer(call, 3, &last) ||
        !call_find_string(call, 0, &entry))
        return;
    struct slice value = entry ? entry_value(entry) : SLICE("");
    if (!is_backwards(first, last) &&
        clip_range(&first, &last, (long long)value.len))
        reply_bulk(call->out, (struct slice){value.data + first,
                                             (size_t)(last - first) + 1});
    else
        reply_bulk(call->out, SLICE(""));
}

void cmd_strlen(struct call *call)
{
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return;
    reply_integer(call->out, entry ? (long long)entry_value(entry).len : 0);
}

/* On false the error has been replied. */
static bool may_be_long(struct call *call, size_t len, size_t more)
{
    long long most = config_number(&call->core->config, SETTING_BULK_LIMIT);
    if (len <= (size_t)most && more <= (size_t)most - len)
        return true;
    reply_error(call->out, "ERR string exceeds maximum allowed size "
                           "(proto-max-bulk-len)");
    return false;
}

/* Writes word `i` over the value, or behind it, and replies the length that it
 * then has. */
static void write_at(struct call *call, size_t at, size_t i, const char *event)
{
    struct slice bytes = arg(call, i);
    const struct key *key = &call->keys[0];
    if (!may_be_long(call, at, bytes.len))
        return;
    char *value = keyspace_edit(&call->space, key, at + bytes.len);
    if (value == NULL) {
        reply_no_memory(call);
        return;
    }
    memcpy(value + at, bytes.data, bytes.len);
    keyspace_changed(&call->space, key);
    call_notify(call, NOTIFY_STRING, event, key);
    const struct entry *entry = keyspace_find(&call->space, key);
    reply_integer(call->out, (long long)entry_value(entry).len);
}

/* What is appended to nothing is a value like any other; it is not in place
 * until the next time. */
void cmd_append(struct call *call)
{
    const struct key *key = &call->keys[0];
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return;
    if (entry != NULL) {
        write_at(call, entry_value(entry).len, 2, "append");
    } else if (!keyspace_put(&call->space, key, arg(call, 2), NO_DEADLINE)) {
        reply_no_memory(call);
    } else {
        call_notify(call, NOTIFY_STRING, "append", key);
        reply_integer(call->out, (long long)arg(call, 2).len);
    }
}

void cmd_setrange(struct call *call)
{
    long long at;
    struct entry *entry;
    if (!arg_integer(call, 2, &at))
        return;
    if (at < 0) {
        reply_error(call->out, "ERR offset is out of range");
        return;
    }
    if (!call_find_string(call, 0, &entry))
        return;
    if (arg(call, 3).len > 0)
        write_at(call, (size_t)at, 3, "setrange");
    else
        reply_integer(call->out, entry ? (long long)entry_value(entry).len : 0);
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

/* Reckoned with the long doubles that the machine has, as Redis does. */
void cmd_incrbyfloat(struct call *call)
{
    const struct key *key = &call->keys[0];
    struct entry *entry;
    long double value = 0, by;
    if (!call_find_string(call, 0, &entry))
        return;
    if (entry != NULL && !parse_long_double(entry_value(entry), &value)) {
        reply_error(call->out, "ERR value is not a valid float");
        return;
    }
    if (!arg_long_double(call, 2, &by))
        return;
    value += by;
    if (!isfinite(value)) {
        reply_error(call->out, "ERR increment would produce NaN or Infinity");
        return;
    }
    struct number_text text;
    struct slice sum = format_long_double(&text, value);
    int64_t deadline = entry ? entry_deadline(entry) : NO_DEADLINE;
    if (keyspace_put(&call->space, key, sum, deadline)) {
        keyspace_peek(&call->space, key)->is_text = true;
        call_notify(call, NOTIFY_STRING, "incrbyfloat", key);
        reply_bulk(call->out, sum);
    } else {
        reply_no_memory(call);
    }
}
