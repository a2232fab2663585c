/* The commands of a user are a set of bits; what is shown is a short way to
 * make it: from all or from none, the categories that fit best, one after the
 * other, then command by command what is still different.
 *
 *     -@all +@read +client|id -get +select|0 */
#include "base/text.h"
#include "command/acl_rules.h"
#include "command/catalog.h"
#include "command/table.h"

static void append_rule(struct buf *out, bool adds, const char *prefix,
                        const char *name)
{
    buf_add(out, adds ? " +" : " -");
    buf_add(out, prefix);
    buf_add(out, name);
}

/* How many commands of the category `set` allows, and how many it does not. */
static void count_category(const struct permissions *set, const char *category,
                           size_t *on, size_t *off)
{
    struct slice name = {category, strlen(category)};
    *on = *off = 0;
    for (size_t i = 0; i < command_count; i++)
        if (has_word(command_facts(&command_table[i])->categories, name))
            ++*(command_allowed(set, i) ? on : off);
}

static void set_category(struct permissions *set, const char *category,
                         bool allowed)
{
    struct slice name = {category, strlen(category)};
    for (size_t i = 0; i < command_count; i++)
        if (has_word(command_facts(&command_table[i])->categories, name))
            command_allow(set, i, allowed);
}

/* The category, not yet `applied`, that has more in common with what is left
 * than not, and fewest differences; NULL: none. */
static const char *best_category(const struct permissions *left, bool adds,
                                 unsigned applied, size_t *which)
{
    const char *best = NULL;
    size_t least = SIZE_MAX;
    size_t most = 0;
    for (size_t i = 0; acl_categories[i] != NULL; i++) {
        size_t on, off;
        if (applied >> i & 1)
            continue;
        count_category(left, acl_categories[i], &on, &off);
        size_t same = adds ? on : off;
        size_t differs = adds ? off : on;
        if (same <= differs || differs > least ||
            (differs == least && same <= most))
            continue;
        best = acl_categories[i];
        least = differs;
        most = same;
        *which = i;
    }
    return best;
}

/* Of a family, it is said of all. */
static void say_command(struct permissions *said, size_t number, bool allowed,
                        struct buf *out)
{
    const char *name = command_table[number].name;
    size_t len = strlen(name);
    append_rule(out, allowed, "", name);
    command_allow(said, number, allowed);
    for (size_t i = number + 1; i < command_count; i++)
        if (strncmp(command_table[i].name, name, len) == 0 &&
            command_table[i].name[len] == '|')
            command_allow(said, i, allowed);
}

static void append_first_words(const struct permissions *set, size_t number,
                               struct buf *out)
{
    const struct first_word *first = set->first_words;
    for (; first != NULL; first = first->next) {
        if (first->command != number)
            continue;
        append_rule(out, true, command_table[number].name, "|");
        buf_append(out, first->text, first->len);
    }
}

void acl_describe_commands(const struct permissions *set, struct buf *out)
{
    bool adds = !set->unknown;
    struct permissions left = *set; /* what still has to be said */
    struct permissions said = {.unknown = set->unknown};
    memset(said.commands, adds ? 0 : 0xff, sizeof said.commands);
    buf_add(out, adds ? "-@all" : "+@all");
    unsigned applied = 0;
    size_t which = 0;
    const char *category;
    while ((category = best_category(&left, adds, applied, &which)) != NULL) {
        append_rule(out, adds, "@", category);
        set_category(&said, category, adds);
        set_category(&left, category, !adds);
        applied |= 1U << which;
    }
    for (size_t i = 0; i < command_count; i++) {
        bool allowed = command_allowed(set, i);
        if (allowed != command_allowed(&said, i))
            say_command(&said, i, allowed, out);
        if (!allowed)
            append_first_words(set, i, out);
    }
}

void acl_describe_keys(const struct permissions *set, struct buf *out)
{
    if (set->all_keys)
        buf_add(out, "~*");
    for (const struct pattern *p = set->keys; p != NULL; p = p->next) {
        buf_add(out, p->access == ACCESS_READ    ? "%R~"
                    : p->access == ACCESS_WRITE ? "%W~"
                                                : "~");
        buf_append(out, p->text, p->len);
        buf_add(out, p->next ? " " : "");
    }
}

void acl_describe_channels(const struct permissions *set, struct buf *out)
{
    if (set->all_channels)
        buf_add(out, "&*");
    for (const struct pattern *p = set->channels; p != NULL; p = p->next) {
        buf_add(out, "&");
        buf_append(out, p->text, p->len);
        buf_add(out, p->next ? " " : "");
    }
}

static void describe_set(const struct permissions *set, struct buf *out)
{
    acl_describe_keys(set, out);
    buf_add(out, set->all_keys || set->keys != NULL ? " " : "");
    buf_add(out, set->all_channels ? "" : "resetchannels ");
    acl_describe_channels(set, out);
    buf_add(out, set->all_channels || set->channels != NULL ? " " : "");
    acl_describe_commands(set, out);
}

void acl_describe(const struct user *user, struct buf *out)
{
    buf_add(out, "user ");
    buf_append(out, user->name.data, user->name.len);
    buf_add(out, user->enabled ? " on " : " off ");
    buf_add(out, user->no_password ? "nopass " : "");
    buf_add(out, user->payload ? user->payload : "");
    buf_add(out, user->payload ? " " : "");
    for (const struct password *p = user->passwords; p != NULL; p = p->next) {
        buf_add(out, "#");
        buf_add(out, p->hash);
        buf_add(out, " ");
    }
    describe_set(&user->own, out);
    const struct permissions *selector = user->own.next;
    for (; selector != NULL; selector = selector->next) {
        buf_add(out, " (");
        describe_set(selector, out);
        buf_add(out, ")");
    }
}

void acl_describe_all(struct acl *acl, struct buf *out)
{
    pthread_mutex_lock(&acl->lock);
    for (const struct user *user = acl->first; user; user = user->next) {
        acl_describe(user, out);
        buf_add(out, "\n");
    }
    pthread_mutex_unlock(&acl->lock);
}
