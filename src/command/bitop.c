/* BITOP: several strings become one, bit by bit. Shorter ones count as filled
 * up with zeros. */
#include "command/functions.h"

#include <stdlib.h>

/* False: it is none of these. */
static bool parse_operation(const struct call *call, char *operation)
{
    static const struct {
        const char *name;
        char operation;
    } all[] = {{"and", '&'}, {"or", '|'}, {"xor", '^'}, {"not", '~'}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *operation = all[i].operation;
        if (arg_is(call, 1, all[i].name))
            return true;
    }
    return false;
}

/* The longest of the sources. On false the error has been replied. */
static bool longest(struct call *call, size_t *len)
{
    struct entry *entry;
    *len = 0;
    for (size_t i = 1; i < call->key_count; i++) {
        if (!call_find_string(call, i, &entry))
            return false;
        if (entry != NULL && entry_value(entry).len > *len)
            *len = entry_value(entry).len;
    }
    return true;
}

/* Combines one more source with what is there. */
static void combine(char *out, size_t len, char operation, struct slice source)
{
    size_t common = source.len;
    const char *in = source.data;
    if (operation == '&') {
        for (size_t i = 0; i < common; i++)
            out[i] &= in[i];
        memset(out + common, 0, len - common);
    } else if (operation == '|') {
        for (size_t i = 0; i < common; i++)
            out[i] |= in[i];
    } else {
        for (size_t i = 0; i < common; i++)
            out[i] ^= in[i];
    }
}

static struct slice source(struct call *call, size_t i)
{
    const struct entry *entry = call_read(call, i);
    return entry ? entry_value(entry) : SLICE("");
}

static void compute(struct call *call, char operation, char *out, size_t len)
{
    struct slice first = source(call, 1);
    memcpy(out, first.data, first.len);
    memset(out + first.len, 0, len - first.len);
    for (size_t i = 2; i < call->key_count; i++)
        combine(out, len, operation, source(call, i));
    for (size_t i = 0; operation == '~' && i < len; i++)
        out[i] = (char)~out[i];
}

static void put_result(struct call *call, char operation, size_t len)
{
    const struct key *key = &call->keys[0];
    char *out = malloc(len);
    if (out != NULL)
        compute(call, operation, out, len);
    if (out == NULL || !keyspace_put(&call->space, key,
                                     (struct slice){out, len}, NO_DEADLINE)) {
        reply_no_memory(call);
    } else {
        keyspace_find(&call->space, key)->changed_in_place = true;
        call_notify(call, NOTIFY_STRING, "set", key);
        reply_integer(call->out, (long long)len);
    }
    free(out);
}

void cmd_bitop(struct call *call)
{
    char operation;
    size_t len;
    if (!parse_operation(call, &operation)) {
        reply_syntax_error(call);
    } else if (operation == '~' && call->key_count != 2) {
        reply_error(call->out, "ERR BITOP NOT must be called with a single "
                               "source key.");
    } else if (!longest(call, &len)) {
        return;
    } else if (len > 0) {
        put_result(call, operation, len);
    } else {
        if (keyspace_remove(&call->space, &call->keys[0]))
            call_notify(call, NOTIFY_GENERIC, "del", &call->keys[0]);
        reply_integer(call->out, 0);
    }
}
