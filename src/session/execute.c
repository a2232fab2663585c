/* Find the command, check what can be checked without looking at any data,
 * hash its keys, take its locks, run it, release them, free what it replaced.
 * This is the only place that takes a shard's lock for a client. */
#include "session/execute.h"
#include "command/functions.h"
#include "command/table.h"
#include "core/room.h"
#include "session/account.h"
#include "session/blocked.h"
#include "session/monitor.h"
#include "session/permission.h"
#include "session/transaction.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SHOWN = 128,  /* bytes of a request that an error quotes */
    HELD_RUNS = 32,           /* requests under the same locks */
    HELD_REPLIES = 16 * 1024, /* bytes that they may reply meanwhile */
};

static void reply_unknown_command(struct reply *out, const struct slice *argv,
                                  size_t argc)
{
    char shown[SHOWN + 64];
    size_t used = 0;
    shown[0] = '\0';
    for (size_t i = 1; i < argc && used < SHOWN; i++) {
        int most = SHOWN - (int)used;
        if (argv[i].len < (size_t)most)
            most = (int)argv[i].len;
        used += (size_t)snprintf(shown + used, sizeof shown - used, "'%.*s' ",
                                 most, argv[i].data);
    }
    int most = argv[0].len < SHOWN ? (int)argv[0].len : SHOWN;
    reply_error(out, "ERR unknown command '%.*s', with args beginning with: %s",
                most, argv[0].data, shown);
}

static void reply_unknown_subcommand(struct reply *out,
                                     const struct command *family,
                                     struct slice word)
{
    char upper[32] = {0};
    for (size_t i = 0; family->name[i] != '\0' && i < sizeof upper - 1; i++)
        upper[i] = (char)toupper((unsigned char)family->name[i]);
    int most = word.len < SHOWN ? (int)word.len : SHOWN;
    reply_error(out, "ERR unknown subcommand '%.*s'. Try %s HELP.", most,
                word.data, upper);
}

/* In any case of letters. Names are in lower case. */
static bool is_name(struct slice word, const char *name)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.data[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != name[i] || c == '\0')
            return false;
    }
    return name[word.len] == '\0';
}

/* Clients repeat themselves: most often it is the command of before. */
static const struct command *look_up(const struct command *before,
                                     struct slice name)
{
    if (before != NULL && is_name(name, before->name))
        return before;
    if (memchr(name.data, '|', name.len) != NULL)
        return NULL;
    return command_find(name);
}

/* The request's command; or NULL, and the error has been replied. */
static const struct command *find(struct session *session)
{
    struct reply *out = &session->out;
    const struct slice *argv = session->parser.argv;
    size_t argc = session->parser.argc;
    const struct command *command = look_up(session->latest, argv[0]);
    session->latest = command;
    if (command == NULL) {
        reply_unknown_command(out, argv, argc);
        return NULL;
    }
    if ((command->flags & CMD_FAMILY) && argc > 1) {
        const struct command *member = command_find_member(command, argv[1]);
        if (member == NULL)
            reply_unknown_subcommand(out, command, argv[1]);
        return member;
    }
    return command;
}

/* What a client may do that listens to others. In RESP2 a subscriber could not
 * tell replies from messages. On false the error has been replied. */
static bool fits_role(const struct client *client,
                      const struct command *command, struct reply *out)
{
    if (client_is_monitor(client) && (command->flags & CMD_TOUCHES)) {
        reply_error(out, "ERR Replica can't interact with the keyspace");
        return false;
    }
    if (out->version == 3 || (command->flags & CMD_SUBSCRIBED) ||
        !client_is_subscribed(client))
        return true;
    reply_error(out, "ERR Can't execute '%s': only (P|S)SUBSCRIBE / "
                     "(P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
                     "this context", command->name);
    return false;
}

/* Whatever is queued after MULTI takes memory. */
static bool needs_room(const struct session *session,
                       const struct command *command)
{
    return (command->flags & CMD_GROWS) ||
           (command->run == cmd_exec && transaction_grows(session)) ||
           (transaction_is_open(session) && !(command->flags & CMD_IMMEDIATE));
}

