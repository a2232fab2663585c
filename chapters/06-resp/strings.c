/* Commands on values. A value is any bytes; a number is its digits. */
#include "commands.h"

#include <limits.h>
#include <stdio.h>

static void reply_value(struct call *call, const struct entry *entry)
{
    if (entry == NULL)
        reply_null(&call->out);
    else
        reply_bulk(&call->out, entry_value(entry));
}

/* To be called when the answer is there: without memory it is taken back. */
static void put(struct call *call, size_t i, struct slice value, int64_t end)
{
    if (!database_put(call->db, call->argv[i], value, end))
        call_error(call, NO_MEMORY);
}

void cmd_get(struct call *call)
{
    reply_value(call, call_find(call, 1));
}

void cmd_mget(struct call *call)
{
    reply_line(&call->out, "*%zu", call->argc - 1);
    for (size_t i = 1; i < call->argc; i++)
        reply_value(call, call_find(call, i));
}

void cmd_strlen(struct call *call)
{
    const struct entry *entry = call_find(call, 1);
    reply_line(&call->out, ":%zu", entry != NULL ? entry->value_len : 0);
}

static const char *const set_options[] = {"nx", "xx",   "ex",   "px", "exat",
                                          "pxat", "keepttl", "get", NULL};
enum { NX = 1, XX = 2, EX = 4, PX = 8, EXAT = 16, PXAT = 32, KEEPTTL = 64,
       GET = 128, TIME = EX | PX | EXAT | PXAT };

/* options = { "NX" / "XX" / "GET" / "KEEPTTL" / ( "EX" / ... ) amount } */
static bool parse_set(struct call *call, int *options, struct slice *amount)
{
    for (size_t i = 3; i < call->argc; i++) {
        int option = word_option(call->argv[i], set_options);
        int others = *options & ~option;
        if (option == 0 || (option & (NX | XX) && others & (NX | XX)) ||
            (option & (TIME | KEEPTTL) && others & (TIME | KEEPTTL)) ||
            (option & TIME && i + 1 == call->argc))
            return call_error(call, "ERR syntax error");
        *options |= option;
        if (option & TIME)
            *amount = call->argv[++i];
    }
    return true;
}

void cmd_set(struct call *call)
{
    int options = 0;
    struct slice amount;
    int64_t expires = NEVER;
    if (!parse_set(call, &options, &amount))
        return;
    int form = (options & (PX | PXAT) ? TTL_MS : 0) |
               (options & (EXAT | PXAT) ? TTL_FROM_1970 : 0);
    if (options & TIME && !call_ttl(call, amount, form, &expires))
        return;
    const struct entry *old = call_find(call, 1);
    if (options & KEEPTTL && old != NULL)
        expires = old->expires;
    bool may = !(options & (old != NULL ? NX : XX));
    if (!may || options & GET)
        reply_value(call, options & GET ? old : NULL);
    else
        reply_line(&call->out, "+OK");
    if (may)
        put(call, 1, call->argv[2], expires);
}

void cmd_mset(struct call *call)
{
    if (call->argc % 2 == 0) {
        call_arity_error(call);
        return;
    }
    reply_line(&call->out, "+OK");
    for (size_t i = 1; i < call->argc; i += 2)
        put(call, i, call->argv[i + 1], NEVER);
}

void cmd_append(struct call *call)
{
    struct slice tail = call->argv[2];
    struct entry *entry = call_find(call, 1);
    size_t len = (entry != NULL ? entry->value_len : 0) + tail.len;
    reply_line(&call->out, ":%zu", len);
    if (len > VALUE_MAX)
        call_error(call, "ERR string exceeds maximum allowed size "
                         "(proto-max-bulk-len)");
    else if (entry == NULL)
        put(call, 1, tail, NEVER);
    else if (!database_append(call->db, entry, tail))
        call_error(call, NO_MEMORY);
}

/* INCR, INCRBY; and DECR, DECRBY, which add the negative. */
void cmd_incr(struct call *call)
{
    bool minus = call->command->name[0] == 'd';
    long long more = 1, number = 0;
    if (call->argc == 3 && !call_number(call, call->argv[2], &more))
        return;
    if (minus && more == LLONG_MIN) {
        call_error(call, "ERR decrement would overflow");
        return;
    }
    more = minus ? -more : more;
    const struct entry *entry = call_find(call, 1);
    if (entry != NULL && !call_number(call, entry_value(entry), &number))
        return;
    if (more > 0 ? number > LLONG_MAX - more : number < LLONG_MIN - more) {
        call_error(call, "ERR increment or decrement would overflow");
        return;
    }
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", number + more);
    reply_line(&call->out, ":%s", digits);
    put(call, 1, (struct slice){digits, (size_t)len},
        entry != NULL ? entry->expires : NEVER);
}
