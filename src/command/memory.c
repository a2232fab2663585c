/* MEMORY: what the keys cost. */
#include "base/memory.h"
#include "command/functions.h"
#include "command/help.h"
#include "command/info.h"

#include <malloc.h>

/* usage = "MEMORY" "USAGE" key [ "SAMPLES" count ] : objects are weighed
 * whole, so that it does not matter how many samples are asked for */
void cmd_memory_usage(struct call *call)
{
    for (size_t i = 3; i < call->argc; i += 2) {
        long long samples;
        if (!arg_is(call, i, "samples") || i + 1 == call->argc) {
            reply_syntax_error(call);
            return;
        }
        if (!arg_integer(call, i + 1, &samples))
            return;
        if (samples < 0) {
            reply_syntax_error(call);
            return;
        }
    }
    const struct entry *entry = keyspace_peek(&call->space, &call->keys[0]);
    if (entry == NULL)
        reply_null(call->out);
    else
        reply_integer(call->out, (long long)entry_memory(entry));
}

static void number(struct call *call, const char *name, size_t value)
{
    reply_string(call->out, name);
    reply_integer(call->out, (long long)value);
}

/* `part` of `whole`, times `times`. */
static void ratio(struct call *call, const char *name, size_t part,
                  size_t whole, double times)
{
    reply_string(call->out, name);
    reply_double(call->out,
                 whole > 0 ? (double)part / (double)whole * times : 0);
}

static size_t count_keys(const struct call *call)
{
    struct keyspace space = call->space;
    size_t keys = 0;
    for (space.db = 0; space.db < call->core->store.databases; space.db++)
        keys += keyspace_size(&space).keys;
    return keys;
}

void cmd_memory_stats(struct call *call)
{
    struct core *core = call->core;
    size_t used = memory_used();
    size_t peak = core_memory_peak(core);
    size_t data = used > core->memory_at_start ? used - core->memory_at_start
                                               : 0;
    size_t resident = resident_bytes();
    size_t keys = count_keys(call);
    reply_map(call->out, 12);
    number(call, "peak.allocated", peak);
    number(call, "total.allocated", used);
    number(call, "startup.allocated", core->memory_at_start);
    number(call, "replication.backlog", 0);
    number(call, "clients.slaves", 0);
    number(call, "keys.count", keys);
    number(call, "keys.bytes-per-key", keys > 0 ? data / keys : 0);
    number(call, "dataset.bytes", data);
    ratio(call, "dataset.percentage", data, used, 100);
    ratio(call, "peak.percentage", used, peak, 100);
    ratio(call, "fragmentation", resident, used, 1);
    reply_string(call->out, "fragmentation.bytes");
    reply_integer(call->out, (long long)resident - (long long)used);
}

void cmd_memory_doctor(struct call *call)
{
    enum { LITTLE = 5 << 20 /* bytes: then the program itself weighs most */ };
    size_t used = memory_used();
    size_t peak = core_memory_peak(call->core);
    size_t resident = resident_bytes();
    struct slice report = SLICE("Nothing odd: memory in use is near its peak, "
                                "and what is resident is in use.\n");
    if (used < LITTLE)
        report = SLICE("There is too little data to say anything.\n");
    else if (peak / 3 > used / 2)
        report = SLICE("Much more memory was in use once: what is resident now "
                       "may still be what was needed then.\n");
    else if (resident / 7 > used / 5)
        report = SLICE("More than 1.4 times as much is resident as is in use: "
                       "the heap is fragmented. MEMORY PURGE may help.\n");
    reply_verbatim(call->out, report);
}

void cmd_memory_purge(struct call *call)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    reply_ok(call);
}

void cmd_memory_help(struct call *call)
{
    static const char *const lines[] = {
        "DOCTOR",
        "    Return memory problems reports.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values "
        "are",
        "    sampled up to <count> times (default: 5, 0 means sample all).",
        NULL,
    };
    reply_help(call, lines);
}