static bool make_room(struct session *session)
{
    if (config_number(&session->core->config, SETTING_MAXMEMORY) == 0)
        return true;
    execute_release(session); /* evicting takes locks */
    return room_make(session->core, session->now);
}

/* On false the error has been replied. */
static bool admitted(struct session *session,
                     const struct command *command, struct reply *out)
{
    size_t argc = session->parser.argc;
    if (command->arity > 0 ? argc != (size_t)command->arity
                           : argc < (size_t)-command->arity ||
                                 command->run == NULL) {
        reply_error(out, "ERR wrong number of arguments for '%s' command",
                    command->name);
        return false;
    }
    if (!session->client.authenticated && !(command->flags & CMD_ANYBODY)) {
        reply_error(out, "NOAUTH Authentication required.");
        return false;
    }
    if (!permission_know_user(session) ||
        !permission_given(session, command, session->parser.argv, argc))
        return false;
    if ((command->flags & CMD_NO_MULTI) && transaction_is_open(session)) {
        reply_error(out, "ERR Command not allowed inside a transaction");
        return false;
    }
    if (needs_room(session, command) && !make_room(session)) {
        reply_error(out, "OOM command not allowed when used memory > "
                         "'maxmemory'.");
        return false;
    }
    return fits_role(&session->client, command, out);
}

/* Field by field, because clearing it whole first would take longer than some
 * commands do. */
static void begin_call(struct call *call, struct core *core,
                       struct client *client, int64_t now)
{
    call->core = core;
    call->client = client;
    call->space.store = &core->store;
    call->space.db = client->db;
    call->space.now = now;
    call->space.writer = client->id;
    call->space.leaves_no_trace = false;
    call->space.garbage = NULL;
    call->space.ready = NULL;
    call->outcome = CALL_DONE;
    call->may_block = call->holds_nothing = call->in_turn = false;
}

/* The keys' words; room for them beyond the few is one allocation: the keys,
 * then the numbers of their words. */
static bool find_keys(struct prepared *prepared, const struct command *command,
                      const struct slice *argv, size_t argc)
{
    struct call *call = &prepared->call;
    size_t few[FEW_KEYS];
    size_t *words = few;
    struct key *keys = prepared->few;
    size_t n = command_keys(command, argv, argc, NULL);
    if (n > FEW_KEYS) {
        keys = malloc(n * (sizeof *keys + sizeof *words));
        if (keys == NULL)
            return false;
        words = (size_t *)(keys + n);
    }
    if (n > 0)
        command_keys(command, argv, argc, words);
    for (size_t i = 0; i < n; i++)
        keys[i] = store_key(&call->core->store, argv[words[i]]);
    call->keys = keys;
    call->key_count = n;
    return true;
}

bool prepare(struct prepared *prepared, struct core *core,
             struct client *client, struct reply *out,
             const struct command *command, const struct slice *argv,
             size_t argc, int64_t now)
{
    struct call *call = &prepared->call;
    begin_call(call, core, client, now);
    call->out = out;
    call->command = command;
    call->argv = argv;
    call->argc = argc;
    if (atomic_load_explicit(&client->no_touch, memory_order_relaxed))
        call->space.leaves_no_trace = command->run != cmd_touch;
    return find_keys(prepared, command, argv, argc);
}

void prepared_free(struct prepared *prepared)
{
    if (prepared->call.key_count > FEW_KEYS)
        free((void *)(uintptr_t)prepared->call.keys);
}

void prepared_plan(const struct prepared *prepared, struct lockset *locks)
{
    const struct call *call = &prepared->call;
    bool exclusive = call->command->flags & (CMD_WRITE | CMD_EXCLUSIVE);
    if (call->command->flags & (CMD_WHOLE | CMD_WALKS))
        lockset_add_all(locks);
    for (size_t i = 0; i < call->key_count; i++)
        lockset_add(locks, store_shard(call->space.db, call->keys[i].hash),
                    exclusive);
}

