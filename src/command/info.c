/* INFO: what the server can truly say about itself, under Redis' names. */
#include "base/clock.h"
#include "command/functions.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3)))
static void line(struct buf *text, const char *format, ...)
{
    char bytes[256];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(bytes, sizeof bytes - 2, format, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len > sizeof bytes - 3)
        len = sizeof bytes - 3;
    buf_append(text, bytes, len);
    buf_append(text, "\r\n", 2);
}

static void about_server(struct call *call, struct buf *text)
{
    const struct core *core = call->core;
    long long up = (call->space.now - core->started_at) / 1000;
    line(text, "redis_version:" REDIS_VERSION);
    line(text, "server_name:rung");
    line(text, "rung_version:" RUNG_VERSION);
    line(text, "redis_mode:standalone");
    line(text, "arch_bits:%d", (int)sizeof(void *) * 8);
    line(text, "io_model:%s", core->io_model);
    line(text, "process_id:%d", (int)getpid());
    line(text, "run_id:%s", core->run_id);
    line(text, "tcp_port:%lld", config_number(&core->config, SETTING_PORT));
    line(text, "server_time_usec:%lld", (long long)clock_us(CLOCK_REALTIME));
    line(text, "uptime_in_seconds:%lld", up);
    line(text, "uptime_in_days:%lld", up / 86400);
}

static void about_clients(struct call *call, struct buf *text)
{
    line(text, "connected_clients:%zu", clients_count(&call->core->clients));
    line(text, "maxclients:%lld",
         config_number(&call->core->config, SETTING_MAXCLIENTS));
}

/* Pages that are in memory, proc(5). 0: nobody can tell. */
static size_t resident_bytes(void)
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
    (void)call;
    size_t resident = resident_bytes();
    size_t used = resident;
#ifdef __GLIBC__
    struct mallinfo2 heap = mallinfo2();
    used = heap.uordblks + heap.hblkhd;
#endif
    line(text, "used_memory:%zu", used);
    line(text, "used_memory_human:%.2fM", (double)used / 1048576);
    line(text, "used_memory_rss:%zu", resident);
    line(text, "used_memory_rss_human:%.2fM", (double)resident / 1048576);
    line(text, "maxmemory:0");
    line(text, "maxmemory_policy:noeviction");
}

static void about_persistence(struct call *call, struct buf *text)
{
    (void)call;
    line(text, "loading:0");
    line(text, "rdb_bgsave_in_progress:0");
    line(text, "aof_enabled:0");
    line(text, "aof_rewrite_in_progress:0");
}

static void about_stats(struct call *call, struct buf *text)
{
    struct core *core = call->core;
    unsigned long long sums[COUNTERS];
    clients_sum(&core->clients, sums);
    pthread_mutex_lock(&core->clients.lock);
    unsigned long long accepted = core->clients.accepted;
    unsigned long long rejected = core->clients.rejected;
    pthread_mutex_unlock(&core->clients.lock);
    line(text, "total_connections_received:%llu", accepted + rejected);
    line(text, "total_commands_processed:%llu", sums[COUNT_COMMANDS]);
    line(text, "total_net_input_bytes:%llu", sums[COUNT_BYTES_IN]);
    line(text, "total_net_output_bytes:%llu", sums[COUNT_BYTES_OUT]);
    line(text, "rejected_connections:%llu", rejected);
    line(text, "expired_keys:%llu", (unsigned long long)core->expired);
    line(text, "keyspace_hits:%llu", sums[COUNT_HITS]);
    line(text, "keyspace_misses:%llu", sums[COUNT_MISSES]);
    line(text, "total_error_replies:%llu", sums[COUNT_ERRORS]);
}

static void about_replication(struct call *call, struct buf *text)
{
    (void)call;
    line(text, "role:master");
    line(text, "connected_slaves:0");
}

static void about_cpu(struct call *call, struct buf *text)
{
    (void)call;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    line(text, "used_cpu_sys:%lld.%06lld", (long long)used.ru_stime.tv_sec,
         (long long)used.ru_stime.tv_usec);
    line(text, "used_cpu_user:%lld.%06lld", (long long)used.ru_utime.tv_sec,
         (long long)used.ru_utime.tv_usec);
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
        struct keyspace_size size = keyspace_size(&space);
        if (size.keys > 0)
            line(text, "db%u:keys=%zu,expires=%zu,avg_ttl=0", space.db,
                 size.keys, size.mortal);
    }
}

static const struct section {
    const char *title; /* its name, but for case */
    void (*write)(struct call *call, struct buf *text);
} sections[] = {
    {"Server", about_server},
    {"Clients", about_clients},
    {"Memory", about_memory},
    {"Persistence", about_persistence},
    {"Stats", about_stats},
    {"Replication", about_replication},
    {"CPU", about_cpu},
    {"Cluster", about_cluster},
    {"Keyspace", about_keyspace},
};

static bool wanted(const struct call *call, const char *title)
{
    for (size_t i = 1; i < call->argc; i++)
        if (arg_is(call, i, title) || arg_is(call, i, "default") ||
            arg_is(call, i, "all") || arg_is(call, i, "everything"))
            return true;
    return call->argc == 1;
}

void cmd_info(struct call *call)
{
    struct buf text = {0};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (!wanted(call, sections[i].title))
            continue;
        if (buf_len(&text) > 0)
            buf_append(&text, "\r\n", 2);
        line(&text, "# %s", sections[i].title);
        sections[i].write(call, &text);
    }
    if (text.failed)
        reply_no_memory(call);
    else
        reply_verbatim(call->out, buf_slice(&text));
    buf_free(&text);
}
