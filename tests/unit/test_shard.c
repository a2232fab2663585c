/* The table of a shard: it follows what is in it, and a walk in pieces misses
 * nothing, however the table changes meanwhile. */
#include "unit.h"

#include "store/shard.h"

#include <stdio.h>

enum { STEADY = 500, PASSING = 2000, WALKS = 20 };

static struct key name(char bytes[16], const char *kind, size_t i)
{
    uint64_t hash = i * 0x9e3779b97f4a7c15 ^ (unsigned char)kind[0];
    int n = snprintf(bytes, 16, "%s%zu", kind, i);
    return (struct key){{bytes, (size_t)n}, hash ^ hash >> 29};
}

static void put(struct shard *shard, const char *kind, size_t i)
{
    char bytes[16];
    struct key key = name(bytes, kind, i);
    assert_true(shard_grow(shard));
    struct entry **link = shard_link(shard, &key);
    if (*link != NULL)
        return;
    *link = entry_new((uint32_t)key.hash, key.name, SLICE(""), NO_DEADLINE);
    assert_non_null(*link);
    (*link)->next = NULL;
    shard->count++;
}

static void drop(struct shard *shard, const char *kind, size_t i)
{
    char bytes[16];
    struct key key = name(bytes, kind, i);
    struct entry **link = shard_link(shard, &key);
    struct entry *entry = *link;
    if (entry == NULL)
        return;
    *link = entry->next;
    entry_free(entry);
    shard->count--;
    shard_shrink(shard);
}

static void drop_all(struct shard *shard)
{
    for (size_t i = 0; i < PASSING; i++)
        drop(shard, "passing", i);
    for (size_t i = 0; i < STEADY; i++)
        drop(shard, "steady", i);
    assert_int_equal(shard->count, 0);
    free(shard->buckets);
}

static void follows_what_is_in_it(void **state)
{
    (void)state;
    struct shard shard = {0};
    for (size_t i = 0; i < PASSING; i++) {
        put(&shard, "passing", i);
        assert_true(shard.bucket_count >= shard.count);
    }
    size_t most = shard.bucket_count;
    for (size_t i = 0; i < PASSING; i++) {
        drop(&shard, "passing", i);
        assert_true(shard.bucket_count <= 4 ||
                    shard.bucket_count <= 8 * shard.count);
    }
    assert_in_range(shard.bucket_count, 1, 4);
    assert_in_range(most, PASSING, 2 * PASSING);
    drop_all(&shard);
}

/* At its borders it does not go to and fro. */
static void rests_in_between(void **state)
{
    (void)state;
    struct shard shard = {0};
    for (size_t i = 0; i < 64; i++)
        put(&shard, "steady", i);
    for (int round = 0; round < 3; round++) {
        put(&shard, "steady", 64);
        assert_int_equal(shard.bucket_count, 128);
        drop(&shard, "steady", 64);
        assert_int_equal(shard.bucket_count, 128);
    }
    for (size_t i = 15; i < 64; i++)
        drop(&shard, "steady", i);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(shard.bucket_count, 64);
        drop(&shard, "steady", 0);
        put(&shard, "steady", 0);
    }
    drop_all(&shard);
}

static void count_steady(const struct entry *entry, void *context)
{
    size_t *visits = context;
    struct slice key = entry_key(entry);
    char digits[16] = {0};
    if (key.data[0] != 's')
        return;
    memcpy(digits, key.data + 6, key.len - 6);
    visits[atoi(digits)]++;
}

static void walk_sees_each_once(void **state)
{
    (void)state;
    struct shard shard = {0};
    size_t visits[STEADY] = {0};
    assert_int_equal(shard_visit(&shard, 0, count_steady, visits), 0);
    for (size_t i = 0; i < STEADY; i++)
        put(&shard, "steady", i);
    uint64_t position = 0;
    size_t steps = 0;
    do {
        position = shard_visit(&shard, position, count_steady, visits);
        steps++;
    } while (position != 0);
    assert_int_equal(steps, shard.bucket_count);
    for (size_t i = 0; i < STEADY; i++)
        assert_int_equal(visits[i], 1);
    drop_all(&shard);
}

/* Between two steps thousands of others come or go. */
static void walk_misses_nothing(void **state)
{
    (void)state;
    struct shard shard = {0};
    uint64_t random = 1;
    size_t sizes = 0;
    for (size_t i = 0; i < STEADY; i++)
        put(&shard, "steady", i);
    for (int walk = 0; walk < WALKS; walk++) {
        size_t visits[STEADY] = {0};
        uint64_t position = 0;
        do {
            position = shard_visit(&shard, position, count_steady, visits);
            if (random_below(&random, 20) > 0)
                continue;
            size_t before = shard.bucket_count;
            size_t some = random_below(&random, PASSING);
            for (size_t i = 0; i < PASSING; i++)
                (i < some ? put : drop)(&shard, "passing", i);
            sizes += shard.bucket_count != before;
        } while (position != 0);
        for (size_t i = 0; i < STEADY; i++)
            assert_true(visits[i] > 0);
    }
    assert_true(sizes > 2 * WALKS);
    drop_all(&shard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_what_is_in_it),
        cmocka_unit_test(rests_in_between),
        cmocka_unit_test(walk_sees_each_once),
        cmocka_unit_test(walk_misses_nothing),
    };
    return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
