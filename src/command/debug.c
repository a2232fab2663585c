/* DEBUG: for tests, and only where enable-debug-command allows it. It has the
 * whole store, so while it sleeps nobody gets at a key. */
#include "command/functions.h"
#include "command/help.h"
#include "command/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool allowed(struct call *call)
{
    long long mode = config_number(&call->core->config, SETTING_DEBUG);
    if (mode == DEBUG_YES ||
        (mode == DEBUG_LOCAL && client_is_local(call->client)))
        return true;
    reply_error(call->out,
                "ERR DEBUG command not allowed. If the enable-debug-command "
                "option is set to \"local\", you can run it from a local "
                "connection, otherwise you need to set this option in the "
                "configuration file, and then restart the server.");
    return false;
}

static void debug_sleep(struct call *call)
{
    enum { MOST = 1000000 /* seconds */ };
    char text[32] = {0};
    if (arg(call, 2).len < sizeof text)
        memcpy(text, arg(call, 2).data, arg(call, 2).len);
    double seconds = strtod(text, NULL);
    if (!(seconds > 0))
        seconds = 0;
    if (seconds > MOST)
        seconds = MOST;
    struct timespec rest = {.tv_sec = (time_t)seconds};
    rest.tv_nsec = (long)((seconds - (double)rest.tv_sec) * 1e9);
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        ;
    reply_ok(call);
}

static void debug_set_active_expire(struct call *call)
{
    char text[8] = {0};
    if (arg(call, 2).len < sizeof text)
        memcpy(text, arg(call, 2).data, arg(call, 2).len);
    atomic_store(&call->core->sweeps, atoi(text) != 0);
    reply_ok(call);
}

static void debug_object(struct call *call)
{
    struct key key = store_key(&call->core->store, arg(call, 2));
    const struct entry *entry = keyspace_peek(&call->space, &key);
    char text[160];
    if (entry == NULL) {
        reply_error(call->out, "ERR no such key");
        return;
    }
    long long idle = (long long)keyspace_idle(&call->space, entry);
    snprintf(text, sizeof text,
             "Value at:%p refcount:1 encoding:%s lru_seconds_idle:%lld",
             (const void *)entry, object_encoding(entry), idle);
    reply_status(call->out, text);
}

static void debug_help(struct call *call)
{
    static const char *const lines[] = {
        "OBJECT <key>",
        "    Show low level info about `key` and associated value.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Setting it to 0 disables expiring keys in background when they "
        "are not",
        "    accessed (otherwise the Redis behavior). Setting it to 1 "
        "reenables back the",
        "    default.",
        "SLEEP <seconds>",
        "    Stop the server for <seconds>. Decimals allowed.",
        NULL,
    };
    reply_help(call, lines);
}

void cmd_debug(struct call *call)
{
    if (!allowed(call))
        return;
    if (arg_is(call, 1, "help") && call->argc == 2)
        debug_help(call);
    else if (arg_is(call, 1, "sleep") && call->argc == 3)
        debug_sleep(call);
    else if (arg_is(call, 1, "object") && call->argc == 3)
        debug_object(call);
    else if (arg_is(call, 1, "set-active-expire") && call->argc == 3)
        debug_set_active_expire(call);
    else
        reply_try_help(call);
}