/* What a command asked for when it returned, as long as its locks are held. */
static void conclude_locked(struct session *session, struct prepared *prepared)
{
    struct call *call = &prepared->call;
    if (call->outcome == CALL_BLOCK) {
        struct lockset locks;
        lockset_init(&locks, session->client.id);
        prepared_plan(prepared, &locks);
        if (!blocked_enter(session, call, &locks))
            reply_error(&session->out, "OOM command not allowed: out of "
                                       "memory");
    }
    if (call->outcome == CALL_WATCH)
        transaction_watch(session, call);
}

static bool has_held_enough(const struct session *session)
{
    return session->held_runs == HELD_RUNS ||
           buf_len(&session->out.bytes) - session->held_at >= HELD_REPLIES;
}

/* Are the locks of the request before all that the call needs? */
static bool still_holds(const struct session *session, const struct call *call)
{
    int flags = call->command->flags;
    return session->holds && call->key_count == 1 &&
           !(flags & (CMD_WHOLE | CMD_WALKS)) && !has_held_enough(session) &&
           lockset_covers(&session->held,
                          store_shard(call->space.db, call->keys[0].hash),
                          flags & (CMD_WRITE | CMD_EXCLUSIVE));
}

static void free_garbage(struct session *session)
{
    struct keyspace space = {.garbage = session->garbage};
    session->garbage = NULL;
    if (space.garbage != NULL)
        keyspace_free_garbage(&space);
}

void execute_release(struct session *session)
{
    if (!session->holds)
        return;
    lockset_unlock(&session->held, &session->core->store);
    session->holds = false;
    free_garbage(session);
}

/* Makes room for the locks of the next call: what is held is released, but for
 * the gate, if that can be of use once more. */
static void hold_less(struct session *session, const struct call *call)
{
    if (call->key_count == 0 || session->held.whole ||
        has_held_enough(session))
        execute_release(session);
    if (session->holds) {
        lockset_unlock_shards(&session->held, &session->core->store);
        free_garbage(session);
        return;
    }
    lockset_init(&session->held, session->client.id);
    session->held_runs = 0;
    session->held_at = buf_len(&session->out.bytes);
    session->holds = true;
}

/* Takes the locks, unless those of the request before will do: clients that
 * pipeline often name one key again and again, and to give its shard away in
 * between is to wait for it each time. Others wait a little longer, once. */
static void hold(struct session *session, const struct prepared *prepared)
{
    if (!still_holds(session, &prepared->call)) {
        hold_less(session, &prepared->call);
        if (!prepared->call.holds_nothing)
            prepared_plan(prepared, &session->held);
        lockset_lock(&session->held, &session->core->store);
    }
    session->held_runs++;
}

static void conclude(struct session *session, struct call *call)
{
    enum outcome outcome = call->outcome;
    session->garbage = call->space.garbage;
    call->space.garbage = NULL;
    if (outcome == CALL_DONE && call->space.ready == NULL)
        return;
    execute_release(session);
    if (call->space.ready != NULL)
        blocked_serve(&call->space);
    if (outcome == CALL_RESET)
        transaction_free(session);
    else if (outcome != CALL_DONE && outcome != CALL_BLOCK &&
             outcome != CALL_WATCH)
        transaction_command(session, outcome);
    if (outcome == CALL_EXEC)
        monitor_show(call); /* behind what it ran */
}

static void run(struct session *session, const struct command *command)
{
    struct prepared prepared;
    struct call *call = &prepared.call;
    int64_t began = account_begin(session, command);
    if (!prepare(&prepared, session->core, &session->client, &session->out,
                 command, session->parser.argv, session->parser.argc,
                 session->now)) {
        reply_error(&session->out, "OOM command not allowed: out of memory");
        return;
    }
    call->may_block = true;
    call->holds_nothing = command->flags & CMD_WALKS;
    hold(session, &prepared);
    call->space.garbage = session->garbage;
    command->run(call);
    call_remember(call);
    if (call->outcome != CALL_EXEC)
        monitor_show(call);
    if (call->outcome != CALL_DONE)
        conclude_locked(session, &prepared);
    conclude(session, call);
    account_end(session, call, began);
    prepared_free(&prepared);
}

