#include "core/user.h"
#include "base/glob.h"
#include "base/text.h"

#include <stdlib.h>

struct user *user_new(struct slice name)
{
    struct user *user = calloc(1, sizeof *user + name.len + 1);
    if (user == NULL)
        return NULL;
    char *copy = (char *)(user + 1);
    memcpy(copy, name.data, name.len);
    user->name = (struct slice){copy, name.len};
    atomic_init(&user->holders, 1);
    return user;
}

static bool is_first_word(const struct first_word *first, size_t command,
                          struct slice word)
{
    return first->command == command &&
           slice_is_word((struct slice){first->text, first->len}, word);
}

bool first_word_allowed(const struct permissions *set, size_t command,
                        struct slice word)
{
    const struct first_word *first = set->first_words;
    while (first != NULL && !is_first_word(first, command, word))
        first = first->next;
    return first != NULL;
}

bool first_word_add(struct permissions *set, size_t command, struct slice word)
{
    struct first_word **link = &set->first_words;
    while (*link != NULL && !is_first_word(*link, command, word))
        link = &(*link)->next;
    if (*link != NULL)
        return true;
    *link = malloc(sizeof **link + word.len);
    if (*link == NULL)
        return false;
    **link = (struct first_word){.command = command, .len = word.len};
    memcpy((*link)->text, word.data, word.len);
    return true;
}

void first_word_free_all(struct permissions *set, size_t command)
{
    struct first_word **link = &set->first_words;
    while (*link != NULL) {
        struct first_word *first = *link;
        if (command != USER_COMMANDS && first->command != command) {
            link = &first->next;
            continue;
        }
        *link = first->next;
        free(first);
    }
}

bool pattern_add(struct pattern **list, struct slice text, int access)
{
    while (*list != NULL) {
        if (slice_equal((struct slice){(*list)->text, (*list)->len}, text)) {
            (*list)->access |= access;
            return true;
        }
        list = &(*list)->next;
    }
    struct pattern *pattern = malloc(sizeof *pattern + text.len);
    if (pattern == NULL)
        return false;
    *pattern = (struct pattern){.access = access, .len = text.len};
    if (text.len > 0)
        memcpy(pattern->text, text.data, text.len);
    *list = pattern;
    return true;
}

void pattern_free_all(struct pattern **list)
{
    while (*list != NULL) {
        struct pattern *next = (*list)->next;
        free(*list);
        *list = next;
    }
}

static bool copy_first_words(struct permissions *to,
                             const struct first_word *from)
{
    bool good = true;
    for (; from != NULL && good; from = from->next)
        good = first_word_add(to, from->command,
                              (struct slice){from->text, from->len});
    return good;
}

static bool copy_patterns(struct pattern **to, const struct pattern *from)
{
    bool good = true;
    for (*to = NULL; from != NULL && good; from = from->next)
        good = pattern_add(to, (struct slice){from->text, from->len},
                           from->access);
    return good;
}

/* What `to` had is forgotten; its place in the list stays. */
static bool copy_permissions(struct permissions *to,
                             const struct permissions *from)
{
    struct permissions *next = to->next;
    *to = *from;
    to->next = next;
    to->first_words = NULL;
    to->keys = to->channels = NULL;
    return copy_first_words(to, from->first_words) &&
           copy_patterns(&to->keys, from->keys) &&
           copy_patterns(&to->channels, from->channels);
}

static void free_lists(struct permissions *set)
{
    first_word_free_all(set, USER_COMMANDS);
    pattern_free_all(&set->keys);
    pattern_free_all(&set->channels);
}

struct permissions *selector_add(struct user *user)
{
    struct permissions *last = &user->own;
    while (last->next != NULL)
        last = last->next;
    last->next = calloc(1, sizeof *last->next);
    return last->next;
}

void selector_free_all(struct user *user)
{
    while (user->own.next != NULL) {
        struct permissions *selector = user->own.next;
        user->own.next = selector->next;
        free_lists(selector);
        free(selector);
    }
}

bool password_add(struct user *user, struct slice password)
{
    struct password *added = calloc(1, sizeof *added);
    if (added == NULL)
        return false;
    sha256_hex(password, added->hash);
    added->next = user->passwords;
    user->passwords = added;
    return true;
}

void password_free_all(struct user *user)
{
    while (user->passwords != NULL) {
        struct password *next = user->passwords->next;
        free(user->passwords);
        user->passwords = next;
    }
}

static bool copy_passwords(struct password **to, const struct password *from)
{
    for (; from != NULL; from = from->next) {
        *to = malloc(sizeof **to);
        if (*to == NULL)
            return false;
        **to = *from;
        (*to)->next = NULL;
        to = &(*to)->next;
    }
    return true;
}

struct user *user_copy(const struct user *user)
{
    struct user *copy = user_new(user->name);
    if (copy == NULL)
        return NULL;
    copy->enabled = user->enabled;
    copy->no_password = user->no_password;
    copy->payload = user->payload;
    copy->unrestricted = user->unrestricted;
    bool good = copy_passwords(&copy->passwords, user->passwords) &&
                copy_permissions(&copy->own, &user->own);
    const struct permissions *selector = user->own.next;
    for (; good && selector != NULL; selector = selector->next) {
        struct permissions *added = selector_add(copy);
        good = added != NULL && copy_permissions(added, selector);
    }
    if (good)
        return copy;
    user_release(copy);
    return NULL;
}

void user_hold(struct user *user)
{
    atomic_fetch_add(&user->holders, 1);
}

void user_release(struct user *user)
{
    if (user == NULL || atomic_fetch_sub(&user->holders, 1) > 1)
        return;
    password_free_all(user);
    selector_free_all(user);
    free_lists(&user->own);
    free(user);
}

/* Hashes of the same length; compared in the same time whatever they are, so
 * that the time tells nothing. */
static bool same_hash(const char *a, const char *b)
{
    unsigned differs = 0;
    for (int i = 0; i < SHA256_HEX; i++)
        differs |= (unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

bool user_accepts(const struct user *user, struct slice password)
{
    char hash[SHA256_HEX + 1];
    bool same = user->no_password;
    sha256_hex(password, hash);
    for (const struct password *p = user->passwords; p != NULL; p = p->next)
        same |= same_hash(p->hash, hash);
    return same && user->enabled;
}

bool key_allowed(const struct permissions *set, struct slice key, int access)
{
    if (set->all_keys)
        return true;
    for (const struct pattern *p = set->keys; p != NULL; p = p->next)
        if ((p->access & access) == access &&
            glob_match((struct slice){p->text, p->len}, key))
            return true;
    return false;
}

bool channel_allowed(const struct permissions *set, struct slice channel,
                     bool literal)
{
    if (set->all_channels)
        return true;
    for (const struct pattern *p = set->channels; p != NULL; p = p->next) {
        struct slice pattern = {p->text, p->len};
        if (literal ? slice_equal(pattern, channel)
                    : glob_match(pattern, channel))
            return true;
    }
    return false;
}
