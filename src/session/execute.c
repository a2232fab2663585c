/* Find the command, check what can be checked without looking at any data,
 * hash its keys, take its locks, run it, release them, free what it replaced.
 * This is the only place that takes a shard's lock for a client. */
#include "session/execute.h"
#include "command/table.h"
#include "store/lockset.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FEW_KEYS = 8, /* keys that need no allocation */
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

static size_t count_keys(const struct command *command, size_t argc)
{
    if (command->keys.first == 0)
        return 0;
    int last = command->keys.last;
    if (last < 0)
        last += (int)argc;
    return (size_t)((last - command->keys.first) / command->keys.step + 1);
}

/* Hashes the keys and collects the locks. */
static void plan(struct call *call, struct key *keys, struct lockset *locks)
{
    const struct command *command = call->command;
    if (command->flags & CMD_WHOLE)
        lockset_add_all(locks);
    for (size_t i = 0; i < call->key_count; i++) {
        size_t word = (size_t)command->keys.first +
                      i * (size_t)command->keys.step;
        keys[i] = store_key(call->space.store, call->argv[word]);
        lockset_add(locks, store_shard(call->space.db, keys[i].hash),
                    command->flags & CMD_WRITE);
    }
}

static void run_locked(struct call *call, struct key *keys)
{
    struct lockset locks;
    lockset_init(&locks, call->client->id);
    plan(call, keys, &locks);
    lockset_lock(&locks, call->space.store);
    call->command->run(call);
    lockset_unlock(&locks, call->space.store);
    keyspace_free_garbage(&call->space);
}

static void run(struct session *session, const struct command *command)
{
    struct key few[FEW_KEYS];
    struct key *keys = few;
    struct call call = {
        .core = session->core,
        .client = &session->client,
        .out = &session->out,
        .command = command,
        .argv = session->parser.argv,
        .argc = session->parser.argc,
        .keys = few,
        .key_count = count_keys(command, session->parser.argc),
        .space = {&session->core->store, session->client.db, session->now,
                  NULL},
    };
    if (call.key_count > FEW_KEYS)
        call.keys = keys = malloc(call.key_count * sizeof *keys);
    if (keys != NULL)
        run_locked(&call, keys);
    else
        reply_error(&session->out, "OOM command not allowed: out of memory");
    if (keys != few)
        free(keys);
}

void execute(struct session *session)
{
    struct reply *out = &session->out;
    if (session->parser.argc == 0)
        return;
    unsigned long long errors = out->errors;
    const struct command *command =
        find(out, session->parser.argv, session->parser.argc);
    if (command != NULL && admitted(session, command, out)) {
        run(session, command);
        count(&session->client.counters, COUNT_COMMANDS, 1);
    }
    count(&session->client.counters, COUNT_ERRORS, out->errors - errors);
}
