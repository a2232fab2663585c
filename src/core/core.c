#include "core/room.h"
#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>

enum {
    ROUNDS_A_SECOND = 1000 / KEEPER_MS,
    SWEEP_AGAIN = 16,      /* expired keys in one sweep: there are more */
    CLOCK_TRIES = 100,     /* to see both clocks at once, when it starts */
    SWEEPS_A_ROUND = 1000, /* at most, so that timeouts get their turn */
};

void core_took(struct core *core, enum latency_event event, int64_t ms)
{
    long long least = config_number(&core->config, SETTING_LATENCY_THRESHOLD);
    if (least > 0 && ms >= least)
        latency_add(&core->latency, event, clock_wall_ms() / 1000,
                    (uint64_t)ms);
}

static void sweep(struct core *core)
{
    int64_t began = clock_mono_ms();
    bool more = atomic_load(&core->sweeps);
    for (int i = 0; more && i < SWEEPS_A_ROUND; i++) {
        size_t swept = store_sweep(&core->store, clock_mono_ms());
        more = swept >= SWEEP_AGAIN;
    }
    core_took(core, LATENCY_EXPIRE, clock_mono_ms() - began);
}

static void look_around(struct core *core)
{
    unsigned long long sums[COUNTERS];
    clients_sum(&core->clients, sums);
    rates_look(&core->rates, sums, clock_mono_ms());
    core_memory_peak(core);
}

size_t core_memory_peak(struct core *core)
{
    size_t used = memory_used();
    size_t peak = atomic_load(&core->memory_peak);
    while (used > peak &&
           !atomic_compare_exchange_weak(&core->memory_peak, &peak, used))
        ;
    return used > peak ? used : peak;
}

double core_rate(const struct core *core, enum counter which)
{
    return (double)atomic_load(&core->rates.a_second[which]);
}

/* What no command has paid for, because maxmemory was lowered. */
static void evict(struct core *core)
{
    int64_t until = clock_mono_ms() + KEEPER_MS / 4;
    while (room_is_short(core) && room_make(core, clock_mono_ms()) &&
           clock_mono_ms() < until)
        ;
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

/* The two clocks never tick at quite the same moment, so a millisecond is no
 * difference; and a time that is told twice must be the same. */
static void compare_clocks(struct core *core)
{
    int64_t ahead;
    int64_t known = atomic_load(&core->wall_ahead);
    if (clock_wall_ahead(&ahead) && (ahead < known - 1 || ahead > known + 1))
        atomic_store(&core->wall_ahead, ahead);
}

/* Sleeps until the next round. False: it is over. */
static bool next_round(struct core *core)
{
    const struct timespec until = clock_after(KEEPER_MS);
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
    unsigned round = 0;
    while (next_round(core)) {
        sweep(core);
        if (round++ % ROUNDS_A_SECOND == 0)
            clients_check_output(&core->clients, core->config.output_limits);
        look_around(core);
        evict(core);
        tracking_broadcast(core);
        hang_up_on_the_silent(core);
        compare_clocks(core);
    }
    return NULL;
}

/* The shard of the key is held. */
static void hear_of_key(void *context, enum store_event event, unsigned db,
                        struct slice key)
{
    struct core *core = context;
    if (event == STORE_EXPIRED) {
        atomic_fetch_add(&core->expired, 1);
        if (atomic_load(&core->store.heeds_changes))
            tracking_changed(core, 0, key);
        notify(core, NOTIFY_EXPIRED, "expired", db, key);
    } else if (event == STORE_EVICTED) {
        atomic_fetch_add(&core->evicted, 1);
        notify(core, NOTIFY_EVICTED, "evicted", db, key);
    } else {
        notify(core, NOTIFY_NEW, "new", db, key);
    }
}

/* Likewise. */
static void hear_of_change(void *context, unsigned long long writer,
                           struct slice key)
{
    tracking_changed(context, writer, key);
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
    int error = clock_cond_init(&core->keeper_bell);
    if (error == 0)
        error = pthread_mutex_init(&core->keeper_lock, NULL);
    if (error == 0)
        error = pthread_create(&core->keeper, NULL, keep_house, core);
    return error;
}

void core_apply(struct core *core)
{
    const struct config *config = &core->config;
    long long policy = config_number(config, SETTING_POLICY);
    atomic_store(&core->log.level,
                 (int)config_number(config, SETTING_LOGLEVEL));
    atomic_store(&core->store.counts_uses,
                 policy == VOLATILE_LFU || policy == ALLKEYS_LFU);
    atomic_store(&core->store.log_factor,
                 (unsigned)config_number(config, SETTING_LFU_FACTOR));
    atomic_store(&core->store.decay_minutes,
                 (unsigned)config_number(config, SETTING_LFU_DECAY));
}

static bool require_password(struct core *core)
{
    struct buf password = config_text(&core->config, SETTING_REQUIREPASS);
    struct user *user = acl_with_password(&core->acl, buf_slice(&password));
    bool good = !password.failed && user != NULL;
    if (good)
        acl_publish(&core->acl, user);
    user_release(user);
    buf_free(&password);
    return good;
}

bool core_open_records(struct core *core)
{
    return acl_open(&core->acl) && stats_open(&core->stats) &&
           slowlog_open(&core->slowlog) && latency_open(&core->latency);
}

void core_close_records(struct core *core)
{
    latency_close(&core->latency);
    slowlog_close(&core->slowlog);
    stats_close(&core->stats);
    acl_close(&core->acl);
}

bool core_open(struct core *core)
{
    unsigned databases =
        (unsigned)config_number(&core->config, SETTING_DATABASES);
    if (!store_open(&core->store, databases) ||
        !clients_open(&core->clients) || !core_open_records(core) ||
        !require_password(core) ||
        !pubsub_open(&core->pubsub,
                     &core->config.output_limits[CLASS_PUBSUB]))
        return false;
    core->store.listener = (struct store_listener){hear_of_key, hear_of_change,
                                                    core};
    tracking_open(&core->tracking);
    atomic_store(&core->sweeps, true);
    core_apply(core);
    core->started_at = clock_mono_ms();
    for (int i = 0; i < CLOCK_TRIES && core->wall_ahead == 0; i++)
        compare_clocks(core);
    name_the_run(core);
    core->memory_at_start = memory_used();
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
    core_close_records(core);
    tracking_close(&core->tracking);
    pubsub_close(&core->pubsub);
    clients_close(&core->clients);
    store_close(&core->store);
}
