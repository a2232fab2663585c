/* Making room: who goes first, and what entries remember of their use. */
#include "unit.h"

#include "store/evict.h"
#include "store/keyspace.h"
#include "store/usage.h"

#include <stdio.h>

enum { NOW = 100000000 /* milliseconds: any time will do */, KEYS = 30000 };

static struct store store;
static size_t told;

static void tell(void *context, enum store_event event, unsigned db,
                 struct slice key)
{
    (void)context;
    (void)db;
    (void)key;
    told += event == STORE_EVICTED;
}

static int open_store(void **state)
{
    (void)state;
    bool good = store_open(&store, 2);
    store.listener = (struct store_listener){.tell = tell};
    told = 0;
    return !good;
}

static int close_store(void **state)
{
    (void)state;
    store_close(&store);
    return 0;
}

static void put(unsigned db, int i, int64_t deadline, int64_t now)
{
    char name[16];
    snprintf(name, sizeof name, "key:%d", i);
    struct keyspace space = {.store = &store, .db = db, .now = now};
    struct key key = store_key(&store, text(name));
    assert_true(keyspace_put(&space, &key, SLICE("value"), deadline));
    keyspace_free_garbage(&space);
}

static const struct entry *get(unsigned db, int i, int64_t now)
{
    char name[16];
    snprintf(name, sizeof name, "key:%d", i);
    struct keyspace space = {.store = &store, .db = db, .now = now};
    struct key key = store_key(&store, text(name));
    return keyspace_find(&space, &key);
}

static size_t alive(unsigned db, int from, int to)
{
    size_t n = 0;
    for (int i = from; i < to; i++)
        n += get(db, i, NOW) != NULL;
    return n;
}

static void evict(const struct eviction *how, int n)
{
    for (int i = 0; i < n; i++)
        assert_true(store_evict(&store, how, NOW));
    assert_int_equal(told, n);
}

static void nothing_is_left_at_last(void **state)
{
    (void)state;
    struct eviction any = {.which = EVICT_ANY, .samples = 5};
    assert_false(store_evict(&store, &any, NOW));
    for (int i = 0; i < 100; i++)
        put((unsigned)i % 2, i, NO_DEADLINE, NOW);
    evict(&any, 100);
    assert_false(store_evict(&store, &any, NOW));
}

/* Half the keys were not used for 1000 seconds: of a third that go, few are
 * of the others; at random it would be a third of them. */
static void the_idle_go_first(void **state)
{
    (void)state;
    struct eviction idle = {.which = EVICT_IDLE, .samples = 5};
    for (int i = 0; i < KEYS; i++)
        put(0, i, NO_DEADLINE, i < KEYS / 2 ? NOW - 1000000 : NOW);
    evict(&idle, KEYS / 3);
    assert_true(alive(0, KEYS / 2, KEYS) > KEYS / 2 - KEYS / 20);
}

static void the_rare_go_first(void **state)
{
    (void)state;
    struct eviction rare = {.which = EVICT_RARE, .samples = 5};
    store.counts_uses = true;
    store.log_factor = 10;
    store.decay_minutes = 1;
    for (int i = 0; i < KEYS; i++)
        put(0, i, NO_DEADLINE, NOW);
    for (int round = 0; round < 50; round++)
        for (int i = KEYS / 2; i < KEYS; i++)
            get(0, i, NOW);
    evict(&rare, KEYS / 3);
    assert_true(alive(0, KEYS / 2, KEYS) > KEYS / 2 - KEYS / 20);
}

static void the_soonest_to_expire_go_first(void **state)
{
    (void)state;
    struct eviction soonest = {.mortal = true, .which = EVICT_SOONEST,
                               .samples = 5};
    for (int i = 0; i < KEYS; i++)
        put(0, i, NOW + (i < KEYS / 2 ? 1000 : 100000), NOW);
    evict(&soonest, KEYS / 3);
    assert_true(alive(0, KEYS / 2, KEYS) > KEYS / 2 - KEYS / 20);
}

/* However few they are among others, they are found. */
static void only_the_mortal_go(void **state)
{
    (void)state;
    struct eviction mortal = {.mortal = true, .which = EVICT_IDLE,
                              .samples = 1};
    for (int i = 0; i < KEYS; i++)
        put(1, i, i % 300 == 0 ? NOW + 1000 : NO_DEADLINE, NOW);
    evict(&mortal, KEYS / 300);
    assert_false(store_evict(&store, &mortal, NOW));
    assert_int_equal(alive(1, 0, KEYS), KEYS - KEYS / 300);
}

/* Each database as likely as it has keys: a small one is not emptied first. */
static void databases_give_in_proportion(void **state)
{
    (void)state;
    struct eviction any = {.which = EVICT_ANY, .samples = 5};
    for (int i = 0; i < KEYS; i++)
        put(i % 10 == 0, i, NO_DEADLINE, NOW);
    evict(&any, KEYS / 2);
    assert_in_range(alive(1, 0, KEYS), KEYS / 25, KEYS / 16);
}

static void idle_seconds(void **state)
{
    (void)state;
    put(0, 1, NO_DEADLINE, NOW);
    const struct entry *entry = get(0, 1, NOW);
    static const int64_t seconds[] = {0, 1, 65535, 65536, 70000, 16000000};
    for (size_t i = 0; i < COUNT(seconds); i++)
        assert_int_equal(usage_idle(entry, NOW + seconds[i] * 1000),
                         seconds[i]);
    get(0, 1, NOW + 100000);
    assert_int_equal(usage_idle(entry, NOW + 100000), 0);
    struct keyspace quiet = {.store = &store, .now = NOW + 200000,
                             .leaves_no_trace = true};
    struct key key = store_key(&store, SLICE("key:1"));
    assert_ptr_equal(keyspace_find(&quiet, &key), entry);
    assert_int_equal(usage_idle(entry, NOW + 200000), 100);
}

static void frequencies_grow_and_decay(void **state)
{
    (void)state;
    store.counts_uses = true;
    store.decay_minutes = 2;
    store.log_factor = 0; /* every use counts */
    put(0, 1, NO_DEADLINE, NOW);
    const struct entry *entry = get(0, 1, NOW);
    assert_int_equal(usage_frequency(&store, entry, NOW), USAGE_FIRST + 1);
    for (int i = 0; i < 300; i++)
        get(0, 1, NOW);
    assert_int_equal(usage_frequency(&store, entry, NOW), 255);
    assert_int_equal(usage_frequency(&store, entry, NOW + 20 * 60000), 245);
    assert_int_equal(usage_frequency(&store, entry, NOW + 40000000), 0);
    store.decay_minutes = 0;
    assert_int_equal(usage_frequency(&store, entry, NOW + 40000000), 255);
}

#define FRESH(test) \
    cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(nothing_is_left_at_last),
        FRESH(the_idle_go_first),
        FRESH(the_rare_go_first),
        FRESH(the_soonest_to_expire_go_first),
        FRESH(only_the_mortal_go),
        FRESH(databases_give_in_proportion),
        FRESH(idle_seconds),
        FRESH(frequencies_grow_and_decay),
    };
    return cmocka_run_group_tests_name("evict", tests, NULL, NULL);
}
