#include "command/command.h"
#include "resp/resp.h"
#include "store/interest.h"

#include <strings.h>

bool arg_is(const struct call *call, size_t i, const char *option)
{
    struct slice word = arg(call, i);
    size_t len = strlen(option);
    return strnlen(word.data, word.len) == len &&
           strncasecmp(word.data, option, len) == 0;
}

bool arg_integer(struct call *call, size_t i, long long *number)
{
    if (slice_to_ll(arg(call, i), number))
        return true;
    reply_error(call->out, "ERR value is not an integer or out of range");
    return false;
}

bool arg_in_range(struct call *call, size_t i, long long least, long long most,
                  const char *error, long long *number)
{
    if (slice_to_ll(arg(call, i), number) && *number >= least &&
        *number <= most)
        return true;
    if (error != NULL)
        reply_error(call->out, "%s", error);
    else if (arg_integer(call, i, number))
        reply_error(call->out, "ERR value is out of range, value must between "
                               "%lld and %lld", least, most);
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

/* To find nothing is an event, too. */
static struct entry *note_lookup(struct call *call, size_t i,
                                 struct entry *entry)
{
    count(&call->client->counters, entry ? COUNT_HITS : COUNT_MISSES, 1);
    if (entry == NULL)
        call_notify(call, NOTIFY_KEY_MISS, "keymiss", &call->keys[i]);
    return entry;
}

struct entry *call_read(struct call *call, size_t i)
{
    return note_lookup(call, i, keyspace_find(&call->space, &call->keys[i]));
}

struct entry *call_peek(struct call *call, size_t i)
{
    return note_lookup(call, i, keyspace_peek(&call->space, &call->keys[i]));
}

static struct entry *find(struct call *call, size_t i)
{
    return call->command->flags & CMD_READ
               ? call_read(call, i)
               : keyspace_find(&call->space, &call->keys[i]);
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

bool call_make(struct call *call, size_t i, enum value_type type,
               void **object)
{
    if (!call_find(call, i, type, object))
        return false;
    if (*object == NULL)
        *object = keyspace_create(&call->space, &call->keys[i], type);
    if (*object == NULL)
        reply_no_memory(call);
    return *object != NULL;
}

void call_changed(struct call *call, size_t i, bool is_empty)
{
    if (!is_empty) {
        keyspace_changed(&call->space, &call->keys[i]);
        return;
    }
    keyspace_remove(&call->space, &call->keys[i]);
    call_notify(call, NOTIFY_GENERIC, "del", &call->keys[i]);
}

bool call_find_string(struct call *call, size_t i, struct entry **entry)
{
    *entry = find(call, i);
    return has_type(call, *entry, TYPE_STRING);
}

bool call_find_in_turn(struct call *call, size_t i, enum value_type type,
                       void **object)
{
    if (!call_find(call, i, type, object))
        return false;
    bool waits = call->may_block && (call->command->flags & CMD_BLOCKING);
    if (*object != NULL && waits && !call->in_turn) {
        const struct interest *first =
            interest_first(&call->space, &call->keys[i]);
        if (first != NULL && first->is_ready)
            *object = NULL;
    }
    return true;
}

bool call_block(struct call *call, enum value_type type, size_t keys,
                int64_t timeout)
{
    if (!call->may_block)
        return false;
    call->outcome = CALL_BLOCK;
    call->wait = (struct wait){type, keys, NO_DEADLINE};
    /* One more, because now is a moment cut to milliseconds: nobody waits for
     * less than he asked for. */
    if (timeout > 0 && timeout < NO_DEADLINE - call->space.now)
        call->wait.until = call->space.now + timeout + 1;
    return true;
}

void call_remember(struct call *call)
{
    const struct tracker *tracker = &call->client->tracker;
    int mode = atomic_load_explicit(&tracker->mode, memory_order_relaxed);
    if (mode == 0 || (mode & TRACKING_BCAST) ||
        !(call->command->flags & CMD_READ) ||
        ((mode & TRACKING_OPTIN) && !tracker->asked) ||
        ((mode & TRACKING_OPTOUT) && tracker->asked))
        return;
    for (size_t i = 0; i < call->key_count; i++)
        tracking_remember(call->core, call->client, call->keys[i].name);
}

void reply_collected(struct call *call,
                     void (*begin)(struct reply *out, size_t count),
                     size_t count, struct reply *elements)
{
    struct slice bytes = buf_slice(&elements->bytes);
    if (elements->bytes.failed) {
        reply_no_memory(call);
    } else {
        if (begin != NULL)
            begin(call->out, count);
        buf_append(&call->out->bytes, bytes.data, bytes.len);
    }
    buf_free(&elements->bytes);
}

void call_store(struct call *call, const struct key *key,
                const struct stored *stored)
{
    if (stored->count > 0 &&
        keyspace_put_object(&call->space, key, stored->type, stored->object,
                            NO_DEADLINE)) {
        call_notify(call, stored->class, stored->event, key);
        reply_integer(call->out, (long long)stored->count);
        return;
    }
    value_free(stored->type, stored->object);
    if (stored->count > 0) {
        reply_no_memory(call);
        return;
    }
    if (keyspace_remove(&call->space, key))
        call_notify(call, NOTIFY_GENERIC, "del", key);
    reply_integer(call->out, 0);
}

void reply_lines(struct call *call, const char *const *lines, size_t count)
{
    reply_array(call->out, count);
    for (size_t i = 0; i < count; i++)
        reply_status(call->out, lines[i]);
}

void reply_ok(struct call *call)
{
    reply_status(call->out, "OK");
}

void reply_syntax_error(struct call *call)
{
    reply_error(call->out, "ERR syntax error");
}

void reply_wrong_arity(struct call *call)
{
    reply_error(call->out, "ERR wrong number of arguments for '%s' command",
                call->command->name);
}

void reply_no_memory(struct call *call)
{
    reply_error(call->out, "OOM command not allowed: out of memory");
}
