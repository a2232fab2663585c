/* CLIENT: how this client, or another one, is treated. */
#include "command/client.h"
#include "base/clock.h"
#include "command/functions.h"
#include "command/help.h"
#include "resp/resp.h"

#include <limits.h>

enum client_class client_class(const struct client *client)
{
    return client_is_subscribed(client) ? CLASS_PUBSUB : CLASS_NORMAL;
}

bool arg_client_class(struct call *call, size_t i, enum client_class *class,
                      bool *nobody)
{
    *nobody = arg_is(call, i, "master");
    if (*nobody || client_class_parse(arg(call, i), class))
        return true;
    reply_error(call->out, "ERR Unknown client type '%.*s'",
                (int)arg(call, i).len, arg(call, i).data);
    return false;
}

/* Word `i` as ON or OFF; on false the error has been replied. */
static bool arg_switch(struct call *call, size_t i, atomic_bool *on)
{
    bool is_on = arg_is(call, i, "on");
    if (!is_on && !arg_is(call, i, "off")) {
        reply_syntax_error(call);
        return false;
    }
    atomic_store(on, is_on);
    return true;
}

void cmd_client_no_evict(struct call *call)
{
    if (arg_switch(call, 2, &call->client->no_evict))
        reply_ok(call);
}

/* As in Redis 7.2. */
void cmd_client_no_touch(struct call *call)
{
    if (arg_switch(call, 2, &call->client->no_touch))
        reply_ok(call);
}

/* The session takes replies back that are not wanted; these two modes begin
 * with the reply to this very request. */
void cmd_client_reply(struct call *call)
{
    struct client *client = call->client;
    if (arg_is(call, 2, "on")) {
        client->replies = REPLIES_ON;
        reply_ok(call);
    } else if (arg_is(call, 2, "off")) {
        client->replies = REPLIES_OFF;
    } else if (arg_is(call, 2, "skip")) {
        if (client->replies != REPLIES_OFF)
            client->replies = REPLIES_SKIP_NEXT;
    } else {
        reply_syntax_error(call);
    }
}

/* When the pause ends. As in Redis, one that would last longer than its clock
 * can tell is over at once. */
static int64_t end_of_pause(int64_t now, long long ms)
{
    return ms > LLONG_MAX - clock_wall_ms() ? now : now + ms;
}

/* pause = "CLIENT" "PAUSE" milliseconds [ "WRITE" / "ALL" ] */
void cmd_client_pause(struct call *call)
{
    int64_t now = clock_mono_ms();
    long long ms;
    bool all = call->argc < 4 || arg_is(call, 3, "all");
    if (call->argc > 4) {
        reply_try_help(call);
    } else if (!all && !arg_is(call, 3, "write")) {
        reply_error(call->out, "ERR CLIENT PAUSE mode must be WRITE or ALL");
    } else if (!slice_to_ll(arg(call, 2), &ms)) {
        reply_error(call->out, "ERR timeout is not an integer or out of range");
    } else if (ms < 0) {
        reply_error(call->out, "ERR timeout is negative");
    } else {
        clients_pause(&call->core->clients, now, end_of_pause(now, ms), all);
        reply_ok(call);
    }
}

void cmd_client_unpause(struct call *call)
{
    clients_resume(&call->core->clients);
    reply_ok(call);
}

struct unblocking {
    long long id;
    enum waiting how;
    bool done;
};

static bool unblock_one(struct client *client, void *context)
{
    struct unblocking *unblocking = context;
    int wait = WAIT_ON;
    if ((long long)client->id != unblocking->id)
        return true;
    unblocking->done = atomic_compare_exchange_strong(
        &client->waiting, &wait, (int)unblocking->how);
    if (unblocking->done)
        mailbox_ring(&client->mailbox);
    return false;
}

/* unblock = "CLIENT" "UNBLOCK" id [ "TIMEOUT" / "ERROR" ] */
void cmd_client_unblock(struct call *call)
{
    struct unblocking unblocking = {.how = WAIT_TIMEOUT};
    if (call->argc > 4) {
        reply_try_help(call);
        return;
    }
    if (call->argc == 4 && arg_is(call, 3, "error")) {
        unblocking.how = WAIT_ERROR;
    } else if (call->argc == 4 && !arg_is(call, 3, "timeout")) {
        reply_error(call->out, "ERR CLIENT UNBLOCK reason should be TIMEOUT or "
                               "ERROR");
        return;
    }
    if (!arg_integer(call, 2, &unblocking.id))
        return;
    clients_each(&call->core->clients, unblock_one, &unblocking);
    reply_integer(call->out, unblocking.done);
}

void cmd_client_help(struct call *call)
{
    static const char *const lines[] = {
        "CACHING (YES|NO)",
        "    Enable/disable tracking of the keys for next command in "
        "OPTIN/OPTOUT modes.",
        "GETREDIR",
        "    Return the client ID we are redirecting to when tracking is "
        "enabled.",
        "GETNAME",
        "    Return the name of the current connection.",
        "ID",
        "    Return the ID of the current connection.",
        "INFO",
        "    Return information about the current client connection.",
        "KILL <ip:port>",
        "    Kill connection made from <ip:port>.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Kill connections. Options are:",
        "    * ADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made from the specified address",
        "    * LADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made to specified local address",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Kill connections by type.",
        "    * USER <username>",
        "      Kill connections authenticated by <username>.",
        "    * SKIPME (YES|NO)",
        "      Skip killing current connection (default: yes).",
        "LIST [options ...]",
        "    Return information about client connections. Options:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Return clients of specified type.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Control server assisted client side caching.",
        "TRACKINGINFO",
        "    Report tracking status for the current connection.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
        NULL,
    };
    reply_help(call, lines);
}
