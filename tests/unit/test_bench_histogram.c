/* Percentiles out of a log-linear histogram beside those of the sorted values
 * themselves. */
#include "unit.h"

#include "rung-bench/histogram.h"

#include <math.h>

enum { SAMPLES = 20000 };

static const double percents[] = {0, 1, 50, 90, 99, 99.9, 99.99, 100};

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The smallest value that at least `percent` of the sorted ones do not
 * exceed. */
static uint64_t exact(const uint64_t *sorted, double percent)
{
    size_t rank = (size_t)ceil(percent / 100 * SAMPLES);
    return sorted[rank > 0 ? rank - 1 : 0];
}

/* From a few nanoseconds to some seconds, each magnitude as likely. */
static uint64_t some_value(uint64_t *state)
{
    return next_random(state) >> (30 + random_below(state, 32));
}

static void percentiles_are_within_a_bucket(void **state)
{
    static struct histogram histogram;
    static uint64_t values[SAMPLES];
    uint64_t random = 7;
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        values[i] = some_value(&random);
        histogram_add(&histogram, values[i]);
    }
    qsort(values, SAMPLES, sizeof values[0], compare);
    for (size_t i = 0; i < COUNT(percents); i++) {
        uint64_t wanted = exact(values, percents[i]);
        uint64_t got = histogram_percentile(&histogram, percents[i]);
        assert_in_range(got, wanted, wanted + wanted / 128);
    }
    assert_int_equal(histogram_percentile(&histogram, 100),
                     values[SAMPLES - 1]);
    assert_int_equal(histogram.max, values[SAMPLES - 1]);
}

static void small_values_are_exact(void **state)
{
    static struct histogram histogram;
    (void)state;
    for (uint64_t i = 1; i <= 200; i++)
        histogram_add(&histogram, i);
    assert_int_equal(histogram_percentile(&histogram, 50), 100);
    assert_int_equal(histogram_percentile(&histogram, 99), 198);
    assert_true(histogram_mean(&histogram) == 100.5);
}

/* No value is lost between two buckets, and none is shown as less than it is:
 * each power of two, and its neighbours. */
static void every_value_has_its_bucket(void **state)
{
    (void)state;
    for (unsigned bit = 1; bit < 64; bit++)
        for (uint64_t near = 0; near < 3; near++) {
            struct histogram *histogram = calloc(1, sizeof *histogram);
            assert_non_null(histogram);
            uint64_t value = (UINT64_C(1) << bit) + near - 1;
            histogram_add(histogram, value);
            histogram_add(histogram, UINT64_MAX);
            uint64_t got = histogram_percentile(histogram, 50);
            if (bit < HISTOGRAM_MAX_BITS)
                assert_in_range(got, value, value + value / 128);
            assert_int_equal(histogram->max, UINT64_MAX);
            free(histogram);
        }
}

static void none_is_zero(void **state)
{
    static struct histogram histogram;
    (void)state;
    assert_int_equal(histogram_percentile(&histogram, 99), 0);
    assert_true(histogram_mean(&histogram) == 0);
}

static void a_sum_is_that_of_its_parts(void **state)
{
    static struct histogram parts[2], whole, sum;
    uint64_t random = 11;
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        uint64_t value = some_value(&random);
        histogram_add(&parts[i % 2], value);
        histogram_add(&whole, value);
    }
    histogram_merge(&sum, &parts[0]);
    histogram_merge(&sum, &parts[1]);
    assert_memory_equal(&sum, &whole, sizeof sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_within_a_bucket),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(every_value_has_its_bucket),
        cmocka_unit_test(none_is_zero),
        cmocka_unit_test(a_sum_is_that_of_its_parts),
    };
    return cmocka_run_group_tests_name("bench_histogram", tests, NULL, NULL);
}
