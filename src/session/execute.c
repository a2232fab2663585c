/* Find the command, check what can be checked without looking at any data,
 * hash its keys, take its locks, run it, release them, free what it replaced.
 * This is the only place that takes a shard's lock for a client. */
#include "session/execute.h"
#include "command/table.h"
#include "session/blocked.h"
#include "session/transaction.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SHOWN = 128,  /* bytes of a request that an error quotes */
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

/* The request's command; or NULL, and the error has been replied. */
static const struct command *find(struct reply *out, const struct slice *argv,
                                  size_t argc)
{
    const struct command *command = NULL;
    if (memchr(argv[0].data, '|', argv[0].len) == NULL)
        command = command_find(argv[0]);
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

/* On false the error has been replied. */
static bool admitted(const struct session *session,
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
    return true;
}

bool prepare(struct prepared *prepared, struct core *core,
             struct client *client, struct reply *out,
             const struct command *command, const struct slice *argv,
             size_t argc, int64_t now)
{
    prepared->call = (struct call){
        .core = core,
        .client = client,
        .out = out,
        .command = command,
        .argv = argv,
        .argc = argc,
        .key_count = command_keys(command, argv, argc, NULL),
        .space = {.store = &core->store, .db = client->db, .now = now},
    };
    size_t n = prepared->call.key_count;
    struct key *keys = prepared->few;
    size_t few[FEW_KEYS];
    size_t *words = few;
    if (n > FEW_KEYS) {
        /* One allocation: the keys, then the numbers of their words. */
        keys = malloc(n * (sizeof *keys + sizeof *words));
        if (keys == NULL)
            return false;
        words = (size_t *)(keys + n);
    }
    command_keys(command, argv, argc, words);
    for (size_t i = 0; i < n; i++)
        keys[i] = store_key(&core->store, argv[words[i]]);
    prepared->call.keys = keys;
    return true;
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
static void conclude_locked(struct session *session, struct call *call,
                            const struct lockset *locks)
{
    if (call->outcome == CALL_BLOCK && !blocked_enter(session, call, locks))
        reply_error(&session->out, "OOM command not allowed: out of memory");
    if (call->outcome == CALL_WATCH)
        transaction_watch(session, call);
}

static void conclude(struct session *session, struct call *call)
{
    enum outcome outcome = call->outcome;
    if (call->space.garbage != NULL)
        keyspace_free_garbage(&call->space);
    if (call->space.ready != NULL)
        blocked_serve(&call->space);
    if (outcome != CALL_DONE && outcome != CALL_BLOCK && outcome != CALL_WATCH)
        transaction_command(session, outcome);
}

static void run(struct session *session, const struct command *command)
{
    struct prepared prepared;
    struct call *call = &prepared.call;
    if (!prepare(&prepared, session->core, &session->client, &session->out,
                 command, session->parser.argv, session->parser.argc,
                 session->now)) {
        reply_error(&session->out, "OOM command not allowed: out of memory");
        return;
    }
    struct lockset locks;
    lockset_init(&locks, session->client.id);
    call->may_block = true;
    call->holds_nothing = command->flags & CMD_WALKS;
    if (!call->holds_nothing)
        prepared_plan(&prepared, &locks);
    lockset_lock(&locks, &session->core->store);
    command->run(call);
    if (call->outcome != CALL_DONE)
        conclude_locked(session, call, &locks);
    lockset_unlock(&locks, &session->core->store);
    conclude(session, call);
    prepared_free(&prepared);
}

void execute(struct session *session)
{
    struct reply *out = &session->out;
    if (session->parser.argc == 0)
        return;
    unsigned long long errors = out->errors;
    const struct command *command =
        find(out, session->parser.argv, session->parser.argc);
    bool good = command != NULL && admitted(session, command, out);
    if (!good && transaction_is_open(session)) {
        transaction_spoil(session);
    } else if (good && transaction_is_open(session) &&
               !(command->flags & CMD_IMMEDIATE)) {
        transaction_queue(session, command);
    } else if (good) {
        run(session, command);
        count(&session->client.counters, COUNT_COMMANDS, 1);
    }
    count(&session->client.counters, COUNT_ERRORS, out->errors - errors);
}
