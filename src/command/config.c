/* CONFIG: the settings of a running server. */
#include "base/glob.h"
#include "base/text.h"
#include "command/acl_rules.h"
#include "command/functions.h"
#include "command/help.h"

#include <ctype.h>
#include <errno.h>

/* A setting is shown under the name it was asked for by. */
static void reply_setting(struct call *call, enum setting setting,
                          struct slice name)
{
    struct buf text = config_text(&call->core->config, setting);
    reply_bulk(call->out, name);
    reply_bulk(call->out, buf_slice(&text));
    buf_free(&text);
}

/* Patterns ignore case: the names are in lower case, so lower the pattern. */
static void select_settings(struct slice pattern, struct slice asked[SETTINGS])
{
    char lower[64];
    if (pattern.len > sizeof lower)
        return;
    bool several = false;
    for (size_t i = 0; i < pattern.len; i++) {
        lower[i] = (char)tolower((unsigned char)pattern.data[i]);
        several |= strchr("*?[", lower[i]) != NULL;
    }
    for (int i = 0; i < SETTINGS; i++) {
        const char *text = config_name((enum setting)i);
        struct slice name = {text, strlen(text)};
        if (asked[i].len == 0 &&
            glob_match((struct slice){lower, pattern.len}, name))
            asked[i] = several ? name : pattern;
    }
}

void cmd_config_get(struct call *call)
{
    struct slice asked[SETTINGS] = {{0}}; /* their names, if asked for */
    for (size_t i = 2; i < call->argc; i++)
        select_settings(arg(call, i), asked);
    size_t n = 0;
    for (int i = 0; i < SETTINGS; i++)
        n += asked[i].len > 0;
    reply_map(call->out, n);
    for (int i = 0; i < SETTINGS; i++)
        if (asked[i].len > 0)
            reply_setting(call, (enum setting)i, asked[i]);
}

static void refuse(struct call *call, size_t i, const char *why)
{
    reply_error(call->out,
                "ERR CONFIG SET failed (possibly related to argument '%.*s') - "
                "%s", (int)arg(call, i).len, arg(call, i).data, why);
}

static bool named_before(const struct call *call, size_t i)
{
    for (size_t j = 2; j < i; j += 2)
        if (slice_is_word(arg(call, j), arg(call, i)))
            return true;
    return false;
}

/* Are these settings that can be set now, each of them once? */
static bool names_are_good(struct call *call)
{
    enum setting setting;
    for (size_t i = 2; i < call->argc; i += 2) {
        if (!config_find(arg(call, i), &setting)) {
            reply_error(call->out, "ERR Unknown option or number of arguments "
                                   "for CONFIG SET - '%.*s'",
                        (int)arg(call, i).len, arg(call, i).data);
            return false;
        }
        bool fixed = config_is_fixed(setting);
        if (fixed || named_before(call, i)) {
            refuse(call, i, fixed ? CONFIG_FIXED : "duplicate parameter");
            return false;
        }
    }
    return true;
}

static bool values_are_good(struct call *call)
{
    struct config_error error;
    for (size_t i = 2; i < call->argc; i += 2) {
        struct slice value = arg(call, i + 1);
        if (!config_check(CONFIG_RUNNING, arg(call, i), &value, 1, &error)) {
            refuse(call, i, error.text);
            return false;
        }
    }
    return true;
}

static bool set(struct call *call, size_t i)
{
    struct config_error error;
    struct slice value = arg(call, i + 1);
    bool good = config_set(&call->core->config, CONFIG_RUNNING, arg(call, i),
                           &value, 1, &error);
    if (!good)
        refuse(call, i, error.text);
    return good;
}

static bool set_password(struct call *call, size_t i)
{
    struct acl *acl = &call->core->acl;
    struct user *user = acl_with_password(acl, arg(call, i + 1));
    if (user == NULL)
        reply_no_memory(call);
    bool good = user != NULL && set(call, i);
    if (good)
        acl_publish(acl, user);
    user_release(user);
    return good;
}

/* All or nothing: the first rounds only look; then comes what may find no
 * memory, which only a password does, and then the rest. */
void cmd_config_set(struct call *call)
{
    if (call->argc % 2 != 0) {
        reply_syntax_error(call);
        return;
    }
    if (!names_are_good(call) || !values_are_good(call))
        return;
    for (size_t i = 2; i < call->argc; i += 2)
        if (arg_is(call, i, "requirepass") && !set_password(call, i))
            return;
    for (size_t i = 2; i < call->argc; i += 2)
        if (!arg_is(call, i, "requirepass") && !set(call, i))
            return;
    core_apply(call->core);
    reply_ok(call);
}

/* What was counted so far is forgotten. */
void cmd_config_resetstat(struct call *call)
{
    struct core *core = call->core;
    stats_reset(&core->stats);
    clients_forget_sums(&core->clients);
    atomic_store(&core->expired, 0);
    atomic_store(&core->evicted, 0);
    reply_ok(call);
}

static bool rewrite(struct core *core)
{
    struct buf users = {0};
    acl_describe_all(&core->acl, &users);
    errno = ENOMEM;
    bool good = !users.failed &&
                config_rewrite(&core->config, buf_slice(&users));
    int error = errno;
    buf_free(&users);
    errno = error;
    return good;
}

void cmd_config_rewrite(struct call *call)
{
    struct core *core = call->core;
    if (core->config.path[0] == '\0') {
        reply_error(call->out,
                    "ERR The server is running without a config file");
    } else if (!rewrite(core)) {
        log_write(&core->log, LOG_WARNING, "CONFIG REWRITE failed: %s",
                  strerror(errno));
        reply_error(call->out, "ERR Rewriting config file: %s",
                    strerror(errno));
    } else {
        log_write(&core->log, LOG_NOTICE, "CONFIG REWRITE: %s is written",
                  core->config.path);
        reply_ok(call);
    }
}

void cmd_config_help(struct call *call)
{
    static const char *const lines[] = {
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their "
        "values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Rewrite the configuration file.",
        NULL,
    };
    reply_help(call, lines);
}
