/* A database, against a plain array of keys that does the same the slow way.
 * No locks are taken: there is one thread here. */
#include "unit.h"

#include "resp/resp.h"
#include "store/keyspace.h"

#include <stdio.h>

enum { KEYS = 300, STEPS = 30000 };

struct model {
    struct modelled {
        bool there; /* it may have expired */
        char value[800];
        size_t len;
        int64_t deadline;
    } keys[KEYS];
};

struct world {
    struct store store;
    struct keyspace space;
    struct model model;
    uint64_t random;
};

static int open_world(void **state)
{
    static struct world world;
    world = (struct world){.random = 1};
    *state = &world;
    world.space = (struct keyspace){.store = &world.store, .now = 1000000};
    bool good = store_open(&world.store, 2);
    world.store.seed = (struct hash_seed){1, 2}; /* the same in every run */
    return !good;
}

static int close_world(void **state)
{
    struct world *world = *state;
    keyspace_free_garbage(&world->space);
    store_close(&world->store);
    return 0;
}

static struct key name(const struct world *world, char bytes[16], size_t i)
{
    int n = snprintf(bytes, 16, "key:%zu", i);
    return store_key(&world->store, (struct slice){bytes, (size_t)n});
}

static bool alive(const struct world *world, size_t i)
{
    const struct modelled *key = &world->model.keys[i];
    return key->there && key->deadline > world->space.now;
}

static void check_key(const struct world *world, size_t i)
{
    char bytes[16];
    struct key key = name(world, bytes, i);
    const struct modelled *expected = &world->model.keys[i];
    const struct entry *entry = keyspace_find(&world->space, &key);
    assert_true((entry != NULL) == alive(world, i));
    if (entry == NULL)
        return;
    assert_bytes(entry_key(entry), key.name);
    assert_bytes(entry_value(entry),
                 (struct slice){expected->value, expected->len});
    assert_true(entry_deadline(entry) == expected->deadline);
}

static void count_visits(const struct entry *entry, void *context)
{
    size_t *visits = context;
    struct slice key = entry_key(entry);
    long long i;
    assert_true(slice_to_ll((struct slice){key.data + 4, key.len - 4}, &i));
    visits[i]++;
}

static void check_all(struct world *world)
{
    size_t visits[KEYS] = {0}, there = 0, mortal = 0;
    keyspace_each(&world->space, count_visits, visits);
    for (size_t i = 0; i < KEYS; i++) {
        const struct modelled *key = &world->model.keys[i];
        check_key(world, i);
        assert_int_equal(visits[i], alive(world, i));
        there += key->there;
        mortal += key->there && key->deadline != NO_DEADLINE;
    }
    struct keyspace_size size = keyspace_size(&world->space);
    assert_int_equal(size.keys, there);
    assert_int_equal(size.mortal, mortal);
}

/* Mostly short, as most values are. */
static struct slice some_value(struct world *world, char bytes[400])
{
    size_t len = random_below(&world->random,
                              random_below(&world->random, 8) ? 40 : 400);
    memset(bytes, 'a' + (char)random_below(&world->random, 26), len);
    return (struct slice){bytes, len};
}

static int64_t some_deadline(struct world *world)
{
    if (random_below(&world->random, 2))
        return NO_DEADLINE;
    return world->space.now - 10 + (int64_t)random_below(&world->random, 2000);
}

static void put(struct world *world, const struct key *key,
                struct modelled *expected)
{
    char bytes[400];
    struct slice value = some_value(world, bytes);
    int64_t deadline = some_deadline(world);
    assert_true(keyspace_put(&world->space, key, value, deadline));
    memcpy(expected->value, value.data, value.len);
    expected->len = value.len;
    expected->deadline = deadline;
    expected->there = true;
}

static void append(struct world *world, const struct key *key,
                   struct modelled *expected, bool was_alive)
{
    char bytes[400];
    struct slice more = some_value(world, bytes);
    if (!was_alive)
        *expected = (struct modelled){.deadline = NO_DEADLINE};
    if (expected->len + more.len > sizeof expected->value)
        more.len = sizeof expected->value - expected->len;
    assert_true(keyspace_append(&world->space, key, more));
    memcpy(expected->value + expected->len, more.data, more.len);
    expected->len += more.len;
    expected->there = true;
}

static void expire(struct world *world, const struct key *key,
                   struct modelled *expected)
{
    expected->deadline = some_deadline(world);
    assert_true(keyspace_expire(&world->space, key, expected->deadline));
}

/* The tables are small, so one sweep goes over all of them. */
static void sweep(struct world *world)
{
    size_t expired = 0;
    for (size_t i = 0; i < KEYS; i++) {
        if (world->model.keys[i].there && !alive(world, i)) {
            world->model.keys[i].there = false;
            expired++;
        }
    }
    assert_int_equal(store_sweep(&world->store, world->space.now), expired);
}

static void clear(struct world *world)
{
    keyspace_clear(&world->space);
    for (size_t i = 0; i < KEYS; i++)
        world->model.keys[i].there = false;
}

static void change_one(struct world *world, size_t i)
{
    char bytes[16];
    struct key key = name(world, bytes, i);
    struct modelled *expected = &world->model.keys[i];
    bool was_alive = alive(world, i);
    size_t what = random_below(&world->random, 10);
    if (what < 4) {
        put(world, &key, expected);
    } else if (what < 6) {
        append(world, &key, expected, was_alive);
    } else if (what < 8 && was_alive) {
        expire(world, &key, expected);
    } else if (what >= 8) {
        assert_true(keyspace_remove(&world->space, &key) == was_alive);
        expected->there = false;
    }
    check_key(world, i);
}

