#include "session/account.h"
#include "base/clock.h"
#include "base/text.h"
#include "command/functions.h"
#include "command/table.h"

#include <stdlib.h>

enum {
    RUNS_MOST = 16,        /* of one command, measured together */
    SHORT_REQUEST = 1024,  /* bytes at most */
    SHORT_REPLIES = 4096,  /* likewise, to all of them */
    COARSE = 1000,         /* microseconds: a stricter limit for slow commands
                            * wants each of them measured */
};

int64_t account_begin(struct session *session, const struct command *command)
{
    if (session->runs > 0 && session->counted != command)
        account_settle(session);
    if (session->measured == 0)
        session->measured = clock_ns();
    if (session->runs == 0)
        session->replied = buf_len(&session->out.bytes);
    session->counted = command;
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
        return (i > 1 && slice_is(words[i - 1], "auth")) ||
               (i > 2 && slice_is(words[i - 2], "auth"));
    return strcmp(name, "config|set") == 0 && i > 2 && i % 2 == 1 &&
           slice_is(words[i - 1], "requirepass");
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

/* Notes `runs` of a command that took so long, together. */
static void note(struct session *session, const struct command *command,
                 unsigned runs, int64_t ns, bool failed)
{
    struct core *core = session->core;
    stats_ran(&core->stats, session->client.id,
              (size_t)(command - command_table), runs, (uint64_t)ns, failed);
    if (ns >= 1000000)
        core_took(core, command->flags & CMD_FAST ? LATENCY_FAST_COMMAND
                                                  : LATENCY_COMMAND,
                  ns / 1000000);
}

void account_settle(struct session *session)
{
    unsigned runs = session->runs;
    if (runs == 0)
        return;
    int64_t began = session->measured;
    session->measured = clock_ns();
    session->runs = 0;
    note(session, session->counted, runs, session->measured - began, false);
}

/* SET counts as fast, too: Redis does not call it so because it may have a lot
 * to free, but here that is done once the locks are released. */
static bool is_fast(const struct command *command)
{
    return (command->flags & CMD_FAST) || command->run == cmd_set;
}

/* It cannot have been slow, or if it was, something else was the reason. */
static bool is_short(const struct session *session, const struct call *call,
                     long long slow)
{
    return is_fast(call->command) && call->may_block &&
           (slow < 0 || slow >= COARSE) &&
           session->parser.at <= SHORT_REQUEST &&
           buf_len(&session->out.bytes) - session->replied <= SHORT_REPLIES;
}

void account_end(struct session *session, const struct call *call,
                 int64_t began)
{
    long long slow = config_number(&session->core->config, SETTING_SLOWER);
    bool failed = note_errors(session);
    count(&session->client.counters, COUNT_COMMANDS, 1);
    if (session->runs > 0 && session->counted != call->command)
        account_settle(session); /* the last ones of an EXEC */
    session->runs++;
    if (!failed && session->runs < RUNS_MOST && is_short(session, call, slow))
        return;
    session->measured = clock_ns();
    int64_t ns = session->measured - began;
    note(session, call->command, session->runs, ns, failed);
    session->runs = 0;
    if (slow >= 0 && ns / 1000 >= slow && call->outcome != CALL_EXEC)
        note_slow(session, call, ns);
}

void account_refused(struct session *session, const struct command *command)
{
    note_errors(session);
    if (command != NULL)
        stats_rejected(&session->core->stats, session->client.id,
                       (size_t)(command - command_table));
}
