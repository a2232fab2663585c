/* OBJECT: what Redis would say about how a value is kept. Ours are kept in
 * other ways, but they turn from small to large where those of Redis do. */
#include "command/object.h"
#include "command/functions.h"
#include "resp/resp.h"
#include "store/usage.h"
#include "types/hash.h"
#include "types/set.h"
#include "types/zset.h"

#include <limits.h>

enum {
    EMBEDDED = 44, /* bytes that Redis keeps in one piece with their header */
    SHARED = 10000 /* integers that Redis has only one of, for all keys */
};

static bool is_integer(const struct entry *entry, long long *number)
{
    return entry->type == TYPE_STRING && !entry->changed_in_place &&
           !entry->is_text &&
           slice_to_ll(entry_value(entry), number);
}

static const char *string_encoding(const struct entry *entry)
{
    long long number;
    if (is_integer(entry, &number))
        return "int";
    if (entry->changed_in_place || entry_value(entry).len > EMBEDDED)
        return "raw";
    return "embstr";
}

const char *object_encoding(const struct entry *entry)
{
    if (entry->type == TYPE_STRING)
        return string_encoding(entry);
    if (entry->type == TYPE_LIST)
        return "quicklist";
    const void *object = entry_object(entry);
    if (entry->type == TYPE_SET)
        return set_is_integers(object) ? "intset" : "hashtable";
    if (entry->type == TYPE_ZSET)
        return zset_is_packed(object) ? "listpack" : "skiplist";
    return hash_is_packed(object) ? "listpack" : "hashtable";
}

/* NULL: there is no such key, and that has been replied. */
static const struct entry *peek(struct call *call)
{
    const struct entry *entry = keyspace_peek(&call->space, &call->keys[0]);
    if (entry == NULL)
        reply_null(call->out);
    return entry;
}

void cmd_object_encoding(struct call *call)
{
    const struct entry *entry = peek(call);
    if (entry != NULL)
        reply_string(call->out, object_encoding(entry));
}

static enum policy policy(const struct call *call)
{
    return (enum policy)config_number(&call->core->config, SETTING_POLICY);
}

static bool counts_use(const struct call *call)
{
    return policy(call) == VOLATILE_LFU || policy(call) == ALLKEYS_LFU;
}

/* Keys that are to be evicted one by one share nothing. */
static bool may_share(const struct call *call)
{
    return config_number(&call->core->config, SETTING_MAXMEMORY) == 0 ||
           !(counts_use(call) || policy(call) == VOLATILE_LRU ||
             policy(call) == ALLKEYS_LRU);
}

void cmd_object_refcount(struct call *call)
{
    const struct entry *entry = peek(call);
    long long number;
    if (entry == NULL)
        return;
    bool shared = is_integer(entry, &number) && number >= 0 &&
                  number < SHARED && may_share(call);
    reply_integer(call->out, shared ? INT_MAX : 1);
}

static void reply_not_tracked(struct call *call, const char *is,
                              const char *what)
{
    reply_error(call->out,
                "ERR An LFU maxmemory policy is %sselected, %s not tracked. "
                "Please note that when switching between policies at runtime "
                "LRU and LFU data will take some time to adjust.", is, what);
}

void cmd_object_idletime(struct call *call)
{
    const struct entry *entry = peek(call);
    if (entry != NULL && counts_use(call))
        reply_not_tracked(call, "", "idle time");
    else if (entry != NULL)
        reply_integer(call->out, keyspace_idle(&call->space, entry));
}

void cmd_object_freq(struct call *call)
{
    const struct entry *entry = peek(call);
    if (entry != NULL && !counts_use(call))
        reply_not_tracked(call, "not ", "access frequency");
    else if (entry != NULL)
        reply_integer(call->out, usage_frequency(call->space.store, entry,
                                                 call->space.now));
}

void cmd_object_help(struct call *call)
{
    static const char *const lines[] = {
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to "
        "store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned "
        "integer is",
        "    proportional to the logarithm of the recent access frequency of "
        "the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated "
        "number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the "
        "specified",
        "    <key>.",
        "HELP",
        "    Prints this help.",
    };
    reply_lines(call, lines, sizeof lines / sizeof *lines);
}