static void behaves_as_an_array(void **state)
{
    struct world *world = *state;
    for (int step = 0; step < STEPS; step++) {
        size_t what = random_below(&world->random, 1000);
        if (what == 0 && step % 8 == 0)
            clear(world);
        else if (what < 10)
            sweep(world);
        else
            change_one(world, random_below(&world->random, KEYS));
        world->space.now += (int64_t)random_below(&world->random, 3);
        if (step % 10 == 0)
            keyspace_free_garbage(&world->space);
        if (step % 250 == 0)
            check_all(world);
    }
}

static void put_text(struct world *world, const char *key_text,
                     const char *value, int64_t deadline)
{
    struct key key = store_key(&world->store, text(key_text));
    assert_true(keyspace_put(&world->space, &key, text(value), deadline));
}

static const struct entry *find_text(const struct world *world,
                                     const char *key_text)
{
    struct key key = store_key(&world->store, text(key_text));
    return keyspace_find(&world->space, &key);
}

static void databases_are_apart(void **state)
{
    struct world *world = *state;
    put_text(world, "k", "zero", NO_DEADLINE);
    world->space.db = 1;
    assert_null(find_text(world, "k"));
    put_text(world, "k", "one", NO_DEADLINE);
    world->space.db = 0;
    assert_bytes(entry_value(find_text(world, "k")), SLICE("zero"));
    keyspace_clear(&world->space);
    assert_null(find_text(world, "k"));
    world->space.db = 1;
    assert_bytes(entry_value(find_text(world, "k")), SLICE("one"));
    assert_int_equal(keyspace_size(&world->space).keys, 1);
}

/* A read leaves what has expired; a write does not build on it. */
static void what_expired_is_absent_before_it_is_gone(void **state)
{
    struct world *world = *state;
    put_text(world, "k", "old", world->space.now + 1);
    assert_non_null(find_text(world, "k"));
    world->space.now++;
    assert_null(find_text(world, "k"));
    assert_int_equal(keyspace_size(&world->space).keys, 1);
    struct key key = store_key(&world->store, SLICE("k"));
    assert_false(keyspace_remove(&world->space, &key));
    assert_int_equal(keyspace_size(&world->space).keys, 0);

    put_text(world, "k", "old", world->space.now);
    assert_true(keyspace_append(&world->space, &key, SLICE("new")));
    assert_bytes(entry_value(find_text(world, "k")), SLICE("new"));
    assert_true(entry_deadline(find_text(world, "k")) == NO_DEADLINE);
    assert_int_equal(keyspace_size(&world->space).mortal, 0);
}

/* Others may hold on to what they found until the garbage is freed. */
static void replaced_entries_are_only_set_aside(void **state)
{
    struct world *world = *state;
    put_text(world, "k", "first", NO_DEADLINE);
    const struct entry *first = find_text(world, "k");
    put_text(world, "k", "a value of quite another length than that",
             NO_DEADLINE);
    const struct entry *second = find_text(world, "k");
    assert_ptr_not_equal(first, second);
    struct key key = store_key(&world->store, SLICE("k"));
    assert_true(keyspace_remove(&world->space, &key));
    assert_bytes(entry_value(first), SLICE("first"));
    assert_int_equal(entry_value(second).len, 41);
    assert_non_null(world->space.garbage);
    keyspace_free_garbage(&world->space);
    assert_null(world->space.garbage);
}

/* Tables grow with what is in them, and are swept piece by piece. */
static void many_keys_come_and_expire(void **state)
{
    enum { MANY = 200000 };
    struct world *world = *state;
    char bytes[16];
    int64_t then = world->space.now + 5;
    for (size_t i = 0; i < MANY; i++) {
        struct key key = name(world, bytes, i);
        assert_true(keyspace_put(&world->space, &key, key.name,
                                 i % 100 ? then : NO_DEADLINE));
    }
    for (size_t i = 0; i < SHARDS; i++)
        assert_true(world->store.shards[i].bucket_count >=
                    world->store.shards[i].count);
    for (size_t i = 0; i < MANY; i++) {
        struct key key = name(world, bytes, i);
        assert_non_null(keyspace_find(&world->space, &key));
    }
    assert_int_equal(store_sweep(&world->store, then - 1), 0);
    size_t swept = 0, rounds = 0;
    while (keyspace_size(&world->space).mortal > 0 && rounds++ < 100)
        swept += store_sweep(&world->store, then);
    assert_in_range(rounds, 2, 8); /* at most 256 of 1024 buckets at once */
    assert_int_equal(swept, MANY - MANY / 100);
    assert_int_equal(keyspace_size(&world->space).keys, MANY / 100);
}

#define IN_A_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(behaves_as_an_array),
        IN_A_WORLD(databases_are_apart),
        IN_A_WORLD(what_expired_is_absent_before_it_is_gone),
        IN_A_WORLD(replaced_entries_are_only_set_aside),
        IN_A_WORLD(many_keys_come_and_expire),
    };
    return cmocka_run_group_tests_name("keyspace", tests, NULL, NULL);
}
