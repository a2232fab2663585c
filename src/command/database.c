/* Databases, and what concerns all keys of one. */
#include "base/glob.h"
#include "base/text.h"
#include "command/database.h"
#include "command/functions.h"
#include "command/scan.h"
#include "store/lockset.h"

#include <limits.h>

/* `error` is the reply when it is no such number; or NULL. */
static bool arg_int(struct call *call, size_t i, const char *error,
                    long long *number)
{
    return arg_in_range(call, i, INT_MIN, INT_MAX, error, number);
}

static bool is_database(struct call *call, long long number)
{
    if (number >= 0 && number < (long long)call->core->store.databases)
        return true;
    reply_error(call->out, "ERR DB index is out of range");
    return false;
}

bool arg_database(struct call *call, size_t i, unsigned *db)
{
    long long number;
    if (!arg_int(call, i, NULL, &number) || !is_database(call, number))
        return false;
    *db = (unsigned)number;
    return true;
}

struct matches {
    struct slice pattern;
    struct reply found;
    size_t count;
};

static void add_match(const struct entry *entry, void *context)
{
    struct matches *matches = context;
    if (!glob_is_all(matches->pattern) &&
        !glob_match(matches->pattern, entry_key(entry)))
        return;
    reply_bulk(&matches->found, entry_key(entry));
    matches->count++;
}

void cmd_keys(struct call *call)
{
    struct matches matches = {.pattern = arg(call, 1)};
    keyspace_each(&call->space, add_match, &matches);
    reply_collected(call, reply_array, matches.count, &matches.found);
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
    tracking_flushed(call->core);
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
    tracking_flushed(call->core);
    reply_ok(call);
}

void cmd_swapdb(struct call *call)
{
    long long a, b;
    if (!arg_int(call, 1, "ERR invalid first DB index", &a) ||
        !arg_int(call, 2, "ERR invalid second DB index", &b) ||
        !is_database(call, a) || !is_database(call, b))
        return;
    if (a != b)
        keyspace_swap(&call->space, (unsigned)a, (unsigned)b);
    reply_ok(call);
}

void cmd_randomkey(struct call *call)
{
    const struct entry *entry = keyspace_random(&call->space);
    if (entry != NULL)
        reply_bulk(call->out, entry_key(entry));
    else
        reply_null(call->out);
}

struct walk {
    struct scan scan;
    int64_t now;
};

static void scan_entry(const struct entry *entry, void *context)
{
    struct walk *walk = context;
    struct slice wanted = walk->scan.type;
    const char *type = value_type_name((enum value_type)entry->type);
    if (scan_wants(&walk->scan, entry_key(entry)) &&
        entry_deadline(entry) > walk->now &&
        (wanted.data == NULL || slice_is(wanted, type)))
        scan_add(&walk->scan, entry_key(entry));
}

/* One step, for which only one shard is held: nobody else has to wait while a
 * client walks over all keys. */
static uint64_t scan_step(struct call *call, struct walk *walk)
{
    struct store *store = call->space.store;
    struct lockset locks;
    lockset_init(&locks, call->client->id);
    lockset_add(&locks, keyspace_scan_shard(&call->space, walk->scan.cursor),
                false);
    if (call->holds_nothing)
        lockset_lock(&locks, store);
    uint64_t next =
        keyspace_scan(&call->space, walk->scan.cursor, scan_entry, walk);
    if (call->holds_nothing)
        lockset_unlock(&locks, store);
    return next;
}

void cmd_scan(struct call *call)
{
    struct walk walk = {.now = call->space.now};
    if (!scan_cursor(call, 1, &walk.scan.cursor) ||
        !scan_options(call, 2, true, &walk.scan))
        return;
    while (scan_more(&walk.scan, scan_step(call, &walk)))
        ;
    scan_reply(call, &walk.scan);
}
