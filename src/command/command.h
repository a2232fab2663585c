/* A command: its line in the table, and one call of it.
 *
 * A command function locks nothing and sees nothing but its call: when it runs,
 * the shards of its keys (or, by its flags, the whole store) are held as its
 * line says. (SCAN alone takes shards itself: see CMD_WALKS.) It replies
 * exactly once. */
#ifndef COMMAND_H
#define COMMAND_H

#include "core/core.h"
#include "resp/reply.h"
#include "store/keyspace.h"

enum command_flags {
    CMD_READ = 1 << 0,  /* its locks are shared */
    CMD_WRITE = 1 << 1, /* its locks are exclusive */
    CMD_WHOLE = 1 << 2, /* has the whole store to itself */
    CMD_GROWS = 1 << 4,    /* may need more memory (Redis' "denyoom") */
    CMD_FAST = 1 << 5,     /* constant or logarithmic time, for COMMAND */
    CMD_ADMIN = 1 << 6,
    CMD_ANYBODY = 1 << 7, /* also before logging in */
    CMD_FAMILY = 1 << 8,  /* has subcommands: "config" has "config|get" */
    CMD_EXCLUSIVE = 1 << 9,  /* locks like a write, and is none: WATCH */
    CMD_IMMEDIATE = 1 << 10, /* not queued after MULTI */
    CMD_BLOCKING = 1 << 11,  /* may wait for its keys */
    CMD_WALKS = 1 << 12,     /* holds one shard after the other, by itself */
    CMD_SUBSCRIBED = 1 << 13, /* also for a RESP2 client that is subscribed */
    CMD_PUBLISHES = 1 << 14,  /* waits while CLIENT PAUSE holds writes back */
    CMD_NO_MULTI = 1 << 15,   /* nor after MULTI */
};

/* What a command does to keys. */
enum { CMD_TOUCHES = CMD_READ | CMD_WRITE | CMD_PUBLISHES };

enum command_group {
    GROUP_STRING,
    GROUP_GENERIC,
    GROUP_CONNECTION,
    GROUP_SERVER,
    GROUP_TRANSACTIONS,
    GROUP_LIST,
    GROUP_SET,
    GROUP_SORTED_SET,
    GROUP_HASH,
    GROUP_BITMAP,
    GROUP_PUBSUB,
};

struct call;

struct command {
    const char *name; /* in lower case */
    int arity;        /* words, the name's included; -n: at least n */
    int flags;
    struct {
        int first, last, step; /* which words are keys; last may count from
                                * the end: -1; first 0: none */
        int count_at; /* the word that tells how many keys follow it; 0: none */
    } keys;
    void (*run)(struct call *call);
    enum command_group group;
    const char *summary;
};

/* What the session has to do once the command function has returned. */
enum outcome {
    CALL_DONE,  /* nothing: it has replied */
    CALL_BLOCK, /* no reply yet: wait for a key to change, then call again */
    CALL_MULTI,
    CALL_EXEC,
    CALL_DISCARD,
    CALL_WATCH,
    CALL_UNWATCH,
    CALL_RESET, /* forget the transaction */
};

/* Waits until one of the call's first `keys` keys holds a value of the type. */
struct wait {
    enum value_type type;
    size_t keys;
    int64_t until; /* milliseconds, monotonic */
};

struct call {
    struct core *core;
    struct client *client;
    struct reply *out;
    const struct command *command;
    const struct slice *argv; /* borrowed until the call returns */
    size_t argc;
    const struct key *keys; /* the words that are keys, in their order */
    size_t key_count;
    struct keyspace space; /* the client's database */
    enum outcome outcome;
    bool may_block; /* false inside EXEC */
    bool holds_nothing; /* CMD_WALKS, and not inside EXEC, which holds all */
    bool in_turn;   /* it has waited, and now it is first in line; keys begins
                     * with the key for which this is so */
    struct wait wait; /* CALL_BLOCK: what for */
};

/* Which words of a request are keys; `words` (if not NULL) gets their numbers.
 * Returns how many. */
size_t command_keys(const struct command *command, const struct slice *argv,
                    size_t argc, size_t *words);

/* The result of a command that is stored, and what this is called. */
struct stored {
    enum value_type type;
    void *object;
    size_t count;
    enum notify_class class;
    const char *event;
};

/* Key `i`, whatever it holds, or NULL: found by a command that reads it, which
 * INFO counts. To peek is not to use the key. */
struct entry *call_read(struct call *call, size_t i);
struct entry *call_peek(struct call *call, size_t i);

/* The object of key `i`, or NULL when there is no such key. False: the key
 * holds another type, and the error has been replied. */
bool call_find(struct call *call, size_t i, enum value_type type,
               void **object);

/* Likewise, for a string: *entry is NULL when there is no such key. */
bool call_find_string(struct call *call, size_t i, struct entry **entry);

/* Like call_find, but makes an empty object when there is none: the caller puts
 * something in and calls call_changed. False: it has replied. */
bool call_make(struct call *call, size_t i, enum value_type type,
               void **object);

/* For a command that has changed the object of key `i` in place; one that is
 * empty now goes, and whoever subscribed to that hears it. */
void call_changed(struct call *call, size_t i, bool is_empty);

/* Tells those who subscribed to such events that this happened to the key. */
static inline void call_notify(struct call *call, enum notify_class class,
                               const char *event, const struct key *key)
{
    if (config_number(&call->core->config, SETTING_NOTIFY) != 0)
        notify(call->core, class, event, call->space.db, key->name);
}

/* Like call_find, for a command that may wait: if it may not have the object
 * yet, because others are in line for it, there is none. */
bool call_find_in_turn(struct call *call, size_t i, enum value_type type,
                       void **object);

/* For a command that finds nothing to do yet: waits until one of its first
 * `keys` keys holds a value of this type, or the timeout (milliseconds from
 * now; 0: never) has passed. Then it runs again, with only the one of these
 * keys that does, and call->in_turn. False inside EXEC, where nobody waits:
 * then the command replies that there is nothing. */
bool call_block(struct call *call, enum value_type type, size_t keys,
                int64_t timeout);

static inline struct slice arg(const struct call *call, size_t i)
{
    return call->argv[i];
}

/* Is word `i` this option, in any case? Like Redis, looks no further than the
 * first NUL. */
bool arg_is(const struct call *call, size_t i, const char *option);

/* Word `i` as a number; on false the error has been replied. */
bool arg_integer(struct call *call, size_t i, long long *number);

/* Likewise, within bounds. `error` is the reply when it is no such number;
 * NULL: Redis' general words for that. */
bool arg_in_range(struct call *call, size_t i, long long least, long long most,
                  const char *error, long long *number);

/* The command has run, and its keys are still held: if it has read them, and
 * the client tracks what it reads, it will hear when they change. */
void call_remember(struct call *call);

/* Replies what had to wait until it was known how many elements it is: `begin`
 * (reply_array or the like; NULL: nothing) announces them. Frees them. */
void reply_collected(struct call *call,
                     void (*begin)(struct reply *out, size_t count),
                     size_t count, struct reply *elements);

/* Sets the key to this object of `count` elements, or removes it if there are
 * none, and replies how many. The object is the caller's no longer. */
void call_store(struct call *call, const struct key *key,
                const struct stored *stored);

/* Lines of help. */
void reply_lines(struct call *call, const char *const *lines, size_t count);

void reply_ok(struct call *call);
void reply_syntax_error(struct call *call);
void reply_wrong_arity(struct call *call);
void reply_no_memory(struct call *call);

#endif
