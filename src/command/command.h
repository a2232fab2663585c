/* A command: its line in the table, and one call of it.
 *
 * A command function locks nothing and sees nothing but its call: when it runs,
 * the shards of its keys (or, by its flags, the whole store) are held as its
 * line says. It replies exactly once. */
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
};

enum command_group { GROUP_STRING, GROUP_GENERIC, GROUP_CONNECTION,
                     GROUP_SERVER };

struct call;

struct command {
    const char *name; /* in lower case */
    int arity;        /* words, the name's included; -n: at least n */
    int flags;
    struct {
        int first, last, step; /* which words are keys; last may count from
                                * the end: -1; first 0: none */
    } keys;
    void (*run)(struct call *call);
    enum command_group group;
    const char *summary;
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
};

static inline struct slice arg(const struct call *call, size_t i)
{
    return call->argv[i];
}

/* Is word `i` this option, in any case? */
bool arg_is(const struct call *call, size_t i, const char *option);

/* Word `i` as a number; on false the error has been replied. */
bool arg_integer(struct call *call, size_t i, long long *number);

void reply_ok(struct call *call);
void reply_syntax_error(struct call *call);
void reply_no_memory(struct call *call);

#endif
