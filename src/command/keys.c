/* Keys, whatever their values are. */
#include "base/glob.h"
#include "command/functions.h"

void cmd_del(struct call *call)
{
    long long removed = 0;
    for (size_t i = 0; i < call->key_count; i++) {
        if (!keyspace_remove(&call->space, &call->keys[i]))
            continue;
        call_notify(call, NOTIFY_GENERIC, "del", &call->keys[i]);
        removed++;
    }
    reply_integer(call->out, removed);
}

void cmd_exists(struct call *call)
{
    long long found = 0;
    for (size_t i = 0; i < call->key_count; i++)
        found += keyspace_find(&call->space, &call->keys[i]) != NULL;
    count(&call->client->counters, COUNT_HITS, (unsigned long long)found);
    count(&call->client->counters, COUNT_MISSES,
          call->key_count - (unsigned long long)found);
    reply_integer(call->out, found);
}

void cmd_type(struct call *call)
{
    const struct entry *entry = keyspace_find(&call->space, &call->keys[0]);
    reply_status(call->out, entry ? value_type_name((enum value_type)entry->type)
                                  : "none");
}

struct matches {
    struct slice pattern;
    struct reply found;
    size_t count;
};

static void add_match(const struct entry *entry, void *context)
{
    struct matches *matches = context;
    if (!glob_match(matches->pattern, entry_key(entry)))
        return;
    reply_bulk(&matches->found, entry_key(entry));
    matches->count++;
}

/* The array's length comes first, so the matches wait in a reply of their own
 * until it is known. */
void cmd_keys(struct call *call)
{
    struct matches matches = {.pattern = arg(call, 1)};
    keyspace_each(&call->space, add_match, &matches);
    if (matches.found.bytes.failed) {
        reply_no_memory(call);
    } else {
        struct slice found = buf_slice(&matches.found.bytes);
        reply_array(call->out, matches.count);
        buf_append(&call->out->bytes, found.data, found.len);
    }
    buf_free(&matches.found.bytes);
}

void cmd_dbsize(struct call *call)
{
    reply_integer(call->out, (long long)keyspace_size(&call->space).keys);
}

/* ASYNC and SYNC are the same here: entries are freed after the locks are
 * released either way. */
static bool flush_mode(struct call *call)
{
    if (call->argc == 1 || (call->argc == 2 && (arg_is(call, 1, "async") ||
                                                arg_is(call, 1, "sync"))))
        return true;
    reply_syntax_error(call);
    return false;
}

void cmd_flush(struct call *call)
{
    if (!flush_mode(call))
        return;
    keyspace_clear(&call->space);
    reply_ok(call);
}

void cmd_flushall(struct call *call)
{
    if (!flush_mode(call))
        return;
    unsigned mine = call->space.db;
    for (unsigned db = 0; db < call->core->store.databases; db++) {
        call->space.db = db;
        keyspace_clear(&call->space);
    }
    call->space.db = mine;
    reply_ok(call);
}
