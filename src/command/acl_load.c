/* The users that the configuration declares, one a line:
 *
 *     user default off
 *     user joe on >secret ~cache:* +@read
 *
 * They are as if ACL SETUSER had made them from nothing. */
#include "command/acl_rules.h"
#include "core/core.h"
#include "resp/resp.h"

#include <limits.h>
#include <stdio.h>

enum { SHOWN = 40 /* bytes of a word that an error quotes */ };

/* NULL: no memory. */
static struct user *begin(struct slice name, bool open)
{
    struct user *user = user_new(name);
    if (user == NULL)
        return NULL;
    user->own.all_channels = open;
    if (slice_equal(name, SLICE("default")))
        acl_apply(user, SLICE("reset"), open);
    return user;
}

static void warn_if_off(struct core *core, const struct user *user)
{
    if (!user->enabled)
        log_write(&core->log, LOG_NOTICE,
                  "The user '%.*s' is disabled: its line has no \"on\"",
                  (int)user->name.len, user->name.data);
}

/* words: where the line stands, name, rules ... The user was not there before,
 * or he is "default". */
static bool declare(struct core *core, const struct slice *words, size_t count,
                    struct acl_mistake *mistake)
{
    bool open = config_number(&core->config, SETTING_ACL_PUBSUB) == 0;
    struct user *user = begin(words[1], open);
    if (user == NULL) {
        mistake->why = acl_no_memory;
        return false;
    }
    bool good = acl_apply_all(user, words + 2, count - 2, open, mistake);
    if (good) {
        acl_publish(&core->acl, user);
        warn_if_off(core, user);
    }
    user_release(user);
    return good;
}

static const char *check_name(struct core *core, struct slice name,
                              bool *has_default)
{
    struct user *same = acl_find(&core->acl, name);
    bool is_default = slice_equal(name, SLICE("default"));
    bool again = is_default ? *has_default : same != NULL;
    *has_default |= is_default;
    user_release(same);
    if (acl_has_space(name))
        return "Spaces not allowed in ACL usernames";
    if (again)
        return "Duplicate user found. A user can only be defined once in "
               "config files";
    return NULL;
}

static int shown(struct slice text)
{
    return text.len < SHOWN ? (int)text.len : SHOWN;
}

static bool load(struct core *core, const struct slice *words, size_t count,
                 bool *has_default, struct config_error *error)
{
    struct acl_mistake mistake = {.why = check_name(core, words[1],
                                                    has_default)};
    bool good = mistake.why == NULL && declare(core, words, count, &mistake);
    struct slice wrong = buf_len(&mistake.rule) > 0 ? buf_slice(&mistake.rule)
                                                    : words[1];
    if (!good)
        snprintf(error->text, sizeof error->text, "%.*s: '%.*s': %.80s",
                 (int)words[0].len, words[0].data, shown(wrong), wrong.data,
                 mistake.why);
    buf_free(&mistake.rule);
    return good;
}

bool acl_load(struct core *core, struct config_error *error)
{
    const struct resp_limits limits = {.words = INT_MAX, .bulk = INT_MAX,
                                       .line = INT_MAX};
    struct resp_parser line = {0};
    struct slice rest = buf_slice(&core->config.users);
    bool has_default = false;
    bool good = true;
    while (good && rest.len > 0 &&
           resp_parse(&line, rest, &limits) == RESP_DONE) {
        good = load(core, line.argv, line.argc, &has_default, error);
        rest.data += line.at;
        rest.len -= line.at;
        resp_next(&line);
    }
    if (good && rest.len > 0) {
        snprintf(error->text, sizeof error->text, "out of memory");
        good = false;
    }
    resp_free(&line);
    return good;
}
