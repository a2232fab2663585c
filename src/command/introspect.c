/* COMMAND: the table, told to those who ask. redis-cli asks for its hints,
 * cluster clients for where the keys are. */
#include "command/functions.h"
#include "command/table.h"

/* Elements of a set, of which as many are said as hold. */
struct fact {
    const char *name;
    bool holds;
};

static void reply_facts(struct reply *out, const struct fact *facts, size_t n)
{
    size_t holding = 0;
    for (size_t i = 0; i < n; i++)
        holding += facts[i].holds;
    reply_set(out, holding);
    for (size_t i = 0; i < n; i++)
        if (facts[i].holds)
            reply_status(out, facts[i].name);
}

static void reply_flags(struct reply *out, const struct command *command)
{
    int flags = command->flags;
    const struct fact facts[] = {
        {"write", flags & CMD_WRITE},  {"readonly", flags & CMD_READ},
        {"denyoom", flags & CMD_GROWS}, {"admin", flags & CMD_ADMIN},
        {"no_auth", flags & CMD_ANYBODY}, {"fast", flags & CMD_FAST},
    };
    reply_facts(out, facts, sizeof facts / sizeof *facts);
}

static void reply_categories(struct reply *out, const struct command *command)
{
    int flags = command->flags;
    const struct fact facts[] = {
        {"@keyspace", command->group == GROUP_GENERIC},
        {"@read", flags & CMD_READ},
        {"@write", flags & CMD_WRITE},
        {"@string", command->group == GROUP_STRING},
        {"@fast", flags & CMD_FAST},
        {"@slow", !(flags & CMD_FAST)},
        {"@admin", flags & CMD_ADMIN},
        {"@connection", command->group == GROUP_CONNECTION},
    };
    reply_facts(out, facts, sizeof facts / sizeof *facts);
}

static void reply_pair(struct reply *out, const char *name, long long number)
{
    reply_string(out, name);
    reply_integer(out, number);
}

/* Where the keys are, in the terms of Redis 7's key specifications. */
static void reply_key_spec(struct reply *out, const struct command *command)
{
    int last = command->keys.last;
    const struct fact access[] = {{"RO", command->flags & CMD_READ},
                                  {"RW", command->flags & CMD_WRITE}};
    reply_map(out, 3);
    reply_string(out, "flags");
    reply_facts(out, access, 2);
    reply_string(out, "begin_search");
    reply_map(out, 2);
    reply_string(out, "type");
    reply_string(out, "index");
    reply_string(out, "spec");
    reply_map(out, 1);
    reply_pair(out, "index", command->keys.first);
    reply_string(out, "find_keys");
    reply_map(out, 2);
    reply_string(out, "type");
    reply_string(out, "range");
    reply_string(out, "spec");
    reply_map(out, 3);
    reply_pair(out, "lastkey", last < 0 ? last : last - command->keys.first);
    reply_pair(out, "keystep", command->keys.step);
    reply_pair(out, "limit", 0);
}

static bool is_member(const struct command *command)
{
    return strchr(command->name, '|') != NULL;
}

/* The members of a family stand behind it in the table. */
static size_t count_members(const struct command *family)
{
    const struct command *end = command_table + command_count;
    const struct command *next = family + 1;
    while (next < end && is_member(next))
        next++;
    return (size_t)(next - family) - 1;
}

static void reply_details(struct reply *out, const struct command *command)
{
    size_t members = is_member(command) ? 0 : count_members(command);
    reply_array(out, 10);
    reply_string(out, command->name);
    reply_integer(out, command->arity);
    reply_flags(out, command);
    reply_integer(out, command->keys.first);
    reply_integer(out, command->keys.last);
    reply_integer(out, command->keys.step);
    reply_categories(out, command);
    reply_set(out, 0); /* tips for clients: none */
    reply_array(out, command->keys.first > 0);
    if (command->keys.first > 0)
        reply_key_spec(out, command);
    reply_array(out, members);
    for (size_t i = 1; i <= members; i++)
        reply_details(out, command + i);
}

static void reply_docs(struct reply *out, const struct command *command)
{
    static const char *const groups[] = {"string", "generic", "connection",
                                         "server"};
    size_t members = is_member(command) ? 0 : count_members(command);
    reply_string(out, command->name);
    reply_map(out, members > 0 ? 3 : 2);
    reply_string(out, "summary");
    reply_string(out, command->summary);
    reply_string(out, "group");
    reply_string(out, groups[command->group]);
    if (members == 0)
        return;
    reply_string(out, "subcommands");
    reply_map(out, members);
    for (size_t i = 1; i <= members; i++)
        reply_docs(out, command + i);
}

static size_t count_commands(void)
{
    size_t n = 0;
    for (size_t i = 0; i < command_count; i++)
        n += !is_member(&command_table[i]);
    return n;
}

void cmd_command_count(struct call *call)
{
    reply_integer(call->out, (long long)count_commands());
}

void cmd_command(struct call *call)
{
    reply_array(call->out, count_commands());
    for (size_t i = 0; i < command_count; i++)
        if (!is_member(&command_table[i]))
            reply_details(call->out, &command_table[i]);
}

void cmd_command_info(struct call *call)
{
    if (call->argc == 2) {
        cmd_command(call);
        return;
    }
    reply_array(call->out, call->argc - 2);
    for (size_t i = 2; i < call->argc; i++) {
        const struct command *command = command_find(arg(call, i));
        if (command != NULL)
            reply_details(call->out, command);
        else
            reply_null(call->out);
    }
}

void cmd_command_docs(struct call *call)
{
    size_t named = 0;
    for (size_t i = 2; i < call->argc; i++)
        named += command_find(arg(call, i)) != NULL;
    reply_map(call->out, call->argc == 2 ? count_commands() : named);
    for (size_t i = 0; call->argc == 2 && i < command_count; i++)
        if (!is_member(&command_table[i]))
            reply_docs(call->out, &command_table[i]);
    for (size_t i = 2; i < call->argc; i++)
        if (command_find(arg(call, i)) != NULL)
            reply_docs(call->out, command_find(arg(call, i)));
}

void cmd_command_list(struct call *call)
{
    if (call->argc > 2) {
        reply_syntax_error(call);
        return;
    }
    reply_array(call->out, command_count);
    for (size_t i = 0; i < command_count; i++)
        reply_string(call->out, command_table[i].name);
}
