/* Hashes. */
#include "types/hash.h"
#include "command/functions.h"
#include "command/number.h"
#include "command/sample.h"
#include "command/scan.h"
#include "resp/resp.h"

#include <math.h>

static bool find(struct call *call, struct hash **hash)
{
    void *object;
    if (!call_find(call, 0, TYPE_HASH, &object))
        return false;
    *hash = object;
    return true;
}

static bool make(struct call *call, struct hash **hash)
{
    void *object;
    if (!call_make(call, 0, TYPE_HASH, &object))
        return false;
    *hash = object;
    return true;
}

static bool get(const struct hash *hash, struct slice field,
                struct slice *value)
{
    return hash != NULL && hash_get(hash, field, value);
}

/* Sets fields, words[0] and so on, to the words behind them. On false
 * there was no memory, the error has been replied, nothing has changed, and the
 * hash has gone if it is empty. */
static bool put(struct call *call, struct hash *hash, const struct slice *words,
                size_t count, size_t *added)
{
    const struct config *config = &call->core->config;
    struct hash_limits limits = {
        (size_t)config_number(config, SETTING_HASH_ENTRIES),
        (size_t)config_number(config, SETTING_HASH_VALUE),
    };
    if (hash_put_all(hash, words, count, &limits, added))
        return true;
    call_changed(call, 0, hash_count(hash) == 0);
    reply_no_memory(call);
    return false;
}

static void tell(struct call *call, const struct hash *hash, const char *event)
{
    call_notify(call, NOTIFY_HASH, event, &call->keys[0]);
    call_changed(call, 0, hash_count(hash) == 0);
}

static bool put_all(struct call *call, size_t *added)
{
    struct hash *hash;
    if (call->argc % 2 == 1) {
        reply_wrong_arity(call);
        return false;
    }
    if (!make(call, &hash) ||
        !put(call, hash, call->argv + 2, call->argc - 2, added))
        return false;
    tell(call, hash, "hset");
    return true;
}

void cmd_hset(struct call *call)
{
    size_t added;
    if (put_all(call, &added))
        reply_integer(call->out, (long long)added);
}

void cmd_hmset(struct call *call)
{
    size_t added;
    if (put_all(call, &added))
        reply_ok(call);
}

void cmd_hsetnx(struct call *call)
{
    struct hash *hash;
    struct slice old;
    size_t added;
    if (!make(call, &hash))
        return;
    if (hash_get(hash, arg(call, 2), &old)) {
        reply_integer(call->out, 0);
    } else if (put(call, hash, call->argv + 2, 2, &added)) {
        tell(call, hash, "hset");
        reply_integer(call->out, 1);
    }
}

static void reply_value(struct call *call, const struct hash *hash, size_t i)
{
    struct slice value;
    if (get(hash, arg(call, i), &value))
        reply_bulk(call->out, value);
    else
        reply_null(call->out);
}

void cmd_hget(struct call *call)
{
    struct hash *hash;
    if (find(call, &hash))
        reply_value(call, hash, 2);
}

void cmd_hmget(struct call *call)
{
    struct hash *hash;
    if (!find(call, &hash))
        return;
    reply_array(call->out, call->argc - 2);
    for (size_t i = 2; i < call->argc; i++)
        reply_value(call, hash, i);
}

static void reply_all(struct call *call, bool fields, bool values)
{
    struct hash *hash;
    if (!find(call, &hash))
        return;
    size_t count = hash ? hash_count(hash) : 0;
    if (fields && values)
        reply_map(call->out, count);
    else
        reply_array(call->out, count);
    struct hash_walk walk = {.hash = hash};
    struct pair pair;
    while (hash != NULL && hash_step(&walk, &pair)) {
        if (fields)
            reply_bulk(call->out, pair.field);
        if (values)
            reply_bulk(call->out, pair.value);
    }
}

void cmd_hgetall(struct call *call)
{
    reply_all(call, true, true);
}

void cmd_hkeys(struct call *call)
{
    reply_all(call, true, false);
}

void cmd_hvals(struct call *call)
{
    reply_all(call, false, true);
}

