#include "core/core.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>

enum {
    KEEPER_MS = 100,       /* between two rounds */
    SWEEP_AGAIN = 16,      /* expired keys in one sweep: there are more */
    SWEEPS_A_ROUND = 1000, /* at most, so that timeouts get their turn */
};

static void sweep(struct core *core)
{
    for (int i = 0; i < SWEEPS_A_ROUND; i++) {
        size_t swept = store_sweep(&core->store, clock_mono_ms());
        if (swept < SWEEP_AGAIN)
            return;
    }
}

static void hang_up_on_the_silent(struct core *core)
{
    long long seconds = config_number(&core->config, SETTING_TIMEOUT);
    if (seconds == 0)
        return;
    size_t n = clients_hang_up(&core->clients,
                               clock_mono_ms() - seconds * 1000, HANG_UP_BOTH);
    if (n > 0)
        log_write(&core->log, LOG_VERBOSE, "Hung up on %zu idle clients", n);
}

/* Sleeps until the next round. False: it is over. */
static bool next_round(struct core *core)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += KEEPER_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    int error = 0;
    pthread_mutex_lock(&core->keeper_lock);
    while (!core->keeper_ends && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&core->keeper_bell, &core->keeper_lock,
                                       &until);
    bool goes_on = !core->keeper_ends;
    pthread_mutex_unlock(&core->keeper_lock);
    return goes_on;
}

static void *keep_house(void *argument)
{
    struct core *core = argument;
    while (next_round(core)) {
        sweep(core);
        hang_up_on_the_silent(core);
    }
    return NULL;
}

/* The shard of the key is held. */
static void hear_of_key(void *context, enum store_event event, unsigned db,
                        struct slice key)
{
    struct core *core = context;
    if (event == STORE_EXPIRED)
        atomic_fetch_add(&core->expired, 1);
    if (event == STORE_EXPIRED)
        notify(core, NOTIFY_EXPIRED, "expired", db, key);
    else
        notify(core, NOTIFY_NEW, "new", db, key);
}

static void name_the_run(struct core *core)
{
    struct hash_seed seed = core->store.seed;
    for (uint64_t i = 0; i < 3; i++) {
        /* Hashes of the seed, so that the seed itself stays secret. */
        struct slice bytes = {(const char *)&i, sizeof i};
        snprintf(core->run_id + 16 * i, sizeof core->run_id - 16 * i, "%016llx",
                 (unsigned long long)hash_bytes(&seed, bytes));
    }
}

static int start_keeper(struct core *core)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    int error = pthread_cond_init(&core->keeper_bell, &attr);
    pthread_condattr_destroy(&attr);
    if (error == 0)
        error = pthread_mutex_init(&core->keeper_lock, NULL);
    if (error == 0)
        error = pthread_create(&core->keeper, NULL, keep_house, core);
    return error;
}

bool core_open(struct core *core)
{
    unsigned databases =
        (unsigned)config_number(&core->config, SETTING_DATABASES);
    if (!store_open(&core->store, databases) || !clients_open(&core->clients))
        return false;
    core->store.listener = (struct store_listener){hear_of_key, core};
    core->started_at = clock_mono_ms();
    name_the_run(core);
    errno = start_keeper(core);
    return errno == 0;
}

void core_close(struct core *core)
{
    pthread_mutex_lock(&core->keeper_lock);
    core->keeper_ends = true;
    pthread_cond_signal(&core->keeper_bell);
    pthread_mutex_unlock(&core->keeper_lock);
    pthread_join(core->keeper, NULL);
    pthread_cond_destroy(&core->keeper_bell);
    pthread_mutex_destroy(&core->keeper_lock);
    clients_close(&core->clients);
    store_close(&core->store);
}
