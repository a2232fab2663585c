#include "session/account.h"
#include "base/clock.h"
#include "command/table.h"

#include <stdlib.h>
#include <strings.h>

int64_t account_begin(struct session *session)
{
    if (session->measured == 0)
        session->measured = clock_ns();
    return session->measured;
}

/* Notes the errors since the last time; returns whether there are any. */
static bool note_errors(struct session *session)
{
    unsigned long long errors = session->out.errors - session->errors_noted;
    if (errors == 0)
        return false;
    session->errors_noted = session->out.errors;
    count(&session->client.counters, COUNT_ERRORS, errors);
    stats_error(&session->core->stats, session->out.code, errors);
    return true;
}

static bool word_is(struct slice word, const char *text)
{
    return word.len == strlen(text) &&
           strncasecmp(word.data, text, word.len) == 0;
}

/* Passwords are in no log. */
static bool is_secret(const struct call *call, size_t i)
{
    const char *name = call->command->name;
    const struct slice *words = call->argv;
    if (strcmp(name, "auth") == 0)
        return i > 0;
    if (strcmp(name, "acl|setuser") == 0)
        return i > 1;
    if (strcmp(name, "hello") == 0)
        return (i > 1 && word_is(words[i - 1], "auth")) ||
               (i > 2 && word_is(words[i - 2], "auth"));
    return strcmp(name, "config|set") == 0 && i > 2 && i % 2 == 1 &&
           word_is(words[i - 1], "requirepass");
}

static void note_slow(const struct session *session, const struct call *call,
                      int64_t ns)
{
    struct core *core = session->core;
    const struct slow facts = {
        .at = clock_wall_ms() / 1000,
        .us = (uint64_t)ns / 1000,
        .address = {session->client.mailbox.wire.peer,
                    strlen(session->client.mailbox.wire.peer)},
        .name = buf_slice(&session->client.name),
    };
    size_t most = (size_t)config_number(&core->config, SETTING_SLOWLOG_MOST);
    struct slice words[SLOWLOG_WORDS];
    for (size_t i = 0; i < call->argc && i < SLOWLOG_WORDS; i++)
        words[i] = is_secret(call, i) ? SLICE("(redacted)") : call->argv[i];
    slowlog_add(&core->slowlog, &facts, words, call->argc, most);
}

void account_end(struct session *session, const struct call *call,
                 int64_t began)
{
    struct core *core = session->core;
    const struct command *command = call->command;
    session->measured = clock_ns();
    int64_t ns = session->measured - began;
    count(&session->client.counters, COUNT_COMMANDS, 1);
    stats_ran(&core->stats, session->client.id,
              (size_t)(command - command_table), (uint64_t)ns,
              note_errors(session));
    long long slow = config_number(&core->config, SETTING_SLOWER);
    if (slow >= 0 && ns / 1000 >= slow && call->outcome != CALL_EXEC)
        note_slow(session, call, ns);
    if (ns >= 1000000)
        core_took(core, command->flags & CMD_FAST ? LATENCY_FAST_COMMAND
                                                  : LATENCY_COMMAND,
                  ns / 1000000);
}

void account_refused(struct session *session, const struct command *command)
{
    note_errors(session);
    if (command != NULL)
        stats_rejected(&session->core->stats, session->client.id,
                       (size_t)(command - command_table));
}
