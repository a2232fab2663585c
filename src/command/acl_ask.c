/* ACL: categories, passwords to be had, what was refused, what would be. */
#include "base/clock.h"
#include "command/acl_rules.h"
#include "command/catalog.h"
#include "command/functions.h"
#include "command/help.h"
#include "command/permit.h"
#include "command/table.h"

#include <stdio.h>
#include <sys/random.h>

enum { SHOWN = 128 /* bytes of a word that an error quotes */ };

void cmd_acl_cat(struct call *call)
{
    size_t n = 0;
    if (call->argc > 3) {
        reply_try_help(call);
    } else if (call->argc == 2) {
        while (acl_categories[n] != NULL)
            n++;
        reply_array(call->out, n);
        for (size_t i = 0; i < n; i++)
            reply_string(call->out, acl_categories[i]);
    } else if (!acl_is_category(arg(call, 2))) {
        reply_error(call->out, "ERR Unknown category '%.*s'",
                    arg(call, 2).len < SHOWN ? (int)arg(call, 2).len : SHOWN,
                    arg(call, 2).data);
    } else {
        for (size_t i = 0; i < command_count; i++)
            n += has_word(command_facts(&command_table[i])->categories,
                          arg(call, 2));
        reply_array(call->out, n);
        for (size_t i = 0; i < command_count; i++)
            if (has_word(command_facts(&command_table[i])->categories,
                         arg(call, 2)))
                reply_string(call->out, command_table[i].name);
    }
}

/* genpass = "ACL" "GENPASS" [ bits ] */
void cmd_acl_genpass(struct call *call)
{
    enum { MOST = 4096 /* bits */ };
    static const char digits[] = "0123456789abcdef";
    unsigned char random[MOST / 8];
    char text[MOST / 4];
    long long bits = 256;
    if (call->argc > 3) {
        reply_try_help(call);
        return;
    }
    if (call->argc == 3 && !arg_integer(call, 2, &bits))
        return;
    if (bits <= 0 || bits > MOST) {
        reply_error(call->out,
                    "ERR ACL GENPASS argument must be the number of bits for "
                    "the output password, a positive number up to %d", MOST);
        return;
    }
    size_t len = (size_t)(bits + 3) / 4;
    for (size_t got = 0; got < sizeof random;) {
        ssize_t n = getrandom(random + got, sizeof random - got, 0);
        got += n > 0 ? (size_t)n : 0;
    }
    for (size_t i = 0; i < len; i++)
        text[i] = digits[random[i / 2] >> (i % 2 ? 0 : 4) & 15];
    reply_bulk(call->out, (struct slice){text, len});
}

static void reply_refusal(struct reply *out, const struct refusal *refusal)
{
    reply_map(out, 7);
    reply_string(out, "count");
    reply_integer(out, (long long)refusal->count);
    reply_string(out, "reason");
    reply_string(out, refusal->reason);
    reply_string(out, "context");
    reply_string(out, refusal->context);
    reply_string(out, "object");
    reply_bulk(out, refusal->object);
    reply_string(out, "username");
    reply_bulk(out, refusal->user);
    reply_string(out, "age-seconds");
    reply_double(out, (double)(clock_wall_ms() - refusal->at) / 1000);
    reply_string(out, "client-info");
    reply_bulk(out, refusal->client);
}

/* log = "ACL" "LOG" [ count / "RESET" ] */
void cmd_acl_log(struct call *call)
{
    struct acl *acl = &call->core->acl;
    long long most = 10;
    if (call->argc > 3) {
        reply_try_help(call);
        return;
    }
    if (call->argc == 3 && arg_is(call, 2, "reset")) {
        acl_forget(acl);
        reply_ok(call);
        return;
    }
    if (call->argc == 3 && !arg_integer(call, 2, &most))
        return;
    long long n = 0;
    pthread_mutex_lock(&acl->lock);
    const struct refusal *refusal = acl->newest;
    for (; refusal != NULL && n < most; refusal = refusal->next)
        n++;
    reply_array(call->out, (size_t)n);
    for (refusal = acl->newest; n > 0; n--, refusal = refusal->next)
        reply_refusal(call->out, refusal);
    pthread_mutex_unlock(&acl->lock);
}

static void reply_denied(struct call *call, enum permit denied,
                         const struct command *command, struct slice word)
{
    char text[256];
    int most = word.len < 128 ? (int)word.len : 128;
    int n = denied == DENIED_COMMAND
                ? snprintf(text, sizeof text, "This user has no permissions to "
                           "run the '%s' command", command->name)
                : snprintf(text, sizeof text, "This user has no permissions to "
                           "access the '%.*s' %s", most, word.data,
                           denied == DENIED_KEY ? "key" : "channel");
    reply_bulk(call->out, (struct slice){text, (size_t)n});
}

/* dryrun = "ACL" "DRYRUN" user command { argument } */
void cmd_acl_dryrun(struct call *call)
{
    struct user *user = acl_find(&call->core->acl, arg(call, 2));
    const struct command *command = command_find(arg(call, 3));
    size_t argc = call->argc - 3;
    size_t word = 0;
    if (command != NULL && (command->flags & CMD_FAMILY) && argc > 1)
        command = command_find_member(command, arg(call, 4));
    if (user == NULL) {
        reply_error(call->out, "ERR User '%.*s' not found",
                    (int)arg(call, 2).len, arg(call, 2).data);
    } else if (command == NULL) {
        reply_error(call->out, "ERR Command '%.*s' not found",
                    (int)arg(call, 3).len, arg(call, 3).data);
    } else if (command->arity > 0 ? argc != (size_t)command->arity
                                  : argc < (size_t)-command->arity) {
        reply_error(call->out, "ERR wrong number of arguments for '%s' "
                               "command", command->name);
    } else {
        enum permit found =
            user_permits(user, command, call->argv + 3, argc, &word);
        if (found == PERMITTED)
            reply_ok(call);
        else
            reply_denied(call, found, command, arg(call, 3 + word));
    }
    user_release(user);
}

static void reply_no_file(struct call *call)
{
    reply_error(call->out,
                "ERR This Redis instance is not configured to use an ACL file. "
                "You may want to specify users via the ACL SETUSER command and "
                "then issue a CONFIG REWRITE (assuming you have a Redis "
                "configuration file set) in order to store users in the Redis "
                "configuration.");
}

void cmd_acl_load(struct call *call)
{
    reply_no_file(call);
}

void cmd_acl_save(struct call *call)
{
    reply_no_file(call);
}

void cmd_acl_help(struct call *call)
{
    static const char *const lines[] = {
        "CAT [<category>]",
        "    List all commands that belong to <category>, or all command "
        "categories",
        "    when no category is specified.",
        "DELUSER <username> [<username> ...]",
        "    Delete a list of users.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Returns whether the user can execute the given command without "
        "executing the command.",
        "GETUSER <username>",
        "    Get the user's details.",
        "GENPASS [<bits>]",
        "    Generate a secure 256-bit user password. The optional `bits` "
        "argument can",
        "    be used to specify a different size.",
        "LIST",
        "    Show users details in config file format.",
        "LOAD",
        "    Reload users from the ACL file.",
        "LOG [<count> | RESET]",
        "    Show the ACL log entries.",
        "SAVE",
        "    Save the current config to the ACL file.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create or modify a user with the specified attributes.",
        "USERS",
        "    List all the registered usernames.",
        "WHOAMI",
        "    Return the current connection username.",
        NULL,
    };
    reply_help(call, lines);
}
