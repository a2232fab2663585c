/* Several threads on one store, all through locksets: what they did adds up
 * exactly, and what one changes together no other sees in halves. Under the
 * thread sanitizer this also shows that nothing is touched without its lock. */
#include "unit.h"

#include "resp/reply.h"
#include "resp/resp.h"
#include "store/keyspace.h"
#include "store/lockset.h"

#include <stdio.h>
#include <unistd.h>

enum {
    THREADS = 4,
    ROUNDS = 8000,
    ACCOUNTS = 12,
    OPENING = 1000, /* on each account */
    PATIENCE = 60,  /* seconds until a hang is a failure */
};

static struct store store;

struct worker {
    pthread_t thread;
    unsigned number; /* of the client, as a lockset wants it */
    uint64_t random;
    long long done, wrong;
};

static struct key account(char name[16], size_t i)
{
    int n = snprintf(name, 16, "account%zu", i);
    return store_key(&store, (struct slice){name, (size_t)n});
}

static long long balance(const struct keyspace *space, const struct key *key)
{
    long long number = -1;
    const struct entry *entry = keyspace_find(space, key);
    if (entry != NULL && !slice_to_ll(entry_value(entry), &number))
        number = -1;
    return number;
}

static bool set_balance(struct keyspace *space, const struct key *key,
                        long long number)
{
    char digits[24];
    struct slice value = {digits, format_ll(digits, number)};
    return keyspace_put(space, key, value, NO_DEADLINE);
}

static int open_bank(void **state)
{
    (void)state;
    char name[16];
    struct keyspace space = {.store = &store};
    alarm(PATIENCE);
    if (!store_open(&store, 1))
        return -1;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        struct key key = account(name, i);
        if (!set_balance(&space, &key, OPENING))
            return -1;
    }
    return 0;
}

static int close_bank(void **state)
{
    (void)state;
    store_close(&store);
    alarm(0);
    return 0;
}

/* Two keys, in any order and perhaps the same one, and what is on them. */
static void transfer(struct worker *worker)
{
    char names[2][16];
    size_t from = random_below(&worker->random, ACCOUNTS);
    size_t to = random_below(&worker->random, ACCOUNTS);
    struct key keys[] = {account(names[0], from), account(names[1], to)};
    struct keyspace space = {.store = &store};
    struct lockset locks;
    lockset_init(&locks, worker->number);
    lockset_add(&locks, store_shard(0, keys[0].hash), true);
    lockset_add(&locks, store_shard(0, keys[1].hash), true);
    lockset_lock(&locks, &store);
    bool good = set_balance(&space, &keys[0], balance(&space, &keys[0]) - 1) &&
                set_balance(&space, &keys[1], balance(&space, &keys[1]) + 1);
    lockset_unlock(&locks, &store);
    keyspace_free_garbage(&space);
    worker->wrong += !good;
}

/* Everybody's money, through the shards or through the gates. */
static void audit(struct worker *worker, bool whole)
{
    char names[ACCOUNTS][16];
    struct key keys[ACCOUNTS];
    struct keyspace space = {.store = &store};
    struct lockset locks;
    lockset_init(&locks, worker->number);
    if (whole)
        lockset_add_all(&locks);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        keys[i] = account(names[i], i);
        lockset_add(&locks, store_shard(0, keys[i].hash), false);
    }
    long long sum = 0;
    lockset_lock(&locks, &store);
    for (size_t i = 0; i < ACCOUNTS; i++)
        sum += balance(&space, &keys[i]);
    lockset_unlock(&locks, &store);
    worker->wrong += sum != ACCOUNTS * OPENING;
}

static void *trade(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        transfer(worker);
        if (i % 16 == 0)
            audit(worker, i % 64 == 0);
    }
    return NULL;
}

/* A key of everybody's: one more each time. And keys of one's own, which the
 * sweep of another thread takes away. */
static void *add_one(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        char name[16], own[32];
        struct key key = account(name, 0);
        int n = snprintf(own, sizeof own, "own:%u:%d", worker->number, i);
        struct key mine = store_key(&store, (struct slice){own, (size_t)n});
        struct keyspace space = {.store = &store};
        struct lockset locks;
        lockset_init(&locks, worker->number);
        lockset_add(&locks, store_shard(0, key.hash), true);
        lockset_add(&locks, store_shard(0, mine.hash), true);
        lockset_lock(&locks, &store);
        if (!set_balance(&space, &key, balance(&space, &key) + 1) ||
            !keyspace_put(&space, &mine, SLICE("x"), 10))
            worker->wrong++;
        lockset_unlock(&locks, &store);
        keyspace_free_garbage(&space);
        if (i % 100 == 0)
            worker->done += (long long)store_sweep(&store, 10);
    }
    return NULL;
}

static void run_workers(struct worker workers[THREADS], void *(*run)(void *))
{
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.number = i, .random = i + 1};
        assert_int_equal(
            pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(workers[i].wrong, 0);
}

static void no_money_is_made_or_lost(void **state)
{
    (void)state;
    struct worker workers[THREADS];
    run_workers(workers, trade);
    struct worker auditor = {.number = 1};
    audit(&auditor, true);
    assert_int_equal(auditor.wrong, 0);
}

static void every_addition_and_every_key_counts(void **state)
{
    (void)state;
    struct worker workers[THREADS];
    run_workers(workers, add_one);
    char name[16];
    struct key key = account(name, 0);
    struct keyspace space = {.store = &store};
    assert_int_equal(balance(&space, &key), OPENING + THREADS * ROUNDS);
    long long swept = (long long)store_sweep(&store, 10);
    for (size_t i = 0; i < THREADS; i++)
        swept += workers[i].done;
    assert_int_equal(swept, THREADS * ROUNDS);
    assert_int_equal(keyspace_size(&space).keys, ACCOUNTS);
    assert_int_equal(keyspace_size(&space).mortal, 0);
}

#define AT_THE_BANK(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_bank, close_bank)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_THE_BANK(no_money_is_made_or_lost),
        AT_THE_BANK(every_addition_and_every_key_counts),
    };
    return cmocka_run_group_tests_name("store_threads", tests, NULL, NULL);
}
