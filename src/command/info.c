/* INFO: what the server can truly say about itself, under Redis' names. */
#include "command/info.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/functions.h"
#include "command/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3)))
static void line(struct buf *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprint(text, format, args);
    va_end(args);
    buf_add(text, "\r\n");
}

/* The same number twice: in bytes, and for people. */
static void size(struct buf *text, const char *name, size_t bytes)
{
    static const char units[] = "BKMGTPE";
    double number = (double)bytes;
    int unit = 0;
    for (; number >= 1024 && units[unit + 1] != '\0'; unit++)
        number /= 1024;
    line(text, "%s:%zu", name, bytes);
    line(text, "%s_human:%.*f%c", name, unit == 0 ? 0 : 2, number,
         units[unit]);
}

static void about_server(struct call *call, struct buf *text)
{
    const struct core *core = call->core;
    long long up = (call->space.now - core->started_at) / 1000;
    struct utsname system;
    char path[256] = {0};
    if (uname(&system) != 0)
        system = (struct utsname){.sysname = "unknown"};
    if (readlink("/proc/self/exe", path, sizeof path - 1) < 0)
        path[0] = '\0';
    line(text, "redis_version:" REDIS_VERSION);
    line(text, "server_name:rung");
    line(text, "rung_version:" RUNG_VERSION);
    line(text, "redis_mode:standalone");
    line(text, "os:%s %s %s", system.sysname, system.release, system.machine);
    line(text, "arch_bits:%d", (int)sizeof(void *) * 8);
    line(text, "monotonic_clock:POSIX clock_gettime");
    line(text, "io_model:%s", core->io_model);
    line(text, "atomicvar_api:c11-builtin");
    line(text, "process_id:%d", (int)getpid());
    line(text, "process_supervised:no");
    line(text, "run_id:%s", core->run_id);
    line(text, "tcp_port:%lld", config_number(&core->config, SETTING_PORT));
    line(text, "server_time_usec:%lld", (long long)clock_us(CLOCK_REALTIME));
    line(text, "uptime_in_seconds:%lld", up);
    line(text, "uptime_in_days:%lld", up / 86400);
    line(text, "hz:%d", 1000 / KEEPER_MS);
    line(text, "executable:%s", path);
    line(text, "config_file:%s", core->config.path);
    line(text, "io_threads_active:0");
}

static void about_clients(struct call *call, struct buf *text)
{
    struct clients *clients = &call->core->clients;
    size_t blocked = 0;
    pthread_mutex_lock(&clients->lock);
    for (const struct client *c = clients->first; c != NULL; c = c->next)
        blocked += atomic_load(&c->waiting) == WAIT_ON;
    size_t connected = clients->count;
    pthread_mutex_unlock(&clients->lock);
    line(text, "connected_clients:%zu", connected);
    line(text, "cluster_connections:0");
    line(text, "maxclients:%lld",
         config_number(&call->core->config, SETTING_MAXCLIENTS));
    line(text, "blocked_clients:%zu", blocked);
    line(text, "tracking_clients:%zu",
         atomic_load(&call->core->tracking.count));
}

