/* A request is allowed if one of the user's sets of permissions allows its
 * command, all of its keys and all of its channels. When none does, the one
 * that came closest tells what was missing. */
#include "command/permit.h"
#include "base/clock.h"
#include "base/glob.h"
#include "command/client.h"
#include "command/keyspecs.h"
#include "command/table.h"

#include <stdlib.h>

static int access_of(const char *flags)
{
    int access = 0;
    if (has_word(flags, SLICE("access")))
        access |= ACCESS_READ;
    if (has_word(flags, SLICE("insert")) || has_word(flags, SLICE("delete")) ||
        has_word(flags, SLICE("update")))
        access |= ACCESS_WRITE;
    return access;
}

/* Which words are channels, and are they patterns? False: none. */
static bool find_channels(const struct command *command, size_t argc,
                          size_t *last, bool *literal)
{
    const char *name = command->name;
    *literal = strcmp(name, "psubscribe") == 0;
    *last = argc - 1;
    if (strcmp(name, "publish") == 0 || strcmp(name, "spublish") == 0)
        *last = 1;
    return *literal || *last != argc - 1 || strcmp(name, "subscribe") == 0 ||
           strcmp(name, "ssubscribe") == 0;
}

static bool allows(const struct permissions *set, const struct command *command,
                   const struct slice *argv, size_t argc)
{
    size_t number = (size_t)(command - command_table);
    return command_allowed(set, number) || (command->flags & CMD_ANYBODY) ||
           (argc > 1 && first_word_allowed(set, number, argv[1]));
}

static enum permit look(const struct permissions *set,
                        const struct command *command,
                        const struct slice *argv, size_t argc,
                        const struct key_use *uses, size_t n, size_t *word)
{
    size_t last;
    bool literal;
    if (!allows(set, command, argv, argc))
        return DENIED_COMMAND;
    for (size_t i = 0; i < n; i++) {
        *word = uses[i].word;
        if (!has_word(uses[i].flags, SLICE("not_key")) &&
            !key_allowed(set, argv[*word], access_of(uses[i].flags)))
            return DENIED_KEY;
    }
    if (!find_channels(command, argc, &last, &literal))
        return PERMITTED;
    for (*word = 1; *word <= last; ++*word)
        if (!channel_allowed(set, argv[*word], literal))
            return DENIED_CHANNEL;
    return PERMITTED;
}

static bool reads_any_key(const struct permissions *set)
{
    const struct pattern *p = set->keys;
    while (p != NULL && !((p->access & ACCESS_READ) &&
                          glob_is_all((struct slice){p->text, p->len})))
        p = p->next;
    return set->all_keys || p != NULL;
}

/* *word: of the set that came closest. */
static enum permit ask(const struct user *user, const struct command *command,
                       const struct slice *argv, size_t argc, bool any_key,
                       size_t *word)
{
    if (user->unrestricted)
        return PERMITTED;
    struct key_use *uses = malloc(argc * sizeof *uses);
    if (uses == NULL)
        return DENIED_COMMAND;
    size_t n = command_key_uses(command, argv, argc, uses);
    enum permit closest = PERMITTED;
    size_t at = 0;
    const struct permissions *set = &user->own;
    for (; set != NULL; set = set->next) {
        enum permit found = look(set, command, argv, argc, uses, n, &at);
        if (found == PERMITTED && any_key && !reads_any_key(set))
            found = DENIED_KEY;
        if (found == PERMITTED) {
            closest = PERMITTED;
            break;
        }
        if (found > closest || (found == closest && at > *word)) {
            closest = found;
            *word = at;
        }
    }
    free(uses);
    return closest;
}

enum permit user_permits(const struct user *user, const struct command *command,
                         const struct slice *argv, size_t argc, size_t *word)
{
    return ask(user, command, argv, argc, false, word);
}

bool user_permits_any_key(const struct user *user,
                          const struct command *command,
                          const struct slice *argv, size_t argc)
{
    size_t word = 0;
    return ask(user, command, argv, argc, true, &word) == PERMITTED;
}

void note_refusal(struct core *core, const struct client *client,
                  const char *reason, struct slice object, struct slice user)
{
    struct buf line = {0};
    client_describe(core, client, &line);
    const struct refusal refusal = {
        .reason = reason,
        .context = atomic_load(&client->queued) >= 0 ? "multi" : "toplevel",
        .object = object,
        .user = user,
        .client = buf_slice(&line),
        .at = clock_wall_ms(),
    };
    acl_note(&core->acl, &refusal,
             (size_t)config_number(&core->config, SETTING_ACLLOG_MOST));
    buf_free(&line);
}

void note_denied(struct core *core, const struct client *client,
                 enum permit denied, const struct command *command,
                 struct slice word)
{
    static const char *const reasons[] = {"", "command", "key", "channel"};
    if (denied == DENIED_COMMAND)
        word = (struct slice){command->name, strlen(command->name)};
    note_refusal(core, client, reasons[denied], word, client->user->name);
}
