/* Commands on keys, whatever their values, and on whole databases. */
#include "commands.h"
#include "glob.h"

void cmd_del(struct call *call)
{
    int n = 0;
    for (size_t i = 1; i < call->argc; i++)
        n += database_delete(call->db, call->argv[i], call->now);
    reply_line(&call->out, ":%d", n);
}

void cmd_exists(struct call *call)
{
    int n = 0;
    for (size_t i = 1; i < call->argc; i++)
        n += call_find(call, i) != NULL;
    reply_line(&call->out, ":%d", n);
}

void cmd_type(struct call *call)
{
    reply_line(&call->out, call_find(call, 1) != NULL ? "+string" : "+none");
}

/* The clients' clock counts from 1970, and can be set. The store's cannot. */
bool call_ttl(struct call *call, struct slice amount, int form, int64_t *end)
{
    long long n;
    if (!call_number(call, amount, &n))
        return false;
    int64_t now = clock_ms(CLOCK_REALTIME);
    int64_t start = form & TTL_FROM_1970 ? 0 : now;
    int64_t unit = form & TTL_MS ? 1 : 1000;
    if ((n <= 0 && !(form & TTL_NEGATIVE)) || n < INT64_MIN / unit ||
        n > (INT64_MAX - start) / unit)
        return call_error(call, "ERR invalid expire time in '%s' command",
                          call->command->name);
    int64_t at = start + n * unit;
    *end = at > now ? call->now + (at - now) : PAST;
    return true;
}

enum expire_option { NX = 1, XX = 2, GT = 4, LT = 8 };

static bool parse_expire(struct call *call, int *options)
{
    static const char *const names[] = {"nx", "xx", "gt", "lt", NULL};
    for (size_t i = 3; i < call->argc; i++) {
        struct slice word = call->argv[i];
        int option = word_option(word, names);
        if (option == 0)
            return call_error(call, "ERR Unsupported option %.*s",
                              (int)word.len, word.data);
        *options |= option;
    }
    const char *clash = *options & NX && *options != NX ? "NX and XX, GT or LT"
                        : *options & GT && *options & LT ? "GT and LT"
                                                         : NULL;
    return clash == NULL ||
           call_error(call, "ERR %s options at the same time are not "
                            "compatible", clash);
}

static bool in_ms(const struct call *call)
{
    return call->command->name[0] == 'p'; /* PEXPIRE, PTTL */
}

void cmd_expire(struct call *call)
{
    int options = 0, form = TTL_NEGATIVE | (in_ms(call) ? TTL_MS : 0);
    int64_t expires;
    if (!parse_expire(call, &options) ||
        !call_ttl(call, call->argv[2], form, &expires))
        return;
    struct entry *entry = call_find(call, 1);
    int64_t old = entry != NULL ? entry->expires : NEVER;
    bool may = entry != NULL && !(options & NX && old != NEVER) &&
               !(options & XX && old == NEVER) &&
               !(options & GT && expires <= old) &&
               !(options & LT && expires >= old);
    if (may && expires == PAST)
        database_delete(call->db, call->argv[1], call->now);
    else if (may)
        entry->expires = expires;
    reply_line(&call->out, ":%d", may);
}

void cmd_persist(struct call *call)
{
    struct entry *entry = call_find(call, 1);
    bool had = entry != NULL && entry->expires != NEVER;
    if (had)
        entry->expires = NEVER;
    reply_line(&call->out, ":%d", had);
}

/* TTL, PTTL. -1: lives for ever; -2: there is no such key. */
void cmd_ttl(struct call *call)
{
    const struct entry *entry = call_find(call, 1);
    int64_t left = -2;
    if (entry != NULL)
        left = entry->expires == NEVER ? -1 : entry->expires - call->now;
    if (left > 0 && !in_ms(call))
        left = (left + 500) / 1000;
    reply_line(&call->out, ":%lld", (long long)left);
}

static bool fits(const struct call *call, const struct entry *entry)
{
    return entry->expires >= call->now &&
           (glob_is_all(call->argv[1]) ||
            glob_match(call->argv[1], entry_key(entry)));
}

/* The answer says first how many there are, so we go through them twice. */
void cmd_keys(struct call *call)
{
    const struct entry *e = NULL;
    size_t n = 0;
    while ((e = database_next(call->db, e)) != NULL)
        n += fits(call, e);
    reply_line(&call->out, "*%zu", n);
    while ((e = database_next(call->db, e)) != NULL)
        if (fits(call, e))
            reply_bulk(&call->out, entry_key(e));
}

void cmd_dbsize(struct call *call)
{
    reply_line(&call->out, ":%zu", call->db->count);
}

/* FLUSHDB, FLUSHALL. What Redis frees later (ASYNC), we free now. */
void cmd_flush(struct call *call)
{
    struct slice how = call->argc > 1 ? call->argv[1] : SLICE("sync");
    if (call->argc > 2 || !(word_is(how, "sync") || word_is(how, "async"))) {
        call_error(call, "ERR syntax error");
        return;
    }
    bool all = strcmp(call->command->name, "flushall") == 0;
    struct database *first = all ? call->server->store.databases : call->db;
    for (int i = 0; i < (all ? DATABASES : 1); i++)
        database_flush(&first[i]);
    reply_line(&call->out, "+OK");
}
