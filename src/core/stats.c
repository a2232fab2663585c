/* A duration's bucket is its number of bits and the two bits behind the first:
 *
 *     1_01_1010...   binary, nanoseconds
 *     |  |
 *     |  which quarter of the doubling
 *     which doubling
 *
 * so a bucket is at most a quarter wider than where it begins, however long it
 * took. Counters only grow, each by one atomic addition that waits for nobody.
 * Most are never touched, and then their pages (mmap(2)) are not even there. */
#include "core/stats.h"

#include <string.h>
#include <sys/mman.h>

enum {
    STRIPES = 8,
    SHORTEST = 10, /* bits: below 1024 ns all is one bucket */
    LONGEST = 30,  /* bits: from 1.07 s on too */
};

struct counters_of_one {
    atomic_ullong ns, rejected, failed;
    atomic_ullong durations[STATS_BUCKETS];
};

struct stripe {
    struct counters_of_one of[STATS_COMMANDS];
};

bool stats_open(struct stats *stats)
{
    *stats = (struct stats){0};
    stats->stripes = mmap(NULL, STRIPES * sizeof *stats->stripes,
                          PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
    return stats->stripes != MAP_FAILED &&
           pthread_mutex_init(&stats->lock, NULL) == 0;
}

void stats_close(struct stats *stats)
{
    pthread_mutex_destroy(&stats->lock);
    munmap(stats->stripes, STRIPES * sizeof *stats->stripes);
}

static size_t bucket_of(uint64_t ns)
{
    if (ns < 1U << SHORTEST)
        return 0;
    if (ns >= 1U << LONGEST)
        return STATS_BUCKETS - 1;
    size_t bits = 63 - (size_t)__builtin_clzll(ns);
    return 1 + (bits - SHORTEST) * 4 + (ns >> (bits - 2) & 3);
}

uint64_t stats_bucket_end(size_t bucket)
{
    if (bucket == STATS_BUCKETS - 1)
        return UINT64_MAX;
    uint64_t quarters = 4 + bucket % 4; /* of the doubling, at the end */
    return (quarters << (bucket / 4 + SHORTEST - 2)) - 1;
}

static void add(atomic_ullong *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void stats_ran(struct stats *stats, unsigned long long client, size_t command,
               unsigned runs, uint64_t ns, bool failed)
{
    struct counters_of_one *of =
        &stats->stripes[client % STRIPES].of[command];
    size_t longest = bucket_of(ns / runs) == 0 ? 0 : bucket_of(ns);
    add(&of->ns, ns);
    add(&of->durations[longest], 1);
    if (runs > 1)
        add(&of->durations[0], runs - 1);
    if (failed)
        add(&of->failed, 1);
}

void stats_rejected(struct stats *stats, unsigned long long client,
                    size_t command)
{
    add(&stats->stripes[client % STRIPES].of[command].rejected, 1);
}

static struct error_stats *find_code(struct stats *stats, const char *code,
                                     size_t len)
{
    for (size_t i = 0; i < stats->codes; i++)
        if (strncmp(stats->errors[i].code, code, len) == 0 &&
            stats->errors[i].code[len] == '\0')
            return &stats->errors[i];
    return NULL;
}

/* In the order of the codes. */
static struct error_stats *add_code(struct stats *stats, const char *code,
                                    size_t len)
{
    if (stats->codes == STATS_ERRORS)
        return NULL;
    struct error_stats new = {.count = 0};
    memcpy(new.code, code, len);
    size_t i = stats->codes++;
    for (; i > 0 && strcmp(stats->errors[i - 1].code, new.code) > 0; i--)
        stats->errors[i] = stats->errors[i - 1];
    stats->errors[i] = new;
    return &stats->errors[i];
}

void stats_error(struct stats *stats, const char *code,
                 unsigned long long count)
{
    size_t len = strcspn(code, " ");
    if (len >= STATS_CODE)
        len = STATS_CODE - 1;
    pthread_mutex_lock(&stats->lock);
    struct error_stats *error = find_code(stats, code, len);
    if (error == NULL)
        error = add_code(stats, code, len);
    if (error != NULL)
        error->count += count;
    pthread_mutex_unlock(&stats->lock);
}

static unsigned long long value(const atomic_ullong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void stats_sum(const struct stats *stats, size_t command,
               struct command_stats *sum)
{
    *sum = (struct command_stats){0};
    for (size_t s = 0; s < STRIPES; s++) {
        const struct counters_of_one *of = &stats->stripes[s].of[command];
        sum->ns += value(&of->ns);
        sum->rejected += value(&of->rejected);
        sum->failed += value(&of->failed);
        for (size_t i = 0; i < STATS_BUCKETS; i++) {
            sum->durations[i] += value(&of->durations[i]);
            sum->calls += value(&of->durations[i]);
        }
    }
}

size_t stats_errors(struct stats *stats, struct error_stats *errors)
{
    pthread_mutex_lock(&stats->lock);
    size_t n = stats->codes;
    memcpy(errors, stats->errors, n * sizeof *errors);
    pthread_mutex_unlock(&stats->lock);
    return n;
}

static void clear(struct counters_of_one *of)
{
    atomic_store(&of->ns, 0);
    atomic_store(&of->rejected, 0);
    atomic_store(&of->failed, 0);
    for (size_t i = 0; i < STATS_BUCKETS; i++)
        atomic_store(&of->durations[i], 0);
}

/* Memory that was never written stays so: it may not even be there. */
void stats_reset(struct stats *stats)
{
    struct command_stats sum;
    for (size_t command = 0; command < STATS_COMMANDS; command++) {
        stats_sum(stats, command, &sum);
        if (sum.calls + sum.rejected > 0)
            for (size_t s = 0; s < STRIPES; s++)
                clear(&stats->stripes[s].of[command]);
    }
    pthread_mutex_lock(&stats->lock);
    stats->codes = 0;
    pthread_mutex_unlock(&stats->lock);
}

uint64_t stats_percentile(const struct command_stats *stats, double percent)
{
    double due = (double)stats->calls * percent / 100;
    unsigned long long reached = 0;
    size_t i = 0;
    for (; i < STATS_BUCKETS - 1; i++) {
        reached += stats->durations[i];
        if ((double)reached >= due)
            break;
    }
    return i < STATS_BUCKETS - 1 ? stats_bucket_end(i) : 1U << LONGEST;
}
