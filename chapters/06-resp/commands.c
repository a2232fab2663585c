/* The table of commands, and the way of a request through it: find the line,
 * count the words, take the lock, read the clock, run it, release the lock. */
#include "commands.h"
#include "resp.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

const struct command command_table[] = {
    {"append", 3, CMD_WRITE, 1, 1, 1, cmd_append},
    {"client", -2, CMD_PARENT, 0, 0, 0, NULL},
    {"client|getname", 2, 0, 0, 0, 0, cmd_client_getname},
    {"client|id", 2, 0, 0, 0, 0, cmd_client_id},
    {"client|setinfo", 4, 0, 0, 0, 0, cmd_client_setinfo},
    {"client|setname", 3, 0, 0, 0, 0, cmd_client_setname},
    {"command", -1, CMD_PARENT, 0, 0, 0, cmd_command},
    {"command|count", 2, 0, 0, 0, 0, cmd_command_count},
    {"command|docs", -2, 0, 0, 0, 0, cmd_command_docs},
    {"command|info", -2, 0, 0, 0, 0, cmd_command},
    {"config", -2, CMD_PARENT, 0, 0, 0, NULL},
    {"config|get", -3, 0, 0, 0, 0, cmd_config_get},
    {"dbsize", 1, CMD_READ, 0, 0, 0, cmd_dbsize},
    {"decr", 2, CMD_WRITE, 1, 1, 1, cmd_incr},
    {"decrby", 3, CMD_WRITE, 1, 1, 1, cmd_incr},
    {"del", -2, CMD_WRITE, 1, -1, 1, cmd_del},
    {"echo", 2, 0, 0, 0, 0, cmd_ping},
    {"exists", -2, CMD_READ, 1, -1, 1, cmd_exists},
    {"expire", -3, CMD_WRITE, 1, 1, 1, cmd_expire},
    {"flushall", -1, CMD_WRITE, 0, 0, 0, cmd_flush},
    {"flushdb", -1, CMD_WRITE, 0, 0, 0, cmd_flush},
    {"get", 2, CMD_READ, 1, 1, 1, cmd_get},
    {"hello", -1, 0, 0, 0, 0, cmd_hello},
    {"incr", 2, CMD_WRITE, 1, 1, 1, cmd_incr},
    {"incrby", 3, CMD_WRITE, 1, 1, 1, cmd_incr},
    {"info", -1, CMD_READ, 0, 0, 0, cmd_info},
    {"keys", 2, CMD_READ, 0, 0, 0, cmd_keys},
    {"mget", -2, CMD_READ, 1, -1, 1, cmd_mget},
    {"mset", -3, CMD_WRITE, 1, -1, 2, cmd_mset},
    {"persist", 2, CMD_WRITE, 1, 1, 1, cmd_persist},
    {"pexpire", -3, CMD_WRITE, 1, 1, 1, cmd_expire},
    {"ping", -1, 0, 0, 0, 0, cmd_ping},
    {"pttl", 2, CMD_READ, 1, 1, 1, cmd_ttl},
    {"quit", -1, 0, 0, 0, 0, cmd_quit},
    {"select", 2, 0, 0, 0, 0, cmd_select},
    {"set", -3, CMD_WRITE, 1, 1, 1, cmd_set},
    {"strlen", 2, CMD_READ, 1, 1, 1, cmd_strlen},
    {"ttl", 2, CMD_READ, 1, 1, 1, cmd_ttl},
    {"type", 2, CMD_READ, 1, 1, 1, cmd_type},
};
const size_t command_count = sizeof command_table / sizeof *command_table;

enum { QUOTED = 128 /* bytes of a request that an error quotes */ };

bool word_is(struct slice word, const char *name)
{
    return word.len == strlen(name) &&
           strncasecmp(word.data, name, word.len) == 0;
}

static int compare(const void *key, const void *element)
{
    const struct slice *word = key;
    const char *name = ((const struct command *)element)->name;
    int order = strncasecmp(word->data, name, word->len);
    return order != 0 ? order : (int)word->len - (int)strlen(name);
}

const struct command *command_find(struct slice name)
{
    return bsearch(&name, command_table, command_count, sizeof *command_table,
                   compare);
}

int word_option(struct slice word, const char *const names[])
{
    for (int i = 0; names[i] != NULL; i++)
        if (word_is(word, names[i]))
            return 1 << i;
    return 0;
}

bool call_error(struct call *call, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    call->out.bytes.end = call->start;
    reply_line(&call->out, "-%s", text);
    return false;
}

bool call_arity_error(struct call *call)
{
    return call_error(call, "ERR wrong number of arguments for '%s' command",
                      call->command->name);
}

bool call_number(struct call *call, struct slice word, long long *number)
{
    return slice_to_ll(word, number) ||
           call_error(call, "ERR value is not an integer or out of range");
}

struct entry *call_find(const struct call *call, size_t i)
{
    return database_find(call->db, call->argv[i], call->now);
}

static int at_most(size_t most, struct slice word)
{
    return (int)(word.len < most ? word.len : most); /* what printf wants */
}

static bool unknown_error(struct call *call)
{
    char words[QUOTED + 8] = "";
    size_t len = 0;
    for (size_t i = 1; i < call->argc && len < QUOTED; i++)
        len += (size_t)snprintf(words + len, sizeof words - len, "'%.*s' ",
                                at_most(QUOTED - len, call->argv[i]),
                                call->argv[i].data);
    struct slice name = call->argv[0];
    return call_error(call, "ERR unknown command '%.*s', with args beginning "
                            "with: %s",
                      at_most(QUOTED, name), name.data, words);
}

/* The line of CLIENT ID is "client|id". */
static bool find_command(struct call *call)
{
    const struct command *command = command_find(call->argv[0]);
    if (command == NULL || strchr(command->name, '|') != NULL)
        return unknown_error(call);
    call->command = command;
    if (!(command->flags & CMD_PARENT) || call->argc == 1)
        return true;
    struct slice word = call->argv[1];
    char name[64];
    size_t len = strlen(command->name);
    snprintf(name, sizeof name, "%s|%.*s", command->name, at_most(32, word),
             word.data);
    call->command = command_find((struct slice){name, len + 1 + word.len});
    for (size_t i = 0; i < len; i++)
        name[i] = (char)toupper((unsigned char)name[i]);
    return call->command != NULL ||
           call_error(call, "ERR unknown subcommand '%.*s'. Try %.*s HELP.",
                      at_most(QUOTED, word), word.data, (int)len, name);
}

static void run_locked(struct call *call)
{
    pthread_rwlock_t *lock = &call->server->store.lock;
    int flags = call->command->flags;
    if (flags & CMD_WRITE)
        pthread_rwlock_wrlock(lock);
    if (flags & CMD_READ)
        pthread_rwlock_rdlock(lock);
    call->now = clock_ms(CLOCK_MONOTONIC);
    call->command->run(call);
    if (flags & (CMD_READ | CMD_WRITE))
        pthread_rwlock_unlock(lock);
}

void call_run(struct call *call, size_t argc, const struct slice *argv)
{
    call->argc = argc;
    call->argv = argv;
    call->start = call->out.bytes.end;
    if (argc == 0 || !find_command(call))
        return;
    int words = (int)argc, arity = call->command->arity;
    if (arity > 0 ? words != arity : words < -arity)
        call_arity_error(call);
    else
        run_locked(call);
}
