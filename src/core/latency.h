/* Events that took longer than latency-monitor-threshold: LATENCY. Each kind of
 * event keeps its last samples, at most one a second. Any thread may call. */
#ifndef LATENCY_H
#define LATENCY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum latency_event {
    LATENCY_COMMAND,      /* a command that is not a fast one */
    LATENCY_FAST_COMMAND,
    LATENCY_EXPIRE,       /* a sweep over the expired keys */
    LATENCY_EVICTION,     /* making room for one command */
    LATENCY_EVENTS
};

enum { LATENCY_SAMPLES = 160 };

struct latency_history {
    size_t count;   /* samples */
    uint32_t max;   /* milliseconds, the longest ever */
    struct latency_sample {
        int64_t at; /* seconds since 1970 */
        uint32_t ms;
    } samples[LATENCY_SAMPLES]; /* the oldest first */
};

struct latency {
    pthread_mutex_t lock;
    struct latency_history of[LATENCY_EVENTS]; /* lock must be held */
};

bool latency_open(struct latency *latency);
void latency_close(struct latency *latency);

/* As LATENCY LATEST shows it. */
const char *latency_name(enum latency_event event);

void latency_add(struct latency *latency, enum latency_event event, int64_t at,
                 uint64_t ms);

/* A copy; count is 0 when there was none. */
void latency_get(struct latency *latency, enum latency_event event,
                 struct latency_history *history);

/* False: there was nothing to forget. */
bool latency_reset(struct latency *latency, enum latency_event event);

#endif
