#include "command/acl_rules.h"
#include "base/text.h"
#include "command/catalog.h"
#include "command/table.h"

#include <ctype.h>
#include <stdlib.h>

static const char syntax[] = "Syntax error";
static const char unknown[] = "Unknown command or category name in ACL";

const char acl_no_memory[] = "Out of memory";
const char acl_unmatched[] = "Unmatched parenthesis in acl selector";

const char *const acl_categories[] = {
    "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string",
    "bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow",
    "blocking", "dangerous", "connection", "transaction", "scripting", NULL,
};

bool acl_is_category(struct slice name)
{
    for (size_t i = 0; acl_categories[i] != NULL; i++)
        if (slice_is(name, acl_categories[i]))
            return true;
    return false;
}

static struct slice after(struct slice rule, size_t n)
{
    return (struct slice){rule.data + n, rule.len - n};
}

bool acl_has_space(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (isspace((unsigned char)text.data[i]) || text.data[i] == '\0')
            return true;
    return false;
}

static void allow_all(struct permissions *set, bool allow)
{
    memset(set->commands, allow ? 0xff : 0, sizeof set->commands);
    set->unknown = allow;
    first_word_free_all(set, USER_COMMANDS);
}

static void allow_one(struct permissions *set, size_t number, bool allowed)
{
    command_allow(set, number, allowed);
    first_word_free_all(set, number);
}

/* A family brings its members, which stand behind it in the table. */
static void allow(struct permissions *set, const struct command *command,
                  bool allowed)
{
    size_t number = (size_t)(command - command_table);
    size_t len = strlen(command->name);
    allow_one(set, number, allowed);
    while (++number < command_count &&
           strncmp(command_table[number].name, command->name, len) == 0 &&
           command_table[number].name[len] == '|')
        allow_one(set, number, allowed);
}

static void allow_category(struct permissions *set, struct slice category,
                           bool allowed)
{
    for (size_t i = 0; i < command_count; i++)
        if (has_word(command_facts(&command_table[i])->categories, category))
            allow(set, &command_table[i], allowed);
}

/* "+config|get" is a command; "+select|0" is not, but SELECT whose first
 * argument is 0. */
static const char *apply_first_word(struct permissions *set, struct slice name,
                                    const char *bar)
{
    struct slice family = {name.data, (size_t)(bar - name.data)};
    struct slice word = after(name, family.len + 1);
    const struct command *command = command_find(family);
    if (command == NULL)
        return unknown;
    if (strchr(command->name, '|') != NULL)
        return "Allowing first-arg of a subcommand is not supported";
    if (word.len == 0 || acl_has_space(word))
        return syntax;
    if (command->flags & CMD_FAMILY)
        return unknown;
    size_t number = (size_t)(command - command_table);
    return first_word_add(set, number, word) ? NULL : acl_no_memory;
}

/* "+get", "-@all" ... */
static const char *apply_command(struct permissions *set, struct slice rule)
{
    bool allowed = rule.data[0] == '+';
    struct slice name = after(rule, 1);
    if (slice_is(name, "@all")) {
        allow_all(set, allowed);
    } else if (name.len > 0 && name.data[0] == '@') {
        if (!acl_is_category(after(name, 1)))
            return unknown;
        allow_category(set, after(name, 1), allowed);
    } else {
        const struct command *command = command_find(name);
        const char *bar = memrchr(name.data, '|', name.len);
        if (command == NULL && allowed && bar != NULL)
            return apply_first_word(set, name, bar);
        if (command == NULL)
            return unknown;
        allow(set, command, allowed);
    }
    return NULL;
}

/* "~pattern", "%RW~pattern" */
static const char *apply_key(struct permissions *set, struct slice rule)
{
    int access = ACCESS_READ | ACCESS_WRITE;
    size_t at = 1;
    if (set->all_keys)
        return "Adding a pattern after the * pattern (or the 'allkeys' flag) "
               "is not valid and does not have any effect. Try 'resetkeys' to "
               "start with an empty list of patterns";
    if (rule.data[0] == '%') {
        access = 0;
        for (; at < rule.len && rule.data[at] != '~'; at++) {
            int one = toupper((unsigned char)rule.data[at]) == 'R' ? ACCESS_READ
                      : toupper((unsigned char)rule.data[at]) == 'W'
                          ? ACCESS_WRITE
                          : access;
            if (access & one || one == 0)
                return syntax;
            access |= one;
        }
        if (access == 0)
            return syntax;
        at += at < rule.len;
    }
    if (acl_has_space(after(rule, at)))
        return syntax;
    return pattern_add(&set->keys, after(rule, at), access) ? NULL
                                                            : acl_no_memory;
}

static const char *apply_channel(struct permissions *set, struct slice rule)
{
    if (set->all_channels)
        return "Adding a pattern after the * pattern (or the 'allchannels' "
               "flag) is not valid and does not have any effect. Try "
               "'resetchannels' to start with an empty list of channels";
    if (acl_has_space(rule))
        return syntax;
    return pattern_add(&set->channels, after(rule, 1), 0) ? NULL
                                                          : acl_no_memory;
}

static const char *apply_permission(struct permissions *set, struct slice rule)
{
    bool all_keys = slice_is(rule, "allkeys") || slice_is(rule, "~*");
    bool all_channels = slice_is(rule, "allchannels") || slice_is(rule, "&*");
    if (all_keys || slice_is(rule, "resetkeys")) {
        pattern_free_all(&set->keys);
        set->all_keys = all_keys;
    } else if (all_channels || slice_is(rule, "resetchannels")) {
        pattern_free_all(&set->channels);
        set->all_channels = all_channels;
    } else if (slice_is(rule, "allcommands") || slice_is(rule, "nocommands")) {
        allow_all(set, slice_is(rule, "allcommands"));
    } else if (rule.data[0] == '+' || rule.data[0] == '-') {
        return apply_command(set, rule);
    } else if (rule.data[0] == '~' || rule.data[0] == '%') {
        return apply_key(set, rule);
    } else if (rule.data[0] == '&') {
        return apply_channel(set, rule);
    } else {
        return syntax;
    }
    return NULL;
}

