/* What a client says about itself. */
#include "command/database.h"
#include "command/functions.h"
#include "command/permit.h"
#include "resp/resp.h"

/* To a RESP2 client that is subscribed all replies look like messages. */
static void reply_pong_message(struct call *call)
{
    reply_array(call->out, 2);
    reply_string(call->out, "pong");
    reply_bulk(call->out, call->argc == 2 ? arg(call, 1) : SLICE(""));
}

void cmd_ping(struct call *call)
{
    if (call->out->version == 2 && client_is_subscribed(call->client) &&
        call->argc <= 2)
        reply_pong_message(call);
    else if (call->argc == 1)
        reply_status(call->out, "PONG");
    else if (call->argc == 2)
        reply_bulk(call->out, arg(call, 1));
    else
        reply_wrong_arity(call);
}

void cmd_echo(struct call *call)
{
    reply_bulk(call->out, arg(call, 1));
}

void cmd_quit(struct call *call)
{
    call->client->closing = true;
    reply_ok(call);
}

void cmd_select(struct call *call)
{
    unsigned db;
    if (!arg_database(call, 1, &db))
        return;
    call->client->db = db;
    reply_ok(call);
}

/* Logs in, or replies why not. */
static bool log_in(struct call *call, struct slice name, struct slice password)
{
    struct core *core = call->core;
    unsigned long long version = atomic_load(&core->acl.version);
    struct user *user = acl_find(&core->acl, name);
    if (user == NULL || !user_accepts(user, password)) {
        const char *command = call->command->name;
        user_release(user);
        note_refusal(core, call->client, "auth",
                     (struct slice){command, strlen(command)}, name);
        reply_error(call->out, "WRONGPASS invalid username-password pair or "
                               "user is disabled.");
        return false;
    }
    call->client->authenticated = true;
    call->client->acl_version = version;
    clients_log_in(&core->clients, call->client, user);
    return true;
}

/* Is there a password that AUTH without a name could be about? */
static bool has_password(struct call *call)
{
    struct user *user = acl_find(&call->core->acl, SLICE("default"));
    bool has = !user->no_password;
    user_release(user);
    return has;
}

void cmd_auth(struct call *call)
{
    if (call->argc > 3) {
        reply_syntax_error(call);
    } else if (call->argc == 2 && !has_password(call)) {
        reply_error(call->out,
                    "ERR AUTH <password> called without any password "
                    "configured for the default user. Are you sure your "
                    "configuration is correct?");
    } else {
        struct slice user = call->argc == 3 ? arg(call, 1) : SLICE("default");
        if (log_in(call, user, arg(call, call->argc - 1)))
            reply_ok(call);
    }
}

/* Names are shown in lists: no spaces, line ends or other odd bytes. */
static bool is_plain(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < '!' || name.data[i] > '~')
            return false;
    return true;
}

/* On false the error has been replied. */
static bool set_name(struct call *call, struct slice name)
{
    if (!is_plain(name)) {
        reply_error(call->out, "ERR Client names cannot contain spaces, "
                               "newlines or special characters.");
        return false;
    }
    clients_rename(&call->core->clients, &call->client->name, name);
    return true;
}

void cmd_client_setname(struct call *call)
{
    if (set_name(call, arg(call, 2)))
        reply_ok(call);
}

void cmd_client_getname(struct call *call)
{
    if (buf_len(&call->client->name) > 0)
        reply_bulk(call->out, buf_slice(&call->client->name));
    else
        reply_null(call->out);
}

void cmd_client_id(struct call *call)
{
    reply_integer(call->out, (long long)call->client->id);
}

/* As in Redis 7.2: clients say at connect which library they are. */
void cmd_client_setinfo(struct call *call)
{
    bool version = arg_is(call, 2, "lib-ver");
    if (!version && !arg_is(call, 2, "lib-name")) {
        reply_error(call->out, "ERR Unrecognized option '%.*s'",
                    (int)arg(call, 2).len, arg(call, 2).data);
        return;
    }
    if (!is_plain(arg(call, 3))) {
        reply_error(call->out,
                    "ERR %s cannot contain spaces, newlines or special "
                    "characters.", version ? "lib-ver" : "lib-name");
        return;
    }
    clients_rename(&call->core->clients,
                   version ? &call->client->lib_version
                           : &call->client->lib_name,
                   arg(call, 3));
    reply_ok(call);
}

static void set_version(struct call *call, int version)
{
    call->out->version = version;
    atomic_store(&call->client->subscriber.version, version);
    client_expect_mail(call->client);
}

static void reply_hello(struct call *call)
{
    struct reply *out = call->out;
    reply_map(out, 7);
    reply_string(out, "server");
    reply_string(out, "redis");
    reply_string(out, "version");
    reply_string(out, REDIS_VERSION);
    reply_string(out, "proto");
    reply_integer(out, out->version);
    reply_string(out, "id");
    reply_integer(out, (long long)call->client->id);
    reply_string(out, "mode");
    reply_string(out, "standalone");
    reply_string(out, "role");
    reply_string(out, "master");
    reply_string(out, "modules");
    reply_array(out, 0);
}

/* One after the other: those before a bad one count. On false the error has
 * been replied. */
static bool take_hello_options(struct call *call)
{
    for (size_t i = 2; i < call->argc; i++) {
        if (arg_is(call, i, "auth") && i + 2 < call->argc) {
            if (!log_in(call, arg(call, i + 1), arg(call, i + 2)))
                return false;
            i += 2;
        } else if (arg_is(call, i, "setname") && i + 1 < call->argc) {
            if (!set_name(call, arg(call, ++i)))
                return false;
        } else {
            reply_error(call->out, "ERR Syntax error in HELLO option '%.*s'",
                        (int)arg(call, i).len, arg(call, i).data);
            return false;
        }
    }
    return true;
}

/* hello = "HELLO" [ version { "AUTH" user password / "SETNAME" name } ] */
void cmd_hello(struct call *call)
{
    long long version = call->out->version;
    if (call->argc > 1 && !slice_to_ll(arg(call, 1), &version)) {
        reply_error(call->out,
                    "ERR Protocol version is not an integer or out of range");
        return;
    }
    if (version != 2 && version != 3) {
        reply_error(call->out, "NOPROTO unsupported protocol version");
        return;
    }
    if (!take_hello_options(call))
        return;
    if (!call->client->authenticated) {
        reply_error(call->out,
                    "NOAUTH HELLO must be called with the client already "
                    "authenticated, otherwise the HELLO AUTH <user> <pass> "
                    "option can be used to authenticate the client and select "
                    "the RESP protocol version at the same time");
        return;
    }
    set_version(call, (int)version);
    reply_hello(call);
}

void cmd_reset(struct call *call)
{
    struct client *client = call->client;
    struct user *user = acl_find(&call->core->acl, SLICE("default"));
    client->authenticated = user->enabled && user->no_password;
    clients_log_in(&call->core->clients, client, user);
    clients_rename(&call->core->clients, &client->name, SLICE(""));
    pubsub_leave_all(&call->core->pubsub, &client->subscriber);
    tracking_stop(call->core, client);
    mailbox_take(&client->mailbox, &call->out->bytes, SIZE_MAX);
    client->db = 0;
    client->replies = REPLIES_ON;
    client->no_evict = client->no_touch = false;
    set_version(call, 2);
    call->outcome = CALL_RESET;
    reply_status(call->out, "RESET");
}
