/* Which locks a set takes, in which order, and how. What is held shows in what
 * another thread could still take. */
#include "unit.h"

#include "store/lockset.h"

enum { DATABASES = 3, SHARD_COUNT = DATABASES * SHARDS };

static struct store store;

static int open_store(void **state)
{
    (void)state;
    return !store_open(&store, DATABASES);
}

static int close_store(void **state)
{
    (void)state;
    store_close(&store);
    return 0;
}

enum held { FREE, SHARED, EXCLUSIVE };

static enum held how_held(pthread_rwlock_t *lock)
{
    if (pthread_rwlock_trywrlock(lock) == 0) {
        pthread_rwlock_unlock(lock);
        return FREE;
    }
    if (pthread_rwlock_tryrdlock(lock) == 0) {
        pthread_rwlock_unlock(lock);
        return SHARED;
    }
    return EXCLUSIVE;
}

/* Exactly these, and nothing else in the store. */
struct locks {
    enum held gates[GATES], shards[SHARD_COUNT];
};

static void assert_held(const struct locks *expected)
{
    for (size_t i = 0; i < GATES; i++)
        if (how_held(&store.gates[i].lock) != expected->gates[i])
            fail_msg("gate %zu is not held as expected", i);
    for (size_t i = 0; i < SHARD_COUNT; i++)
        if (how_held(&store.shards[i].lock) != expected->shards[i])
            fail_msg("shard %zu is not held as expected", i);
}

/* Takes the set and looks; releases it, and nothing is held any more. */
static void assert_takes(struct lockset *set, const struct locks *expected)
{
    static const struct locks nothing;
    assert_held(&nothing);
    lockset_lock(set, &store);
    assert_held(expected);
    lockset_unlock(set, &store);
    assert_held(&nothing);
}

static void takes_what_was_added_and_no_more(void **state)
{
    (void)state;
    struct locks expected = {0};
    struct lockset set;
    lockset_init(&set, 5 + GATES);
    lockset_add(&set, 700, false);
    lockset_add(&set, 3, true);
    lockset_add(&set, 256, false);
    expected.gates[5] = SHARED;
    expected.shards[700] = expected.shards[256] = SHARED;
    expected.shards[3] = EXCLUSIVE;
    assert_takes(&set, &expected);
}

static void one_lock_is_enough(void **state)
{
    (void)state;
    for (int exclusive = 0; exclusive <= 1; exclusive++) {
        struct locks expected = {.gates[1] = SHARED};
        struct lockset set;
        lockset_init(&set, 1);
        lockset_add(&set, 42, exclusive);
        expected.shards[42] = exclusive ? EXCLUSIVE : SHARED;
        assert_takes(&set, &expected);
    }
}

static void an_empty_set_takes_nothing(void **state)
{
    (void)state;
    static const struct locks nothing;
    struct lockset set;
    lockset_init(&set, 1);
    assert_takes(&set, &nothing);
}

static void the_whole_store_is_all_gates(void **state)
{
    (void)state;
    struct locks expected = {0};
    for (size_t i = 0; i < GATES; i++)
        expected.gates[i] = EXCLUSIVE;
    struct lockset set;
    lockset_init(&set, 1);
    lockset_add_all(&set);
    assert_takes(&set, &expected);
    lockset_add(&set, 3, false); /* is in it */
    assert_takes(&set, &expected);
}

