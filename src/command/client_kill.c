/* CLIENT KILL. The others end at once; who kills himself gets the reply first,
 * like one who says QUIT. */
#include "command/client.h"
#include "command/functions.h"
#include "resp/resp.h"

/* All that is given must fit. */
struct filter {
    const struct client *me;
    bool skip_me;
    unsigned long long id; /* 0: any */
    const struct slice *peer, *local, *user; /* NULL: any */
    bool by_class, no_class; /* no_class: one that nobody is in here */
    enum client_class class;
    size_t killed;
};

static bool fits(const struct filter *filter, const struct client *client)
{
    const struct wire *wire = &client->mailbox.wire;
    const struct slice peer = {wire->peer, strlen(wire->peer)};
    const struct slice local = {wire->local, strlen(wire->local)};
    return (filter->id == 0 || filter->id == client->id) &&
           (filter->peer == NULL || slice_equal(*filter->peer, peer)) &&
           (filter->local == NULL || slice_equal(*filter->local, local)) &&
           (filter->user == NULL ||
            slice_equal(*filter->user, client->user->name)) &&
           (!filter->by_class || (!filter->no_class &&
                                  client_class(client) == filter->class)) &&
           !(filter->skip_me && client == filter->me);
}

static bool kill_one(struct client *client, void *context)
{
    struct filter *filter = context;
    if (!fits(filter, client))
        return true;
    filter->killed++;
    if (client == filter->me)
        client->closing = true;
    else
        client_kill(client);
    return true;
}

static bool parse_id(struct call *call, size_t i, struct filter *filter)
{
    long long id;
    bool good = slice_to_ll(arg(call, i), &id) && id > 0;
    if (good)
        filter->id = (unsigned long long)id;
    else
        reply_error(call->out, "ERR client-id should be greater than 0");
    return good;
}

static bool parse_user(struct call *call, size_t i, struct filter *filter)
{
    struct user *user = acl_find(&call->core->acl, arg(call, i));
    filter->user = &call->argv[i];
    if (user == NULL)
        reply_error(call->out, "ERR No such user '%.*s'",
                    (int)arg(call, i).len, arg(call, i).data);
    user_release(user);
    return user != NULL;
}

static bool parse_skip_me(struct call *call, size_t i, struct filter *filter)
{
    filter->skip_me = arg_is(call, i, "yes");
    if (filter->skip_me || arg_is(call, i, "no"))
        return true;
    reply_syntax_error(call);
    return false;
}

/* On false the error has been replied. */
static bool parse_option(struct call *call, size_t i, struct filter *filter)
{
    const struct slice *value = &call->argv[i + 1];
    if (i + 1 < call->argc && arg_is(call, i, "id"))
        return parse_id(call, i + 1, filter);
    if (i + 1 < call->argc && arg_is(call, i, "type")) {
        filter->by_class = true;
        return arg_client_class(call, i + 1, &filter->class,
                                &filter->no_class);
    }
    if (i + 1 < call->argc && arg_is(call, i, "addr"))
        filter->peer = value;
    else if (i + 1 < call->argc && arg_is(call, i, "laddr"))
        filter->local = value;
    else if (i + 1 < call->argc && arg_is(call, i, "user"))
        return parse_user(call, i + 1, filter);
    else if (i + 1 < call->argc && arg_is(call, i, "skipme"))
        return parse_skip_me(call, i + 1, filter);
    else {
        reply_syntax_error(call);
        return false;
    }
    return true;
}

/* kill = "CLIENT" "KILL" ( address / { option value }+ ) */
void cmd_client_kill(struct call *call)
{
    struct filter filter = {.me = call->client, .skip_me = call->argc > 3};
    if (call->argc == 3)
        filter.peer = &call->argv[2];
    for (size_t i = 2; call->argc > 3 && i < call->argc; i += 2)
        if (!parse_option(call, i, &filter))
            return;
    clients_each(&call->core->clients, kill_one, &filter);
    if (call->argc > 3)
        reply_integer(call->out, (long long)filter.killed);
    else if (filter.killed > 0)
        reply_ok(call);
    else
        reply_error(call->out, "ERR No such client");
}