void cmd_hdel(struct call *call)
{
    struct hash *hash;
    long long removed = 0;
    if (!find(call, &hash))
        return;
    for (size_t i = 2; hash != NULL && i < call->argc; i++)
        removed += hash_remove(hash, arg(call, i));
    if (removed > 0)
        tell(call, hash, "hdel");
    reply_integer(call->out, removed);
}

void cmd_hlen(struct call *call)
{
    struct hash *hash;
    if (find(call, &hash))
        reply_integer(call->out, hash ? (long long)hash_count(hash) : 0);
}

void cmd_hexists(struct call *call)
{
    struct hash *hash;
    struct slice value;
    if (find(call, &hash))
        reply_integer(call->out, get(hash, arg(call, 2), &value));
}

void cmd_hstrlen(struct call *call)
{
    struct hash *hash;
    struct slice value = {NULL, 0};
    if (!find(call, &hash))
        return;
    get(hash, arg(call, 2), &value);
    reply_integer(call->out, (long long)value.len);
}

/* `problem` is what is wrong with the sum; NULL: nothing. False: it has been
 * replied, and nothing has changed. */
static bool put_sum(struct call *call, struct slice sum, const char *problem,
                    const char *event)
{
    struct hash *hash;
    size_t added;
    if (problem != NULL) {
        reply_error(call->out, "ERR %s", problem);
        return false;
    }
    if (!make(call, &hash) ||
        !put(call, hash, (struct slice[]){arg(call, 2), sum}, 2, &added))
        return false;
    tell(call, hash, event);
    return true;
}

void cmd_hincrby(struct call *call)
{
    struct hash *hash;
    struct slice old;
    long long by, sum = 0;
    if (!arg_integer(call, 3, &by) || !find(call, &hash))
        return;
    const char *problem = NULL;
    if (get(hash, arg(call, 2), &old) && !slice_to_ll(old, &sum))
        problem = "hash value is not an integer";
    else if (__builtin_add_overflow(sum, by, &sum))
        problem = "increment or decrement would overflow";
    char digits[24];
    struct slice text = {digits, format_ll(digits, sum)};
    if (put_sum(call, text, problem, "hincrby"))
        reply_integer(call->out, sum);
}

void cmd_hincrbyfloat(struct call *call)
{
    struct hash *hash;
    struct slice old;
    long double by, sum = 0;
    const char *problem = NULL;
    if (!arg_long_double(call, 3, &by))
        return;
    if (!isfinite(by)) {
        reply_error(call->out, "ERR value is NaN or Infinity");
        return;
    }
    if (!find(call, &hash))
        return;
    if (get(hash, arg(call, 2), &old) && !parse_long_double(old, &sum))
        problem = "hash value is not a float";
    sum += by;
    if (problem == NULL && !isfinite(sum))
        problem = "increment would produce NaN or Infinity";
    struct number_text digits;
    struct slice text = format_long_double(&digits, sum);
    if (put_sum(call, text, problem, "hincrbyfloat"))
        reply_bulk(call->out, text);
}

static void visit_random(const void *hash,
                         void (*visit)(struct pair pair, void *context),
                         void *context)
{
    visit(hash_random(hash), context);
}

static uint64_t scan_any(const void *hash, uint64_t cursor,
                         void (*visit)(struct pair pair, void *context),
                         void *context)
{
    return hash_scan(hash, cursor, visit, context);
}

void cmd_hrandfield(struct call *call)
{
    struct hash *hash;
    struct sample sample;
    if (!sample_parse(call, "withvalues", &sample) || !find(call, &hash))
        return;
    struct source source = {hash, hash ? hash_count(hash) : 0, visit_random,
                            scan_any, NULL};
    sample_reply(call, &sample, hash ? &source : NULL);
}

static void scan_pair(struct pair pair, void *context)
{
    struct scan *scan = context;
    if (!scan_wants(scan, pair.field))
        return;
    scan_add(scan, pair.field);
    scan_add(scan, pair.value);
}

void cmd_hscan(struct call *call)
{
    struct scan scan;
    void *hash;
    uint64_t next;
    if (!scan_object(call, TYPE_HASH, &scan, &hash))
        return;
    do
        next = hash_scan(hash, scan.cursor, scan_pair, &scan);
    while (scan_more(&scan, next));
    scan_reply(call, &scan);
}
