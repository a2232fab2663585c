/* What the server did, command by command, and which errors it replied: INFO's
 * commandstats, latencystats and errorstats, and LATENCY HISTOGRAM.
 *
 * Every command of every thread counts here, so the counters stand in several
 * stripes, and a client counts in one of them: two threads seldom want the same
 * cache line. Whoever wants to know adds the stripes up. */
#ifndef STATS_H
#define STATS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STATS_COMMANDS = 512, /* at most; each has a number below this */
    STATS_BUCKETS = 82,   /* of durations; the first ends at a microsecond, the
                           * last begins at a second, and there are four to
                           * each doubling in between */
    STATS_ERRORS = 128,   /* different codes; more are not told apart */
    STATS_CODE = 32,      /* bytes of a code, the closing NUL included */
};

/* One command, added up. */
struct command_stats {
    unsigned long long calls, ns, rejected, failed;
    unsigned long long durations[STATS_BUCKETS];
};

struct stats {
    struct stripe *stripes;
    pthread_mutex_t lock;

    /* lock must be held */
    size_t codes;
    struct error_stats {
        char code[STATS_CODE];
        unsigned long long count;
    } errors[STATS_ERRORS]; /* by code */
};

/* False: no memory. */
bool stats_open(struct stats *stats);
void stats_close(struct stats *stats);

/* A command of this number ran for a client of that number, `runs` times, which
 * took `ns` nanoseconds in all; `failed`: the last time it replied an error. If
 * each cannot have been the shortest that is told apart, one of them is held to
 * be the long one. */
void stats_ran(struct stats *stats, unsigned long long client, size_t command,
               unsigned runs, uint64_t ns, bool failed);

/* It was refused before it could run. */
void stats_rejected(struct stats *stats, unsigned long long client,
                    size_t command);

/* An error was replied; its code ends at the first space or NUL. */
void stats_error(struct stats *stats, const char *code,
                 unsigned long long count);

void stats_sum(const struct stats *stats, size_t command,
               struct command_stats *sum);

/* Copies the errors to `errors` (room for STATS_ERRORS); returns how many. */
size_t stats_errors(struct stats *stats, struct error_stats *errors);

void stats_reset(struct stats *stats);

/* The longest duration, in nanoseconds, that counts in this bucket. */
uint64_t stats_bucket_end(size_t bucket);

/* The end of the bucket in which `percent` percent of the calls are reached. */
uint64_t stats_percentile(const struct command_stats *stats, double percent);

#endif