static void twice_is_once_and_exclusive_wins(void **state)
{
    (void)state;
    static const struct {
        bool ways[3];
        enum held expected;
    } cases[] = {
        {{false, false, false}, SHARED},   {{true, false, false}, EXCLUSIVE},
        {{false, true, false}, EXCLUSIVE}, {{false, false, true}, EXCLUSIVE},
        {{true, true, true}, EXCLUSIVE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct locks expected = {.gates[1] = SHARED, .shards[5] = SHARED};
        struct lockset set;
        lockset_init(&set, 1);
        for (size_t w = 0; w < 3; w++) {
            lockset_add(&set, 9, cases[i].ways[w]);
            lockset_add(&set, 5, false);
        }
        expected.shards[9] = cases[i].expected;
        assert_takes(&set, &expected);
        assert_int_equal(set.count, 2);
    }
}

/* As many as there is room for, in an order like that of keys; with one more
 * it is the whole store. */
static void shards_are_taken_in_ascending_order(void **state)
{
    (void)state;
    uint64_t random = 1;
    struct locks expected = {.gates[2] = SHARED};
    struct lockset set;
    lockset_init(&set, 2);
    for (int i = 0; i < LOCKSET_MOST; i++) {
        uint32_t shard = (uint32_t)random_below(&random, SHARD_COUNT);
        bool exclusive = random_below(&random, 4) == 0;
        lockset_add(&set, shard, exclusive);
        if (exclusive)
            expected.shards[shard] = EXCLUSIVE;
        else if (expected.shards[shard] == FREE)
            expected.shards[shard] = SHARED;
    }
    assert_takes(&set, &expected);
    for (size_t i = 1; i < set.count; i++)
        assert_true(set.locks[i - 1].shard < set.locks[i].shard);
}

static void many_shards_are_the_whole_store(void **state)
{
    (void)state;
    struct locks expected = {0};
    for (size_t i = 0; i < GATES; i++)
        expected.gates[i] = EXCLUSIVE;
    struct lockset set;
    lockset_init(&set, 1);
    for (uint32_t i = 0; i < 1000; i++)
        lockset_add(&set, i % SHARD_COUNT, false);
    assert_takes(&set, &expected);
}

/* Other shards behind the same gate; for all of them one has to go outside. */
static void stays_inside_for_other_shards(void **state)
{
    (void)state;
    const struct locks first = {.gates[1] = SHARED, .shards[5] = EXCLUSIVE};
    const struct locks none = {.gates[1] = SHARED};
    const struct locks second = {.gates[1] = SHARED, .shards[3] = SHARED};
    struct locks whole = {0}, nothing = {0};
    for (size_t i = 0; i < GATES; i++)
        whole.gates[i] = EXCLUSIVE;
    struct lockset set;
    lockset_init(&set, 1);
    lockset_add(&set, 5, true);
    lockset_lock(&set, &store);
    assert_held(&first);
    lockset_unlock_shards(&set, &store);
    assert_held(&none);
    lockset_add(&set, 3, false);
    lockset_lock(&set, &store);
    assert_held(&second);
    lockset_unlock_shards(&set, &store);
    lockset_add_all(&set);
    lockset_lock(&set, &store);
    assert_held(&whole);
    lockset_unlock(&set, &store);
    assert_held(&nothing);
}

static void covers_what_it_holds(void **state)
{
    (void)state;
    struct lockset set;
    lockset_init(&set, 1);
    lockset_add(&set, 5, false);
    assert_true(lockset_covers(&set, 5, false));
    assert_false(lockset_covers(&set, 5, true));
    assert_false(lockset_covers(&set, 6, false));
    lockset_init(&set, 1);
    lockset_add(&set, 5, true);
    assert_true(lockset_covers(&set, 5, false));
    assert_true(lockset_covers(&set, 5, true));
}

static void keys_of_databases_have_shards_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(store_shard(0, 0), 0);
    assert_int_equal(store_shard(0, UINT64_MAX), SHARDS - 1);
    assert_int_equal(store_shard(1, 0), SHARDS);
    assert_int_equal(store_shard(2, (uint64_t)5 << 56), 2 * SHARDS + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_was_added_and_no_more),
        cmocka_unit_test(one_lock_is_enough),
        cmocka_unit_test(an_empty_set_takes_nothing),
        cmocka_unit_test(the_whole_store_is_all_gates),
        cmocka_unit_test(twice_is_once_and_exclusive_wins),
        cmocka_unit_test(shards_are_taken_in_ascending_order),
        cmocka_unit_test(many_shards_are_the_whole_store),
        cmocka_unit_test(stays_inside_for_other_shards),
        cmocka_unit_test(covers_what_it_holds),
        cmocka_unit_test(keys_of_databases_have_shards_of_their_own),
    };
    return cmocka_run_group_tests_name("lockset", tests, open_store,
                                       close_store);
}
