/* ACL: the users. */
#include "command/acl_rules.h"
#include "command/functions.h"

void cmd_acl_whoami(struct call *call)
{
    reply_bulk(call->out, call->client->user->name);
}

/* All users, each by his name or by the rules that make him. */
static void list_users(struct call *call, bool rules)
{
    struct acl *acl = &call->core->acl;
    struct buf line = {0};
    size_t n = 0;
    pthread_mutex_lock(&acl->lock);
    for (const struct user *u = acl->first; u != NULL; u = u->next)
        n++;
    reply_array(call->out, n);
    for (const struct user *u = acl->first; u != NULL; u = u->next) {
        if (rules)
            acl_describe(u, &line);
        else
            buf_append(&line, u->name.data, u->name.len);
        reply_bulk(call->out, buf_slice(&line));
        call->out->bytes.failed |= line.failed;
        buf_free(&line);
    }
    pthread_mutex_unlock(&acl->lock);
}

void cmd_acl_list(struct call *call)
{
    list_users(call, true);
}

void cmd_acl_users(struct call *call)
{
    list_users(call, false);
}

static void reply_part(struct call *call, const char *name,
                       const struct permissions *set,
                       void (*describe)(const struct permissions *set,
                                        struct buf *out))
{
    struct buf text = {0};
    describe(set, &text);
    reply_string(call->out, name);
    reply_bulk(call->out, buf_slice(&text));
    call->out->bytes.failed |= text.failed;
    buf_free(&text);
}

static void reply_permissions(struct call *call, const struct permissions *set)
{
    reply_part(call, "commands", set, acl_describe_commands);
    reply_part(call, "keys", set, acl_describe_keys);
    reply_part(call, "channels", set, acl_describe_channels);
}

static void reply_user(struct call *call, const struct user *user)
{
    struct reply *out = call->out;
    size_t n = 0;
    reply_map(out, 6);
    reply_string(out, "flags");
    reply_set(out, 1U + user->no_password + (user->payload != NULL));
    reply_string(out, user->enabled ? "on" : "off");
    if (user->no_password)
        reply_string(out, "nopass");
    if (user->payload != NULL)
        reply_string(out, user->payload);
    for (const struct password *p = user->passwords; p != NULL; p = p->next)
        n++;
    reply_string(out, "passwords");
    reply_array(out, n);
    for (const struct password *p = user->passwords; p != NULL; p = p->next)
        reply_string(out, p->hash);
    reply_permissions(call, &user->own);
    n = 0;
    const struct permissions *set = user->own.next;
    for (; set != NULL; set = set->next)
        n++;
    reply_string(out, "selectors");
    reply_array(out, n);
    for (set = user->own.next; set != NULL; set = set->next) {
        reply_map(out, 3);
        reply_permissions(call, set);
    }
}

void cmd_acl_getuser(struct call *call)
{
    struct user *user = acl_find(&call->core->acl, arg(call, 2));
    if (user != NULL)
        reply_user(call, user);
    else
        reply_null(call->out);
    user_release(user);
}

static void reply_mistake(struct call *call, const struct acl_mistake *mistake)
{
    struct slice rule = buf_slice(&mistake->rule);
    if (mistake->why == acl_no_memory)
        reply_no_memory(call);
    else if (mistake->why == acl_unmatched)
        reply_error(call->out, "ERR Unmatched parenthesis in acl selector "
                               "starting at '%.*s'.", (int)rule.len, rule.data);
    else
        reply_error(call->out, "ERR Error in ACL SETUSER modifier '%.*s': %s",
                    (int)rule.len, rule.data, mistake->why);
}

/* All rules or none: they are applied to a copy. */
void cmd_acl_setuser(struct call *call)
{
    struct acl *acl = &call->core->acl;
    bool open_channels =
        config_number(&call->core->config, SETTING_ACL_PUBSUB) == 0;
    if (acl_has_space(arg(call, 2))) {
        reply_error(call->out,
                    "ERR Usernames can't contain spaces or null characters");
        return;
    }
    struct user *old = acl_find(acl, arg(call, 2));
    struct user *user = old ? user_copy(old) : user_new(arg(call, 2));
    if (user == NULL) {
        reply_no_memory(call);
    } else {
        if (old == NULL)
            user->own.all_channels = open_channels;
        struct acl_mistake mistake = {0};
        if (acl_apply_all(user, call->argv + 3, call->argc - 3, open_channels,
                          &mistake)) {
            acl_publish(acl, user);
            reply_ok(call);
        } else {
            reply_mistake(call, &mistake);
        }
        buf_free(&mistake.rule);
    }
    user_release(user);
    user_release(old);
}

static bool kill_if_named(struct client *client, void *context)
{
    const struct slice *name = context;
    if (slice_equal(client->user->name, *name))
        client_kill(client);
    return true;
}

/* Whoever is logged in as such a user is cut off. */
void cmd_acl_deluser(struct call *call)
{
    long long removed = 0;
    for (size_t i = 2; i < call->argc; i++) {
        if (slice_equal(arg(call, i), SLICE("default"))) {
            reply_error(call->out,
                        "ERR The 'default' user cannot be removed");
            return;
        }
    }
    for (size_t i = 2; i < call->argc; i++) {
        struct slice name = arg(call, i);
        if (!acl_remove(&call->core->acl, name))
            continue;
        removed++;
        if (slice_equal(call->client->user->name, name))
            call->client->closing = true;
        else
            clients_each(&call->core->clients, kill_if_named, &name);
    }
    reply_integer(call->out, removed);
}
