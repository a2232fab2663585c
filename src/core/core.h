/* All that the clients of one server share. */
#ifndef CORE_H
#define CORE_H

#include "base/log.h"
#include "core/acl.h"
#include "core/clients.h"
#include "core/config.h"
#include "core/latency.h"
#include "core/notify.h"
#include "core/rates.h"
#include "core/slowlog.h"
#include "core/stats.h"
#include "core/tracking.h"
#include "pubsub/pubsub.h"
#include "store/store.h"

#define RUNG_VERSION "0.1.0"
#define REDIS_VERSION "7.0.15" /* the Redis that we are compared with */

enum { KEEPER_MS = 100 /* between two rounds of the housekeeper */ };

struct core {
    struct config config; /* open before core_open */
    struct log log;       /* likewise */
    struct store store;
    struct clients clients;
    struct pubsub pubsub;
    struct tracking tracking;
    int64_t started_at;   /* milliseconds, monotonic */
    atomic_llong wall_ahead; /* milliseconds from the monotonic clock to the
                              * wall clock; changes when that is set */
    char run_id[41];      /* 40 hexadecimal digits, new with each start */
    const char *io_model; /* its name */
    atomic_ullong expired, evicted;
    size_t memory_at_start;     /* bytes in use before the first client */
    atomic_size_t memory_peak;  /* see core_memory_peak */
    struct acl acl;
    struct stats stats;
    struct slowlog slowlog;
    struct latency latency;
    struct rates rates;
    atomic_bool sweeps;  /* expired keys go by themselves, as they should */
    void (*stop)(void);  /* asks the I/O model to stop serving */

    /* the housekeeper: a thread that does what no request asks for */
    pthread_t keeper;
    pthread_mutex_t keeper_lock;
    pthread_cond_t keeper_bell;
    bool keeper_ends; /* keeper_lock must be held */
};

/* Opens the store and starts the housekeeper, who sweeps expired keys and
 * hangs up on clients that are silent for longer than `timeout` allows.
 * False, with errno, when something cannot be had. */
bool core_open(struct core *core);

/* The part of it that remembers what happened; for tests. */
bool core_open_records(struct core *core);
void core_close_records(struct core *core);

/* Tells those who do not look at the settings themselves: some have changed. */
void core_apply(struct core *core);

/* Something took so long: noted, if it is longer than
 * latency-monitor-threshold. */
void core_took(struct core *core, enum latency_event event, int64_t ms);

/* The most memory that was ever seen in use, in bytes; looks once more. */
size_t core_memory_peak(struct core *core);

/* So many a second, lately. */
double core_rate(const struct core *core, enum counter which);

/* No client may be left. The log and the configuration stay open. */
void core_close(struct core *core);

#endif
