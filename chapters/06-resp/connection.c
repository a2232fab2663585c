/* Commands on the connection, and about the server. */
#include "commands.h"
#include "glob.h"
#include "resp.h"

#include <stdio.h>

#define REDIS_VERSION "7.0.15" /* whose answers ours are */

void cmd_ping(struct call *call) /* and ECHO */
{
    if (call->argc == 1)
        reply_line(&call->out, "+PONG");
    else if (call->argc == 2)
        reply_bulk(&call->out, call->argv[1]);
    else
        call_arity_error(call);
}

void cmd_quit(struct call *call)
{
    call->quit = true;
    reply_line(&call->out, "+OK");
}

void cmd_select(struct call *call)
{
    long long n;
    if (!call_number(call, call->argv[1], &n))
        return;
    reply_line(&call->out, "+OK");
    if (n < INT32_MIN || n > INT32_MAX)
        call_error(call, "ERR value is out of range, value must between "
                         "-2147483648 and 2147483647");
    else if (n < 0 || n >= DATABASES)
        call_error(call, "ERR DB index is out of range");
    else
        call->db = &call->server->store.databases[n];
}

/* A name must not break the lines of the lists in which it may stand. */
void cmd_client_setname(struct call *call)
{
    struct slice name = call->argv[2];
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < '!' || name.data[i] > '~') {
            call_error(call, "ERR Client names cannot contain spaces, newlines "
                             "or special characters.");
            return;
        }
    buf_free(&call->name);
    buf_append(&call->name, name.data, name.len);
    reply_line(&call->out, call->name.failed ? "-" NO_MEMORY : "+OK");
}

void cmd_client_getname(struct call *call)
{
    if (buf_len(&call->name) > 0)
        reply_bulk(&call->out, buf_slice(&call->name));
    else
        reply_null(&call->out);
}

void cmd_client_id(struct call *call)
{
    reply_line(&call->out, ":%lld", call->id);
}

/* Libraries tell who they are (since Redis 7.2). */
void cmd_client_setinfo(struct call *call)
{
    reply_line(&call->out, "+OK");
}

static void reply_pair(struct reply *out, const char *name, const char *value)
{
    reply_text(out, name);
    reply_text(out, value);
}

static void reply_hello(struct call *call)
{
    struct reply *out = &call->out;
    reply_map(out, 7);
    reply_pair(out, "server", "redis");
    reply_pair(out, "version", REDIS_VERSION);
    reply_text(out, "proto");
    reply_line(out, ":%d", out->resp3 ? 3 : 2);
    reply_text(out, "id");
    reply_line(out, ":%lld", call->id);
    reply_pair(out, "mode", "standalone");
    reply_pair(out, "role", "master");
    reply_text(out, "modules");
    reply_line(out, "*0"); /* none */
}

void cmd_hello(struct call *call)
{
    long long version = call->out.resp3 ? 3 : 2;
    if (call->argc > 1 && !slice_to_ll(call->argv[1], &version)) {
        call_error(call, "ERR Protocol version is not an integer or out of "
                         "range");
    } else if (version != 2 && version != 3) {
        call_error(call, "NOPROTO unsupported protocol version");
    } else if (call->argc > 2) { /* AUTH or SETNAME: we have none */
        call_error(call, "ERR Syntax error in HELLO option '%.*s'",
                   (int)call->argv[2].len, call->argv[2].data);
    } else {
        call->out.resp3 = version == 3;
        reply_hello(call);
    }
}

/* What a client library must know to find the keys. */
static void reply_command(struct reply *out, const struct command *command)
{
    if (command == NULL) {
        reply_null(out);
        return;
    }
    reply_line(out, "*6");
    reply_text(out, command->name);
    reply_line(out, ":%d", command->arity);
    bool locks = command->flags & (CMD_READ | CMD_WRITE);
    reply_line(out, locks ? "*1" : "*0");
    if (locks)
        reply_line(out, command->flags & CMD_READ ? "+readonly" : "+write");
    reply_line(out, ":%d", command->first);
    reply_line(out, ":%d", command->last);
    reply_line(out, ":%d", command->step);
}

/* COMMAND, COMMAND INFO: about all commands, or those that are named. */
void cmd_command(struct call *call)
{
    size_t n = call->argc > 2 ? call->argc - 2 : command_count;
    reply_line(&call->out, "*%zu", n);
    for (size_t i = 0; i < n; i++)
        reply_command(&call->out, call->argc > 2
                                      ? command_find(call->argv[2 + i])
                                      : &command_table[i]);
}

void cmd_command_count(struct call *call)
{
    reply_line(&call->out, ":%zu", command_count);
}

static bool asked(const struct call *call, const char *name)
{
    bool found = call->argc == 2 && strchr(name, '|') == NULL;
    for (size_t i = 2; i < call->argc; i++)
        found |= word_is(call->argv[i], name) ||
                 glob_match(call->argv[i], (struct slice){name, strlen(name)});
    return found;
}

/* redis-cli asks for all when it starts, for its `help` and the tab key. */
void cmd_command_docs(struct call *call)
{
    size_t n = 0;
    for (size_t i = 0; i < command_count; i++)
        n += asked(call, command_table[i].name);
    reply_map(&call->out, n);
    for (size_t i = 0; i < command_count; i++)
        if (asked(call, command_table[i].name)) {
            int flags = command_table[i].flags;
            reply_text(&call->out, command_table[i].name);
            reply_map(&call->out, 2);
            reply_pair(&call->out, "summary",
                       flags & CMD_WRITE  ? "changes the store"
                       : flags & CMD_READ ? "looks at the store"
                                          : "leaves the store alone");
            reply_pair(&call->out, "group", "06-resp");
        }
}

void cmd_config_get(struct call *call)
{
    static const char *const settings[][2] = {
        {"appendonly", "no"}, {"bind", "127.0.0.1"}, {"databases", "16"},
        {"maxmemory", "0"},   {"save", ""}};
    size_t n = 0, count = sizeof settings / sizeof *settings;
    for (size_t i = 0; i < count; i++)
        n += asked(call, settings[i][0]);
    reply_map(&call->out, n);
    for (size_t i = 0; i < count; i++)
        if (asked(call, settings[i][0]))
            reply_pair(&call->out, settings[i][0], settings[i][1]);
}

void cmd_info(struct call *call)
{
    const struct database *db = call->server->store.databases;
    char text[1024];
    int n = snprintf(text, sizeof text,
                     "# Server\r\nredis_version:%s\r\n\r\n# Clients\r\n"
                     "connected_clients:%lld\r\n\r\n# Keyspace\r\n",
                     REDIS_VERSION, call->server->clients);
    for (int i = 0; i < DATABASES; i++)
        if (db[i].count > 0)
            n += snprintf(text + n, sizeof text - (size_t)n,
                          "db%d:keys=%zu\r\n", i, db[i].count);
    reply_bulk(&call->out, (struct slice){text, (size_t)n});
}