static bool is_paused(const struct session *session,
                      const struct command *command)
{
    const struct clients *clients = &session->core->clients;
    if (!clients_are_paused(clients, session->now) ||
        client_is_monitor(&session->client))
        return false;
    return atomic_load(&clients->all_paused) ||
           (command->flags & (CMD_WRITE | CMD_PUBLISHES)) ||
           (strcmp(command->name, "exec") == 0 && transaction_writes(session));
}

/* Looks twice, because who ends the pause rings for those who are held back,
 * and may have done so in between. */
static bool must_wait(struct session *session, const struct command *command)
{
    if (!is_paused(session, command))
        return false;
    atomic_store(&session->client.held_back, true);
    bool waits = is_paused(session, command);
    atomic_store(&session->client.held_back, waits);
    return waits;
}

void execute_silence(struct session *session, size_t before)
{
    enum replies mode = session->client.replies;
    if (mode == REPLIES_OFF || mode == REPLIES_SKIP)
        reply_take_back(&session->out, before);
    if (mode == REPLIES_SKIP && session->blocked == NULL)
        session->client.replies = REPLIES_ON;
}

/* What SUBSCRIBE and its kin reply is not the reply to one request. */
static bool is_push(const struct command *command)
{
    return command != NULL && command->group == GROUP_PUBSUB &&
           (command->flags & CMD_SUBSCRIBED);
}

/* The error is what has been replied since there were `before` bytes. A refused
 * EXEC ends the transaction, and says so. */
static void refused(struct session *session, const struct command *command,
                    size_t before)
{
    struct reply *out = &session->out;
    if (command != NULL && command->run == cmd_exec) {
        char why[160];
        struct slice bytes = buf_slice(&out->bytes);
        const char *error = bytes.data + before + 1;
        int len = (int)(bytes.len - before) - 3; /* "-" and the line's end */
        if (len > 4 && memcmp(error, "ERR ", 4) == 0) {
            error += 4;
            len -= 4;
        }
        snprintf(why, sizeof why, "%.*s", len > 0 ? len : 0, error);
        reply_take_back(out, before);
        out->errors--;
        reply_error(out, "EXECABORT Transaction discarded because of: %s", why);
        transaction_discard(session);
    } else if (transaction_is_open(session)) {
        transaction_spoil(session);
    }
    account_refused(session, command);
}

/* CLIENT CACHING is about the next command, or transaction. */
static void forget_caching(struct session *session,
                           const struct command *command)
{
    struct tracker *tracker = &session->client.tracker;
    if (tracker->asked && !transaction_is_open(session) &&
        (command == NULL || strncmp(command->name, "client|", 7) != 0))
        tracker->asked = false;
}

bool execute(struct session *session)
{
    struct reply *out = &session->out;
    struct client *client = &session->client;
    size_t before = buf_len(&out->bytes);
    if (session->parser.argc == 0)
        return true;
    const struct command *command = find(session);
    bool good = command != NULL && admitted(session, command, out);
    atomic_store_explicit(&client->last_command, command ? command->name : NULL,
                          memory_order_relaxed);
    if (good && must_wait(session, command))
        return false;
    if (client->replies == REPLIES_SKIP_NEXT)
        client->replies = REPLIES_SKIP;
    if (!good) {
        refused(session, command, before);
    } else if (transaction_is_open(session) &&
               !(command->flags & CMD_IMMEDIATE)) {
        transaction_queue(session, command);
    } else {
        run(session, command);
    }
    forget_caching(session, command);
    if (client->replies != REPLIES_ON)
        execute_silence(session, is_push(command) ? buf_len(&out->bytes)
                                                  : before);
    return true;
}
