#include "command/command.h"
#include "resp/resp.h"

#include <strings.h>

bool arg_is(const struct call *call, size_t i, const char *option)
{
    struct slice word = arg(call, i);
    return word.len == strlen(option) &&
           strncasecmp(word.data, option, word.len) == 0;
}

bool arg_integer(struct call *call, size_t i, long long *number)
{
    if (slice_to_ll(arg(call, i), number))
        return true;
    reply_error(call->out, "ERR value is not an integer or out of range");
    return false;
}

static size_t add_keys(size_t first, size_t last, size_t step, size_t *words,
                       size_t n)
{
    for (size_t i = first; i <= last; i += step, n++)
        if (words != NULL)
            words[n] = i;
    return n;
}

size_t command_keys(const struct command *command, const struct slice *argv,
                    size_t argc, size_t *words)
{
    size_t n = 0;
    if (command->keys.first > 0) {
        int last = command->keys.last;
        n = add_keys((size_t)command->keys.first,
                     last < 0 ? argc - (size_t)-last : (size_t)last,
                     (size_t)command->keys.step, words, 0);
    }
    size_t at = (size_t)command->keys.count_at;
    long long count;
    if (at > 0 && slice_to_ll(argv[at], &count) && count > 0 &&
        (unsigned long long)count < argc - at)
        n = add_keys(at + 1, at + (size_t)count, 1, words, n);
    return n;
}

/* A command that only reads, and finds nothing, is an event too. */
static struct entry *find(struct call *call, size_t i)
{
    struct entry *entry = keyspace_find(&call->space, &call->keys[i]);
    if (entry == NULL && (call->command->flags & CMD_READ))
        call_notify(call, NOTIFY_KEY_MISS, "keymiss", &call->keys[i]);
    return entry;
}

static bool has_type(struct call *call, const struct entry *entry,
                     enum value_type type)
{
    if (entry == NULL || entry->type == type)
        return true;
    reply_error(call->out, "WRONGTYPE Operation against a key holding the "
                           "wrong kind of value");
    return false;
}

bool call_find(struct call *call, size_t i, enum value_type type,
               void **object)
{
    struct entry *entry = find(call, i);
    *object = NULL;
    if (!has_type(call, entry, type))
        return false;
    if (entry != NULL)
        *object = entry_object(entry);
    return true;
}

bool call_find_string(struct call *call, size_t i, struct entry **entry)
{
    *entry = find(call, i);
    return has_type(call, *entry, TYPE_STRING);
}

bool call_block(struct call *call, int64_t timeout)
{
    if (!call->may_block)
        return false;
    call->outcome = CALL_BLOCK;
    call->block_until =
        timeout == 0 ? NO_DEADLINE : call->space.now + timeout;
    return true;
}

void reply_ok(struct call *call)
{
    reply_status(call->out, "OK");
}

void reply_syntax_error(struct call *call)
{
    reply_error(call->out, "ERR syntax error");
}

void reply_no_memory(struct call *call)
{
    reply_error(call->out, "OOM command not allowed: out of memory");
}
