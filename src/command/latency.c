/* LATENCY: events that took long, and how long each command takes. */
#include "base/text.h"
#include "command/functions.h"
#include "command/help.h"
#include "command/table.h"

static bool find_event(struct slice name, enum latency_event *event)
{
    for (int i = 0; i < LATENCY_EVENTS; i++) {
        const char *known = latency_name((enum latency_event)i);
        *event = (enum latency_event)i;
        if (slice_equal(name, (struct slice){known, strlen(known)}))
            return true;
    }
    return false;
}

void cmd_latency_history(struct call *call)
{
    struct latency_history history = {.count = 0};
    enum latency_event event;
    if (find_event(arg(call, 2), &event))
        latency_get(&call->core->latency, event, &history);
    reply_array(call->out, history.count);
    for (size_t i = 0; i < history.count; i++) {
        reply_array(call->out, 2);
        reply_integer(call->out, history.samples[i].at);
        reply_integer(call->out, history.samples[i].ms);
    }
}

void cmd_latency_latest(struct call *call)
{
    struct latency_history all[LATENCY_EVENTS];
    size_t n = 0;
    for (int i = 0; i < LATENCY_EVENTS; i++) {
        latency_get(&call->core->latency, (enum latency_event)i, &all[i]);
        n += all[i].count > 0;
    }
    reply_array(call->out, n);
    for (int i = 0; i < LATENCY_EVENTS; i++) {
        if (all[i].count == 0)
            continue;
        const struct latency_sample *last = &all[i].samples[all[i].count - 1];
        reply_array(call->out, 4);
        reply_string(call->out, latency_name((enum latency_event)i));
        reply_integer(call->out, last->at);
        reply_integer(call->out, last->ms);
        reply_integer(call->out, all[i].max);
    }
}

void cmd_latency_reset(struct call *call)
{
    struct latency *latency = &call->core->latency;
    enum latency_event event;
    long long n = 0;
    for (int i = 0; call->argc == 2 && i < LATENCY_EVENTS; i++)
        n += latency_reset(latency, (enum latency_event)i);
    for (size_t i = 2; i < call->argc; i++)
        if (find_event(arg(call, i), &event))
            n += latency_reset(latency, event);
    reply_integer(call->out, n);
}

/* How many calls took at most 1.024 us, 2.048 us ...: a level is left out where
 * nothing is added. The numbers are Redis': the longest duration that its
 * histogram, of two digits, cannot tell from the level. */
static void reply_histogram(struct reply *out,
                            const struct command_stats *stats)
{
    enum { LEVELS = 21 };
    struct {
        uint64_t us, calls;
    } levels[LEVELS];
    size_t n = 0;
    unsigned long long calls = 0;
    uint64_t level = 1024;
    for (size_t i = 0; i < STATS_BUCKETS && calls < stats->calls; i++) {
        unsigned long long before = calls;
        while (stats_bucket_end(i) >= level && level < 1U << 30)
            level *= 2;
        calls += stats->durations[i];
        if (calls == before)
            continue;
        uint64_t us = (level + level / 128 - 1) / 1000;
        if (n == 0 || levels[n - 1].us != us)
            n++;
        levels[n - 1].us = us;
        levels[n - 1].calls = calls;
    }
    reply_map(out, 2);
    reply_string(out, "calls");
    reply_integer(out, (long long)stats->calls);
    reply_string(out, "histogram_usec");
    reply_map(out, n);
    for (size_t i = 0; i < n; i++) {
        reply_integer(out, (long long)levels[i].us);
        reply_integer(out, (long long)levels[i].calls);
    }
}

/* Adds the command, if it was ever called. */
static size_t add_histogram(struct call *call, const struct command *command,
                            struct reply *found)
{
    struct command_stats sum;
    stats_sum(&call->core->stats, (size_t)(command - command_table), &sum);
    if (sum.calls == 0)
        return 0;
    reply_string(found, command->name);
    reply_histogram(found, &sum);
    return 1;
}

static bool is_asked(const struct call *call, const struct command *command)
{
    size_t family = strcspn(command->name, "|");
    for (size_t i = 2; i < call->argc; i++) {
        const struct command *asked = command_find(arg(call, i));
        if (asked == command ||
            (asked != NULL && strlen(asked->name) == family &&
             strncmp(asked->name, command->name, family) == 0))
            return true;
    }
    return call->argc == 2;
}

void cmd_latency_histogram(struct call *call)
{
    struct reply found = {.version = call->out->version};
    size_t n = 0;
    for (size_t i = 0; i < command_count; i++)
        if (is_asked(call, &command_table[i]))
            n += add_histogram(call, &command_table[i], &found);
    reply_collected(call, reply_map, n, &found);
}

static void describe(struct buf *text, struct latency *latency,
                     enum latency_event event)
{
    struct latency_history history;
    unsigned long long sum = 0;
    latency_get(latency, event, &history);
    if (history.count == 0)
        return;
    for (size_t i = 0; i < history.count; i++)
        sum += history.samples[i].ms;
    buf_print(text, "%s: %zu seconds with a spike are remembered, %llu ms on "
                    "average; the longest ever was %u ms.\n",
              latency_name(event), history.count, sum / history.count,
              (unsigned)history.max);
}

void cmd_latency_doctor(struct call *call)
{
    struct core *core = call->core;
    struct buf text = {0};
    for (int i = 0; i < LATENCY_EVENTS; i++)
        describe(&text, &core->latency, (enum latency_event)i);
    struct slice report = buf_slice(&text);
    if (config_number(&core->config, SETTING_LATENCY_THRESHOLD) == 0)
        report = SLICE("Nobody watches: set latency-monitor-threshold to the "
                       "milliseconds from which on an event is a spike.\n");
    else if (report.len == 0)
        report = SLICE("No event took as long as "
                       "latency-monitor-threshold.\n");
    reply_verbatim(call->out, report);
    buf_free(&text);
}

void cmd_latency_help(struct call *call)
{
    static const char *const lines[] = {
        "DOCTOR",
        "    Return a human readable latency analysis report.",
        "HISTORY <event>",
        "    Return time-latency samples for the <event> class.",
        "LATEST",
        "    Return the latest latency samples for all events.",
        "RESET [<event> ...]",
        "    Reset latency data of one or more <event> classes.",
        "    (default: reset all data for all event classes)",
        "HISTOGRAM [COMMAND ...]",
        "    Return a cumulative distribution of latencies in the format of a "
        "histogram for the specified command names.",
        "    If no commands are specified then all histograms are replied.",
        NULL,
    };
    reply_help(call, lines);
}
