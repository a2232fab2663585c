/* Are keys drawn as often as they should be? */
#include "unit.h"

#include "rung-bench/draw.h"

#include <math.h>

enum { KEYS = 1000, DRAWS = 200000 };

static const double exponents[] = {0.1, 0.5, 0.99, 1, 1.01, 2, 5};

static struct draw drawing(double exponent)
{
    struct draw draw = {.state = 3, .keys = KEYS, .by_zipf = exponent > 0};
    zipf_init(&draw.zipf, KEYS, exponent);
    return draw;
}

/* Five times the standard deviation, which one in two million exceeds. */
static void uniform_keys_are_uniform(void **state)
{
    uint32_t counts[KEYS] = {0};
    struct draw draw = drawing(0);
    double expected = (double)DRAWS / KEYS;
    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        uint64_t key = draw_key(&draw);
        assert_true(key < KEYS);
        counts[key]++;
    }
    for (int k = 0; k < KEYS; k++)
        assert_true(fabs(counts[k] - expected) <= 5 * sqrt(expected));
}

/* Uniform numbers that are not random but evenly spaced: what falls to a key
 * is its share, to one or two of them. */
static void zipf_keys_follow_zipf(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(exponents); i++) {
        uint32_t counts[KEYS + 1] = {0};
        struct draw draw = drawing(exponents[i]);
        double sum = 0;
        for (int n = 0; n < DRAWS; n++)
            counts[zipf_try(&draw.zipf, (n + 0.5) / DRAWS)]++;
        for (int k = 1; k <= KEYS; k++)
            sum += pow(k, -exponents[i]);
        for (int k = 1; k <= KEYS; k++) {
            double expected =
                (DRAWS - counts[0]) * pow(k, -exponents[i]) / sum;
            assert_true(fabs(counts[k] - expected) <= 3);
        }
        assert_true(counts[0] < DRAWS / 4);
    }
}

static void zipf_keys_are_random(void **state)
{
    struct draw draw = drawing(1);
    uint32_t counts[KEYS] = {0};
    (void)state;
    for (int i = 0; i < DRAWS; i++)
        counts[draw_key(&draw)]++;
    assert_in_range(counts[0], DRAWS / 8, DRAWS / 7); /* 1/7.485 */
    assert_true(counts[KEYS - 1] > 0);
}

/* Thousands of millions of keys: no table is made of them. */
static void many_keys_are_as_cheap(void **state)
{
    struct draw draw = {.state = 1, .keys = UINT32_MAX, .by_zipf = true};
    uint64_t most = 0;
    (void)state;
    zipf_init(&draw.zipf, UINT32_MAX, 0.5);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t key = draw_key(&draw);
        assert_true(key < UINT32_MAX);
        most = key > most ? key : most;
    }
    assert_true(most > UINT32_MAX / 10 * 9);
}

static void one_key_is_always_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(exponents); i++) {
        struct draw draw = {.state = 1, .keys = 1, .by_zipf = true};
        zipf_init(&draw.zipf, 1, exponents[i]);
        for (int j = 0; j < 100; j++)
            assert_int_equal(draw_key(&draw), 0);
    }
}

static void the_same_seed_draws_the_same(void **state)
{
    struct draw a = drawing(1), b = drawing(1), c = drawing(1);
    int same = 0;
    (void)state;
    c.state++;
    for (int i = 0; i < 1000; i++) {
        uint64_t key = draw_key(&a);
        assert_int_equal(draw_key(&b), key);
        same += draw_key(&c) == key;
    }
    assert_true(same < 500);
}

static void in_order_is_in_order(void **state)
{
    struct draw draw = {.keys = 3, .in_order = true, .next = 2};
    (void)state;
    for (uint64_t i = 2; i < 10; i++)
        assert_int_equal(draw_key(&draw), i % 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniform_keys_are_uniform),
        cmocka_unit_test(zipf_keys_follow_zipf),
        cmocka_unit_test(zipf_keys_are_random),
        cmocka_unit_test(many_keys_are_as_cheap),
        cmocka_unit_test(one_key_is_always_the_same),
        cmocka_unit_test(the_same_seed_draws_the_same),
        cmocka_unit_test(in_order_is_in_order),
    };
    return cmocka_run_group_tests_name("bench_draw", tests, NULL, NULL);
}