/* "(" ... ")" */
static const char *apply_selector(struct user *user, struct slice rule,
                                  bool open_channels)
{
    struct permissions *set = selector_add(user);
    if (set == NULL)
        return acl_no_memory;
    set->all_channels = open_channels;
    struct slice rest = {rule.data + 1, rule.len - 2};
    while (rest.len > 0) {
        const char *space = memchr(rest.data, ' ', rest.len);
        size_t len = space ? (size_t)(space - rest.data) : rest.len;
        const char *why = NULL;
        if (len > 0)
            why = apply_permission(set, (struct slice){rest.data, len});
        if (why != NULL)
            return why;
        rest = after(rest, len + (space != NULL));
    }
    return NULL;
}

static bool is_hash(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!isdigit((unsigned char)text.data[i]) &&
            (text.data[i] < 'a' || text.data[i] > 'f'))
            return false;
    return text.len == SHA256_HEX;
}

/* ">password" and "#hash" add one, "<password" and "!hash" take one away. */
static const char *apply_password(struct user *user, struct slice rule)
{
    char hash[SHA256_HEX + 1] = {0};
    bool adds = rule.data[0] == '>' || rule.data[0] == '#';
    if (rule.data[0] == '>' || rule.data[0] == '<')
        sha256_hex(after(rule, 1), hash);
    else if (is_hash(after(rule, 1)))
        memcpy(hash, rule.data + 1, SHA256_HEX);
    else
        return "The password hash must be exactly 64 characters and contain "
               "only lowercase hexadecimal characters";
    struct password **link = &user->passwords;
    while (*link != NULL && strcmp((*link)->hash, hash) != 0)
        link = &(*link)->next;
    struct password *found = *link;
    if (!adds && found == NULL)
        return "The password you are trying to remove from the user does not "
               "exist";
    if (!adds) {
        *link = found->next;
        free(found);
    } else if (found == NULL) {
        *link = calloc(1, sizeof **link);
        if (*link == NULL)
            return acl_no_memory;
        memcpy((*link)->hash, hash, sizeof hash);
    }
    user->no_password = user->no_password && !adds;
    return NULL;
}

static void reset(struct user *user, bool open_channels)
{
    struct permissions *own = &user->own;
    password_free_all(user);
    selector_free_all(user);
    pattern_free_all(&own->keys);
    pattern_free_all(&own->channels);
    user->payload = "sanitize-payload";
    user->no_password = user->enabled = own->all_keys = false;
    own->all_channels = open_channels;
    allow_all(own, false);
}

static const char *apply(struct user *user, struct slice rule,
                         bool open_channels)
{
    if (slice_is(rule, "on") || slice_is(rule, "off")) {
        user->enabled = slice_is(rule, "on");
    } else if (slice_is(rule, "nopass") || slice_is(rule, "resetpass")) {
        user->no_password = slice_is(rule, "nopass");
        password_free_all(user);
    } else if (slice_is(rule, "reset")) {
        reset(user, open_channels);
    } else if (slice_is(rule, "clearselectors")) {
        selector_free_all(user);
    } else if (slice_is(rule, "sanitize-payload")) {
        user->payload = "sanitize-payload";
    } else if (slice_is(rule, "skip-sanitize-payload")) {
        user->payload = "skip-sanitize-payload";
    } else if (memchr("><#!", rule.data[0], 4) != NULL) {
        return apply_password(user, rule);
    } else if (rule.data[0] == '(' && rule.data[rule.len - 1] == ')') {
        return apply_selector(user, rule, open_channels);
    } else {
        return apply_permission(&user->own, rule);
    }
    return NULL;
}

static bool allows_everything(const struct permissions *set)
{
    bool all = set->all_keys && set->all_channels;
    for (size_t i = 0; i < USER_COMMANDS / 64; i++)
        all = all && set->commands[i] == UINT64_MAX;
    return all;
}

const char *acl_apply(struct user *user, struct slice rule, bool open_channels)
{
    const char *why = NULL;
    if (rule.len > 0)
        why = apply(user, rule, open_channels);
    user->unrestricted = allows_everything(&user->own);
    return why;
}

/* The next rule from word *i on, which goes behind it. False: its end is
 * missing. */
static bool next_rule(const struct slice *words, size_t count, size_t *i,
                      struct buf *rule)
{
    struct slice word = words[*i];
    bool closed = word.len == 0 || word.data[0] != '(';
    buf_append(rule, word.data, word.len);
    closed = closed || word.data[word.len - 1] == ')';
    while (++*i < count && !closed) {
        word = words[*i];
        buf_append(rule, " ", 1);
        buf_append(rule, word.data, word.len);
        closed = word.len > 0 && word.data[word.len - 1] == ')';
    }
    return closed;
}

bool acl_apply_all(struct user *user, const struct slice *words, size_t count,
                   bool open_channels, struct acl_mistake *mistake)
{
    struct buf *rule = &mistake->rule;
    for (size_t i = 0; i < count && mistake->why == NULL;) {
        struct slice first = words[i];
        buf_free(rule);
        if (!next_rule(words, count, &i, rule)) {
            buf_free(rule);
            buf_append(rule, first.data, first.len);
            mistake->why = acl_unmatched;
        } else {
            mistake->why = rule->failed ? acl_no_memory
                                        : acl_apply(user, buf_slice(rule),
                                                    open_channels);
        }
    }
    return mistake->why == NULL;
}
