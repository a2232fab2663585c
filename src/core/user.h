/* Who a client is, and what he may do: the users of ACL. Commands are numbers
 * here, each one's place in the command table.
 *
 * A user that others can see never changes: who changes one makes a copy,
 * changes that and publishes it (core/acl.h). So looking at one needs no
 * lock. */
#ifndef USER_H
#define USER_H

#include "base/sha256.h"

#include <stdatomic.h>
#include <stdint.h>

enum { USER_COMMANDS = 512 /* at most */ };

/* What one does to a key. */
enum { ACCESS_READ = 1, ACCESS_WRITE = 2 };

struct pattern {
    struct pattern *next;
    int access; /* of a key's: what it allows */
    size_t len;
    char text[];
};

/* A command that is forbidden, but for requests with this first argument. */
struct first_word {
    struct first_word *next;
    size_t command;
    size_t len;
    char text[];
};

/* A set of permissions: a user's own, or a selector's. A request is allowed if
 * one set allows all of it. */
struct permissions {
    struct permissions *next;
    bool all_keys, all_channels;
    bool unknown; /* commands that are yet to come: began with +@all */
    uint64_t commands[USER_COMMANDS / 64];
    struct first_word *first_words;  /* in the order in which they came */
    struct pattern *keys, *channels; /* likewise */
};

struct password {
    struct password *next;
    char hash[SHA256_HEX + 1];
};

struct user {
    atomic_int holders;
    struct user *next; /* acl.lock */
    bool enabled;
    bool no_password;  /* any password will do */
    const char *payload; /* what was said of RESTORE's, a constant; or NULL */
    bool unrestricted; /* may do everything: nothing to look at */
    struct password *passwords;
    struct permissions own; /* and the selectors behind it */
    struct slice name;      /* in the same allocation */
};

/* Disabled, without any permission. NULL: no memory. Holds it. */
struct user *user_new(struct slice name);

/* A copy that nobody sees; NULL: no memory. Holds it. */
struct user *user_copy(const struct user *user);

void user_hold(struct user *user);
void user_release(struct user *user);

/* Does this password let him in? */
bool user_accepts(const struct user *user, struct slice password);

/* Permissions. On false there is no memory. */
bool first_word_add(struct permissions *set, size_t command, struct slice word);
bool pattern_add(struct pattern **list, struct slice text, int access);
void pattern_free_all(struct pattern **list);
struct permissions *selector_add(struct user *user);
void selector_free_all(struct user *user);

/* Of this command, or (USER_COMMANDS) of all. */
void first_word_free_all(struct permissions *set, size_t command);

bool password_add(struct user *user, struct slice password);
void password_free_all(struct user *user);

static inline bool command_allowed(const struct permissions *set, size_t number)
{
    return set->commands[number / 64] >> number % 64 & 1;
}

static inline void command_allow(struct permissions *set, size_t number,
                                 bool allow)
{
    uint64_t bit = (uint64_t)1 << number % 64;
    if (allow)
        set->commands[number / 64] |= bit;
    else
        set->commands[number / 64] &= ~bit;
}

/* Upper and lower case are the same. */
bool first_word_allowed(const struct permissions *set, size_t command,
                        struct slice word);

bool key_allowed(const struct permissions *set, struct slice key, int access);

/* `literal`: the channel is a pattern itself, and must be one of the set's. */
bool channel_allowed(const struct permissions *set, struct slice channel,
                     bool literal);

#endif