/* Pages that are in memory, proc(5). 0: nobody can tell. */
size_t resident_bytes(void)
{
    unsigned long total = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lu %lu", &total, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void about_memory(struct call *call, struct buf *text)
{
    struct core *core = call->core;
    size_t used = memory_used();
    size_t resident = resident_bytes();
    size_t peak = core_memory_peak(core);
    size_t data = used > core->memory_at_start ? used - core->memory_at_start
                                               : 0;
    struct buf policy = config_text(&core->config, SETTING_POLICY);
    size(text, "used_memory", used);
    size(text, "used_memory_rss", resident);
    size(text, "used_memory_peak", peak);
    line(text, "used_memory_peak_perc:%.2f%%",
         peak > 0 ? (double)used * 100 / (double)peak : 0);
    line(text, "used_memory_startup:%zu", core->memory_at_start);
    line(text, "used_memory_dataset:%zu", data);
    line(text, "used_memory_dataset_perc:%.2f%%",
         used > 0 ? (double)data * 100 / (double)used : 0);
    size(text, "total_system_memory",
         (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE));
    size(text, "maxmemory",
         (size_t)config_number(&core->config, SETTING_MAXMEMORY));
    line(text, "maxmemory_policy:%.*s", (int)buf_len(&policy),
         buf_slice(&policy).data);
    line(text, "mem_fragmentation_ratio:%.2f",
         used > 0 ? (double)resident / (double)used : 0);
    line(text, "mem_fragmentation_bytes:%lld",
         (long long)resident - (long long)used);
    line(text, "mem_not_counted_for_evict:0");
    line(text, "mem_allocator:libc");
    line(text, "active_defrag_running:0");
    buf_free(&policy);
}

static void about_persistence(struct call *call, struct buf *text)
{
    (void)call;
    line(text, "loading:0");
    line(text, "async_loading:0");
    line(text, "rdb_bgsave_in_progress:0");
    line(text, "rdb_saves:0");
    line(text, "aof_enabled:0");
    line(text, "aof_rewrite_in_progress:0");
    line(text, "aof_rewrite_scheduled:0");
}

static void about_stats(struct call *call, struct buf *text)
{
    struct core *core = call->core;
    unsigned long long sums[COUNTERS];
    clients_sum(&core->clients, sums);
    pthread_mutex_lock(&core->clients.lock);
    unsigned long long rejected = core->clients.rejected;
    unsigned long long received = core->clients.accepted + rejected -
                                  core->clients.accepted_before;
    pthread_mutex_unlock(&core->clients.lock);
    line(text, "total_connections_received:%llu", received);
    line(text, "total_commands_processed:%llu", sums[COUNT_COMMANDS]);
    line(text, "instantaneous_ops_per_sec:%.0f",
         core_rate(core, COUNT_COMMANDS));
    line(text, "total_net_input_bytes:%llu", sums[COUNT_BYTES_IN]);
    line(text, "total_net_output_bytes:%llu", sums[COUNT_BYTES_OUT]);
    line(text, "instantaneous_input_kbps:%.2f",
         core_rate(core, COUNT_BYTES_IN) / 1024);
    line(text, "instantaneous_output_kbps:%.2f",
         core_rate(core, COUNT_BYTES_OUT) / 1024);
    line(text, "rejected_connections:%llu", rejected);
    line(text, "expired_keys:%llu", (unsigned long long)core->expired);
    line(text, "evicted_keys:%llu", (unsigned long long)core->evicted);
    line(text, "keyspace_hits:%llu", sums[COUNT_HITS]);
    line(text, "keyspace_misses:%llu", sums[COUNT_MISSES]);
    line(text, "pubsub_channels:%zu",
         atomic_load(&core->pubsub.count[TOPIC_CHANNEL]));
    line(text, "pubsub_patterns:%zu",
         atomic_load(&core->pubsub.count[TOPIC_PATTERN]));
    line(text, "pubsubshard_channels:%zu",
         atomic_load(&core->pubsub.count[TOPIC_SHARD]));
    line(text, "latest_fork_usec:0");
    line(text, "total_forks:0");
    struct tracking_size tracked = tracking_size(&core->tracking);
    line(text, "tracking_total_keys:%zu", tracked.keys);
    line(text, "tracking_total_items:%zu", tracked.items);
    line(text, "tracking_total_prefixes:%zu", tracked.prefixes);
    line(text, "unexpected_error_replies:0");
    line(text, "total_error_replies:%llu", sums[COUNT_ERRORS]);
}

static void about_replication(struct call *call, struct buf *text)
{
    (void)call;
    line(text, "role:master");
    line(text, "connected_slaves:0");
    line(text, "master_failover_state:no-failover");
    line(text, "master_replid:%s", call->core->run_id);
    line(text, "master_replid2:%040d", 0);
    line(text, "master_repl_offset:0");
    line(text, "second_repl_offset:-1");
    line(text, "repl_backlog_active:0");
}

static void seconds(struct buf *text, const char *name, struct timeval time)
{
    line(text, "used_cpu_%s:%lld.%06lld", name, (long long)time.tv_sec,
         (long long)time.tv_usec);
}

static void about_cpu(struct call *call, struct buf *text)
{
    (void)call;
    struct rusage own, children;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    seconds(text, "sys", own.ru_stime);
    seconds(text, "user", own.ru_utime);
    seconds(text, "sys_children", children.ru_stime);
    seconds(text, "user_children", children.ru_utime);
}

static void about_nothing(struct call *call, struct buf *text)
{
    (void)call;
    (void)text;
}

static void about_commands(struct call *call, struct buf *text)
{
    for (size_t i = 0; i < command_count; i++) {
        struct command_stats sum;
        stats_sum(&call->core->stats, i, &sum);
        unsigned long long us = sum.ns / 1000;
        if (sum.calls + sum.rejected > 0)
            line(text, "cmdstat_%s:calls=%llu,usec=%llu,usec_per_call=%.2f,"
                       "rejected_calls=%llu,failed_calls=%llu",
                 command_table[i].name, sum.calls, us,
                 sum.calls > 0 ? (double)us / (double)sum.calls : 0,
                 sum.rejected, sum.failed);
    }
}

static void about_errors(struct call *call, struct buf *text)
{
    struct error_stats errors[STATS_ERRORS];
    size_t n = stats_errors(&call->core->stats, errors);
    for (size_t i = 0; i < n; i++)
        line(text, "errorstat_%s:count=%llu", errors[i].code,
             errors[i].count);
}

static double percentile_us(const struct command_stats *sum, double percent)
{
    return (double)stats_percentile(sum, percent) / 1000;
}

static void about_latency(struct call *call, struct buf *text)
{
    for (size_t i = 0; i < command_count; i++) {
        struct command_stats sum;
        stats_sum(&call->core->stats, i, &sum);
        if (sum.calls > 0)
            line(text, "latency_percentiles_usec_%s:p50=%.3f,p99=%.3f,"
                       "p99.9=%.3f", command_table[i].name,
                 percentile_us(&sum, 50), percentile_us(&sum, 99),
                 percentile_us(&sum, 99.9));
    }
}

static void about_cluster(struct call *call, struct buf *text)
{
    (void)call;
    line(text, "cluster_enabled:0");
}

static void about_keyspace(struct call *call, struct buf *text)
{
    struct keyspace space = call->space;
    for (space.db = 0; space.db < call->core->store.databases; space.db++) {
        struct keyspace_size size_of = keyspace_size(&space);
        if (size_of.keys > 0)
            line(text, "db%u:keys=%zu,expires=%zu,avg_ttl=0", space.db,
                 size_of.keys, size_of.mortal);
    }
}

enum when { DEFAULT, ALL }; /* without being named; "all" */

static const struct section {
    const char *title; /* its name, but for case */
    enum when when;
    void (*write)(struct call *call, struct buf *text);
} sections[] = {
    {"Server", DEFAULT, about_server},
    {"Clients", DEFAULT, about_clients},
    {"Memory", DEFAULT, about_memory},
    {"Persistence", DEFAULT, about_persistence},
    {"Stats", DEFAULT, about_stats},
    {"Replication", DEFAULT, about_replication},
    {"CPU", DEFAULT, about_cpu},
    {"Modules", DEFAULT, about_nothing}, /* there are none */
    {"Commandstats", ALL, about_commands},
    {"Errorstats", DEFAULT, about_errors},
    {"Latencystats", ALL, about_latency},
    {"Cluster", DEFAULT, about_cluster},
    {"Keyspace", DEFAULT, about_keyspace},
};

static bool wanted(const struct call *call, const struct section *section)
{
    for (size_t i = 1; i < call->argc; i++)
        if (arg_is(call, i, section->title) || arg_is(call, i, "all") ||
            arg_is(call, i, "everything") ||
            (section->when == DEFAULT && arg_is(call, i, "default")))
            return true;
    return call->argc == 1 && section->when == DEFAULT;
}

void cmd_info(struct call *call)
{
    struct buf text = {0};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (!wanted(call, &sections[i]))
            continue;
        if (buf_len(&text) > 0)
            buf_add(&text, "\r\n");
        line(&text, "# %s", sections[i].title);
        sections[i].write(call, &text);
    }
    if (text.failed)
        reply_no_memory(call);
    else
        reply_verbatim(call->out, buf_slice(&text));
    buf_free(&text);
}
