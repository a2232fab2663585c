/* All that the clients of one server share. */
#ifndef CORE_H
#define CORE_H

#include "base/log.h"
#include "core/clients.h"
#include "core/config.h"
#include "core/notify.h"
#include "pubsub/pubsub.h"
#include "store/store.h"

#define RUNG_VERSION "0.1.0"
#define REDIS_VERSION "7.0.15" /* the Redis that we are compared with */

struct core {
    struct config config; /* open before core_open */
    struct log log;       /* likewise */
    struct store store;
    struct clients clients;
    struct pubsub pubsub;
    int64_t started_at;   /* milliseconds, monotonic */
    char run_id[41];      /* 40 hexadecimal digits, new with each start */
    const char *io_model; /* its name */
    atomic_ullong expired;

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

/* No client may be left. The log and the configuration stay open. */
void core_close(struct core *core);

#endif
