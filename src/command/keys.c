/* Keys, whatever their values are. */
#include "command/database.h"
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

/* How many of the keys there are; `find` finds one. */
static void reply_found(struct call *call,
                        struct entry *(*find)(struct call *call, size_t i))
{
    long long found = 0;
    for (size_t i = 0; i < call->key_count; i++)
        found += find(call, i) != NULL;
    reply_integer(call->out, found);
}

void cmd_exists(struct call *call)
{
    reply_found(call, call_peek);
}

void cmd_touch(struct call *call)
{
    reply_found(call, call_read);
}

void cmd_type(struct call *call)
{
    const struct entry *entry = call_peek(call, 0);
    reply_status(call->out,
                 entry ? value_type_name((enum value_type)entry->type)
                       : "none");
}

static bool same_key(struct call *call)
{
    return slice_equal(call->keys[0].name, call->keys[1].name);
}

static void notify_in(struct call *call, unsigned db, const char *event,
                      const struct key *key)
{
    unsigned mine = call->space.db;
    call->space.db = db;
    call_notify(call, NOTIFY_GENERIC, event, key);
    call->space.db = mine;
}

/* Is the first key there? On false the error has been replied. */
static bool may_rename(struct call *call)
{
    bool there = keyspace_find(&call->space, &call->keys[0]) != NULL;
    if (!there)
        reply_error(call->out, "ERR no such key");
    return there;
}

/* On false the error has been replied. */
static bool rename_key(struct call *call)
{
    if (!keyspace_move(&call->space, &call->keys[0], call->space.db,
                       &call->keys[1])) {
        reply_no_memory(call);
        return false;
    }
    call_notify(call, NOTIFY_GENERIC, "rename_from", &call->keys[0]);
    call_notify(call, NOTIFY_GENERIC, "rename_to", &call->keys[1]);
    return true;
}

void cmd_rename(struct call *call)
{
    if (may_rename(call) && (same_key(call) || rename_key(call)))
        reply_ok(call);
}

void cmd_renamenx(struct call *call)
{
    if (!may_rename(call))
        return;
    if (keyspace_find(&call->space, &call->keys[1]) != NULL)
        reply_integer(call->out, 0); /* it may be the same */
    else if (rename_key(call))
        reply_integer(call->out, 1);
}

static bool same_object(struct call *call)
{
    reply_error(call->out, "ERR source and destination objects are the same");
    return true;
}

/* Is there such a key in database `db`? */
static bool exists_in(const struct call *call, unsigned db,
                      const struct key *key)
{
    struct keyspace there = call->space;
    there.db = db;
    return keyspace_find(&there, key) != NULL;
}

void cmd_move(struct call *call)
{
    const struct key *key = &call->keys[0];
    unsigned db;
    if (!arg_database(call, 2, &db) ||
        (db == call->space.db && same_object(call)))
        return;
    if (keyspace_find(&call->space, key) == NULL || exists_in(call, db, key)) {
        reply_integer(call->out, 0);
    } else if (!keyspace_move(&call->space, key, db, key)) {
        reply_no_memory(call);
    } else {
        call_notify(call, NOTIFY_GENERIC, "move_from", key);
        notify_in(call, db, "move_to", key);
        reply_integer(call->out, 1);
    }
}

/* On false the error has been replied. */
static bool parse_copy(struct call *call, bool *replace, unsigned *db)
{
    for (size_t i = 3; i < call->argc; i++) {
        if (arg_is(call, i, "replace")) {
            *replace = true;
        } else if (arg_is(call, i, "db") && i + 1 < call->argc) {
            if (!arg_database(call, ++i, db))
                return false;
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    return true;
}

void cmd_copy(struct call *call)
{
    const struct key *from = &call->keys[0], *to = &call->keys[1];
    bool replace = false;
    unsigned db = call->space.db;
    if (!parse_copy(call, &replace, &db) ||
        (db == call->space.db && same_key(call) && same_object(call)))
        return;
    if (call_read(call, 0) == NULL ||
        (!replace && exists_in(call, db, to))) {
        reply_integer(call->out, 0);
    } else if (!keyspace_copy(&call->space, from, db, to)) {
        reply_no_memory(call);
    } else {
        notify_in(call, db, "copy_to", to);
        reply_integer(call->out, 1);
    }
}
