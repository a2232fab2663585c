/* SLOWLOG: the commands that took longest. */
#include "command/functions.h"
#include "command/help.h"

#include <limits.h>

static void reply_slow(struct reply *out, const struct slow *slow)
{
    reply_array(out, 6);
    reply_integer(out, (long long)slow->id);
    reply_integer(out, slow->at);
    reply_integer(out, (long long)slow->us);
    reply_array(out, slow->count);
    for (size_t i = 0; i < slow->count; i++)
        reply_bulk(out, slow->words[i]);
    reply_bulk(out, slow->address);
    reply_bulk(out, slow->name);
}

/* get = "SLOWLOG" "GET" [ count ] : -1 is all of them */
void cmd_slowlog_get(struct call *call)
{
    struct slowlog *log = &call->core->slowlog;
    long long most = 10;
    if (call->argc > 3) {
        reply_try_help(call);
        return;
    }
    if (call->argc == 3 &&
        !arg_in_range(call, 2, -1, LONG_MAX,
                      "ERR count should be greater than or equal to -1", &most))
        return;
    pthread_mutex_lock(&log->lock);
    size_t n = most < 0 || (size_t)most > log->count ? log->count
                                                     : (size_t)most;
    reply_array(call->out, n);
    for (const struct slow *slow = log->newest; n > 0; n--) {
        reply_slow(call->out, slow);
        slow = slow->next;
    }
    pthread_mutex_unlock(&log->lock);
}

void cmd_slowlog_len(struct call *call)
{
    struct slowlog *log = &call->core->slowlog;
    pthread_mutex_lock(&log->lock);
    reply_integer(call->out, (long long)log->count);
    pthread_mutex_unlock(&log->lock);
}

void cmd_slowlog_reset(struct call *call)
{
    slowlog_reset(&call->core->slowlog);
    reply_ok(call);
}

void cmd_slowlog_help(struct call *call)
{
    static const char *const lines[] = {
        "GET [<count>]",
        "    Return top <count> entries from the slowlog (default: 10, -1 mean "
        "all).",
        "    Entries are made of:",
        "    id, timestamp, time in microseconds, arguments array, client IP "
        "and port,",
        "    client name",
        "LEN",
        "    Return the length of the slowlog.",
        "RESET",
        "    Reset the slowlog.",
        NULL,
    };
    reply_help(call, lines);
}
