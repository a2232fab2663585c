/* COMMAND: the table, told to those who ask. redis-cli asks for its hints,
 * cluster clients for where the keys are. */
#include "base/glob.h"
#include "command/functions.h"
#include "command/help.h"
#include "command/keyspecs.h"
#include "command/table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static size_t count_words(const char *text)
{
    struct slice word;
    size_t n = 0;
    while (next_word(&text, &word))
        n++;
    return n;
}

/* As simple strings, `prefix` before each. */
static void reply_words(struct reply *out, const char *text, const char *prefix)
{
    struct slice word;
    char status[64];
    while (next_word(&text, &word)) {
        snprintf(status, sizeof status, "%s%.*s", prefix, (int)word.len,
                 word.data);
        reply_status(out, status);
    }
}

static void reply_pair(struct reply *out, const char *name, long long number)
{
    reply_string(out, name);
    reply_integer(out, number);
}

/* type = { "type": name, "spec": { ... } } ; the caller appends the pairs */
static void reply_type(struct reply *out, const char *part, const char *type,
                       size_t pairs)
{
    reply_string(out, part);
    reply_map(out, 2);
    reply_string(out, "type");
    reply_string(out, type);
    reply_string(out, "spec");
    reply_map(out, pairs);
}

static void reply_key_spec(struct reply *out, const struct key_spec *spec)
{
    bool known = spec->kind != SPEC_UNKNOWN;
    reply_map(out, spec->note != NULL ? 4 : 3);
    if (spec->note != NULL) {
        reply_string(out, "notes");
        reply_string(out, spec->note);
    }
    reply_string(out, "flags");
    reply_set(out, count_words(spec->flags));
    reply_words(out, spec->flags, "");
    reply_type(out, "begin_search", known ? "index" : "unknown", known);
    if (known)
        reply_pair(out, "index", spec->index);
    reply_type(out, "find_keys", !known                       ? "unknown"
                                 : spec->kind == SPEC_RANGE ? "range"
                                                            : "keynum",
               known ? 3 : 0);
    if (spec->kind == SPEC_RANGE) {
        reply_pair(out, "lastkey", spec->last);
        reply_pair(out, "keystep", spec->step);
        reply_pair(out, "limit", spec->limit);
    } else if (known) {
        reply_pair(out, "keynumidx", spec->number);
        reply_pair(out, "firstkey", spec->first);
        reply_pair(out, "keystep", spec->every);
    }
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

/* First and last key and step, as they were told before there were key
 * specifications: from the first one, if it says where. */
static void reply_positions(struct reply *out, const struct key_spec *specs)
{
    int first = 0, last = 0, step = 0;
    for (int i = 0; i < CATALOG_SPECS && specs[i].flags != NULL; i++) {
        const struct key_spec *spec = &specs[i];
        int end = spec->last < 0 ? spec->last : spec->index + spec->last;
        if (spec->kind != SPEC_RANGE)
            continue;
        if (first == 0 || spec->index < first)
            first = spec->index;
        step = spec->step;
        last = last < 0 || (end >= 0 && end < last) ? last : end;
    }
    reply_integer(out, first);
    reply_integer(out, last);
    reply_integer(out, step);
}

static void reply_details(struct reply *out, const struct command *command)
{
    const struct facts *facts = command_facts(command);
    size_t members = is_member(command) ? 0 : count_members(command);
    size_t specs = 0;
    while (specs < CATALOG_SPECS && facts->specs[specs].flags != NULL)
        specs++;
    reply_array(out, 10);
    reply_string(out, command->name);
    reply_integer(out, command->arity);
    reply_set(out, count_words(facts->flags));
    reply_words(out, facts->flags, "");
    reply_positions(out, facts->specs);
    reply_set(out, count_words(facts->categories));
    reply_words(out, facts->categories, "@");
    reply_set(out, count_words(facts->tips));
    const char *tips = facts->tips;
    struct slice tip;
    while (next_word(&tips, &tip))
        reply_bulk(out, tip);
    reply_set(out, specs);
    for (size_t i = 0; i < specs; i++)
        reply_key_spec(out, &facts->specs[i]);
    reply_set(out, members);
    for (size_t i = 1; i <= members; i++)
        reply_details(out, command + i);
}

static void reply_docs(struct reply *out, const struct command *command)
{
    static const char *const groups[] = {
        "string", "generic", "connection", "server", "transactions", "list",
        "set",    "sorted-set", "hash",    "bitmap", "pubsub"};
    size_t members = is_member(command) ? 0 : count_members(command);
    reply_string(out, command->name);
    reply_map(out, members > 0 ? 4 : 3);
    reply_string(out, "summary");
    reply_string(out, command->summary);
    reply_string(out, "since");
    reply_string(out, command_facts(command)->since);
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

/* filter = "MODULE" name / "ACLCAT" category / "PATTERN" pattern ; commands of
 * modules: there are none */
static bool passes(const struct call *call, const struct command *command)
{
    char name[64];
    if (call->argc == 2)
        return true;
    if (arg_is(call, 3, "aclcat"))
        return has_word(command_facts(command)->categories, arg(call, 4));
    if (!arg_is(call, 3, "pattern") || arg(call, 4).len > sizeof name)
        return false;
    for (size_t i = 0; i < arg(call, 4).len; i++)
        name[i] = (char)tolower((unsigned char)arg(call, 4).data[i]);
    return glob_match((struct slice){name, arg(call, 4).len},
                      (struct slice){command->name, strlen(command->name)});
}

void cmd_command_list(struct call *call)
{
    if (call->argc != 2 &&
        (call->argc != 5 || !arg_is(call, 2, "filterby") ||
         (!arg_is(call, 3, "module") && !arg_is(call, 3, "aclcat") &&
          !arg_is(call, 3, "pattern")))) {
        reply_syntax_error(call);
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < command_count; i++)
        n += passes(call, &command_table[i]);
    reply_array(call->out, n);
    for (size_t i = 0; i < command_count; i++)
        if (passes(call, &command_table[i]))
            reply_string(call->out, command_table[i].name);
}

/* A channel of a shard is found where a key would be, and is none. */
static bool has_keys(const struct facts *facts)
{
    const char *flags = facts->specs[0].flags;
    return flags != NULL && strcmp(flags, "not_key") != 0;
}

/* The command of a request that stands in the call from word 2 on; or NULL, and
 * the error has been replied. */
static const struct command *inner_command(struct call *call)
{
    const struct command *command = command_find(arg(call, 2));
    size_t argc = call->argc - 2;
    if (command != NULL && (command->flags & CMD_FAMILY) && argc > 1)
        command = command_find_member(command, arg(call, 3));
    if (command == NULL)
        reply_error(call->out, "ERR Invalid command specified");
    else if (!has_keys(command_facts(command)))
        reply_error(call->out, "ERR The command has no key arguments");
    else if (command->arity > 0 ? argc != (size_t)command->arity
                                : argc < (size_t)-command->arity)
        reply_error(call->out, "ERR Invalid number of arguments specified for "
                               "command");
    else
        return command;
    return NULL;
}

static void get_keys(struct call *call, bool with_flags)
{
    const struct command *command = inner_command(call);
    size_t argc = call->argc - 2;
    if (command == NULL)
        return;
    struct key_use *uses = malloc(argc * sizeof *uses);
    if (uses == NULL) {
        reply_no_memory(call);
        return;
    }
    size_t n = command_key_uses(command, call->argv + 2, argc, uses);
    if (n == 0)
        reply_error(call->out,
                    "ERR Invalid arguments specified for command");
    else
        reply_array(call->out, n);
    for (size_t i = 0; i < n; i++) {
        if (with_flags)
            reply_array(call->out, 2);
        reply_bulk(call->out, arg(call, uses[i].word + 2));
        if (!with_flags)
            continue;
        reply_set(call->out, count_words(uses[i].flags));
        reply_words(call->out, uses[i].flags, "");
    }
    free(uses);
}

void cmd_command_getkeys(struct call *call)
{
    get_keys(call, false);
}

void cmd_command_getkeysandflags(struct call *call)
{
    get_keys(call, true);
}

void cmd_command_help(struct call *call)
{
    static const char *const lines[] = {
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command.",
        NULL,
    };
    reply_help(call, lines);
}
