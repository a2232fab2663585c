#include "session/permission.h"
#include "command/permit.h"

#include <stdio.h>

bool permission_know_user(struct session *session)
{
    struct client *client = &session->client;
    struct acl *acl = &session->core->acl;
    unsigned long long version = atomic_load(&acl->version);
    if (client->acl_version == version)
        return true;
    struct user *user = acl_find(acl, client->user->name);
    if (user != NULL)
        clients_log_in(&session->core->clients, client, user);
    else
        client->closing = true;
    client->acl_version = version;
    return user != NULL;
}

static enum permit look(struct session *session, const struct command *command,
                        const struct slice *argv, size_t argc)
{
    const struct user *user = session->client.user;
    size_t word = 0;
    if (user->unrestricted)
        return PERMITTED;
    enum permit found = user_permits(user, command, argv, argc, &word);
    if (found != PERMITTED)
        note_denied(session->core, &session->client, found, command,
                    argv[word]);
    return found;
}

bool permission_given(struct session *session, const struct command *command,
                      const struct slice *argv, size_t argc)
{
    static const char start[] = "NOPERM this user has no permissions to";
    struct reply *out = &session->out;
    enum permit found = look(session, command, argv, argc);
    if (found == DENIED_COMMAND)
        reply_error(out, "%s run the '%s' command", start, command->name);
    else if (found != PERMITTED)
        reply_error(out, "%s access one of the %s used as arguments", start,
                    found == DENIED_KEY ? "keys" : "channels");
    return found == PERMITTED;
}

bool permission_kept(struct session *session, const struct call *call)
{
    static const char *const reasons[] = {
        [DENIED_COMMAND] = "execute the command or subcommand",
        [DENIED_KEY] = "touch the specified keys",
        [DENIED_CHANNEL] = "access one of the channels used as arguments to "
                           "the command",
    };
    enum permit found = look(session, call->command, call->argv, call->argc);
    if (found != PERMITTED)
        reply_error(&session->out,
                    "NOPERM ACLs rules changed between the moment the "
                    "transaction was accumulated and the EXEC call. This "
                    "command is no longer allowed for the following reason: no "
                    "permission to %s", reasons[found]);
    return found == PERMITTED;
}
