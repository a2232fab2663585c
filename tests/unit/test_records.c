/* What the server remembers of what it did: statistics, the slow log, and the
 * events that took long. */
#include "unit.h"

#include "core/latency.h"
#include "core/rates.h"
#include "core/slowlog.h"
#include "core/stats.h"

#include <stdio.h>

static struct stats stats;
static struct slowlog slowlog;
static struct latency latency;

static int open_all(void **state)
{
    (void)state;
    return !(stats_open(&stats) && slowlog_open(&slowlog) &&
             latency_open(&latency));
}

static int close_all(void **state)
{
    (void)state;
    latency_close(&latency);
    slowlog_close(&slowlog);
    stats_close(&stats);
    return 0;
}

/* Each bucket begins where the one before it ends, and none is wider than a
 * quarter of where it begins. */
static void buckets_follow_each_other(void **state)
{
    (void)state;
    for (size_t i = 1; i < STATS_BUCKETS - 1; i++) {
        uint64_t start = stats_bucket_end(i - 1) + 1;
        assert_true(stats_bucket_end(i) >= start);
        assert_true(stats_bucket_end(i) - start < start / 4 + 1);
    }
    assert_int_equal(stats_bucket_end(0), 1023);
    assert_int_equal(stats_bucket_end(STATS_BUCKETS - 2), (1 << 30) - 1);
}

/* A duration counts in the bucket in whose bounds it lies. */
static void durations_find_their_bucket(void **state)
{
    (void)state;
    struct command_stats sum;
    for (size_t i = 0; i < STATS_BUCKETS - 1; i++) {
        uint64_t first = i == 0 ? 0 : stats_bucket_end(i - 1) + 1;
        stats_ran(&stats, i, 3, 1, first, false);
        stats_ran(&stats, i, 3, 1, stats_bucket_end(i), false);
        stats_sum(&stats, 3, &sum);
        assert_int_equal(sum.durations[i], 2);
        assert_int_equal(sum.calls, 2 * i + 2);
    }
    stats_ran(&stats, 0, 3, 1, UINT64_MAX / 4, false);
    stats_sum(&stats, 3, &sum);
    assert_int_equal(sum.durations[STATS_BUCKETS - 1], 1);
}

/* Of those that were measured together, one is the long one. */
static void runs_are_counted_each(void **state)
{
    (void)state;
    struct command_stats sum;
    stats_ran(&stats, 0, 7, 4, 4 * 1023, false);
    stats_ran(&stats, 0, 7, 3, 5000, false);
    stats_sum(&stats, 7, &sum);
    assert_int_equal(sum.calls, 7);
    assert_int_equal(sum.ns, 4 * 1023 + 5000);
    assert_int_equal(sum.durations[0], 6);
    assert_in_range(stats_percentile(&sum, 100), 5000, 6250);
}

static void all_clients_are_added_up(void **state)
{
    (void)state;
    struct command_stats sum;
    for (unsigned long long client = 0; client < 20; client++) {
        stats_ran(&stats, client, 5, 1, 1000, client % 2);
        stats_rejected(&stats, client, 5);
    }
    stats_sum(&stats, 5, &sum);
    assert_int_equal(sum.calls, 20);
    assert_int_equal(sum.ns, 20000);
    assert_int_equal(sum.failed, 10);
    assert_int_equal(sum.rejected, 20);
    stats_sum(&stats, 6, &sum);
    assert_int_equal(sum.calls, 0);
}

static void percentiles(void **state)
{
    (void)state;
    struct command_stats sum;
    stats_sum(&stats, 0, &sum);
    for (int i = 0; i < 98; i++)
        stats_ran(&stats, 0, 0, 1, 500, false);
    stats_ran(&stats, 0, 0, 1, 5000, false);
    stats_ran(&stats, 0, 0, 1, 500000, false);
    stats_sum(&stats, 0, &sum);
    assert_int_equal(stats_percentile(&sum, 50), 1023);
    assert_int_equal(stats_percentile(&sum, 98), 1023);
    assert_in_range(stats_percentile(&sum, 99), 5000, 6250);
    assert_in_range(stats_percentile(&sum, 99.9), 500000, 625000);
}

static void errors_are_kept_by_code(void **state)
{
    (void)state;
    static struct error_stats errors[STATS_ERRORS];
    char long_code[100];
    memset(long_code, 'X', sizeof long_code - 1);
    long_code[sizeof long_code - 1] = '\0';
    stats_error(&stats, "WRONGTYPE Operation", 1);
    stats_error(&stats, "ERR one", 2);
    stats_error(&stats, "ERRATIC", 5);
    stats_error(&stats, "ERR two", 1);
    stats_error(&stats, long_code, 1);
    assert_int_equal(stats_errors(&stats, errors), 4);
    assert_string_equal(errors[0].code, "ERR");
    assert_int_equal(errors[0].count, 3);
    assert_string_equal(errors[1].code, "ERRATIC");
    assert_string_equal(errors[2].code, "WRONGTYPE");
    assert_int_equal(strlen(errors[3].code), STATS_CODE - 1);
    for (int i = 0; i < 2 * STATS_ERRORS; i++) {
        char code[16];
        snprintf(code, sizeof code, "E%d", i);
        stats_error(&stats, code, 1);
    }
    assert_int_equal(stats_errors(&stats, errors), STATS_ERRORS);
}

static void all_is_forgotten(void **state)
{
    (void)state;
    static struct error_stats errors[STATS_ERRORS];
    struct command_stats sum;
    stats_ran(&stats, 1, 2, 1, 3, true);
    stats_rejected(&stats, 9, 4);
    stats_error(&stats, "ERR", 1);
    stats_reset(&stats);
    for (size_t command = 0; command < 6; command++) {
        stats_sum(&stats, command, &sum);
        assert_int_equal(sum.calls + sum.rejected + sum.failed + sum.ns, 0);
    }
    assert_int_equal(stats_errors(&stats, errors), 0);
}

static void note(const char *name, uint64_t us, size_t most)
{
    struct slice words[2] = {text(name), BYTES("x")};
    const struct slow facts = {.at = 7, .us = us, .address = BYTES("1:2"),
                               .name = BYTES("me")};
    slowlog_add(&slowlog, &facts, words, 2, most);
}

static void the_slow_log_keeps_the_newest(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        note("get", (uint64_t)i, 3);
    assert_int_equal(slowlog.count, 3);
    const struct slow *slow = slowlog.newest;
    for (unsigned id = 9; id >= 7; id--, slow = slow->next) {
        assert_int_equal(slow->id, id);
        assert_int_equal(slow->us, id);
        assert_bytes(slow->words[0], text("get"));
        assert_bytes(slow->address, text("1:2"));
        assert_bytes(slow->name, text("me"));
    }
    assert_null(slow);
    note("get", 1, 0);
    assert_int_equal(slowlog.count, 0);
    note("get", 1, 5);
    slowlog_reset(&slowlog);
    assert_int_equal(slowlog.count, 0);
    assert_null(slowlog.newest);
}

static void long_commands_are_cut_short(void **state)
{
    (void)state;
    char letters[300];
    memset(letters, 'y', sizeof letters);
    struct slice words[SLOWLOG_WORDS];
    for (size_t i = 0; i < SLOWLOG_WORDS; i++)
        words[i] = (struct slice){letters, 127 + i};
    const struct slow facts = {.us = 1};
    slowlog_add(&slowlog, &facts, words, 100, 5);
    const struct slow *slow = slowlog.newest;
    assert_int_equal(slow->count, SLOWLOG_WORDS);
    assert_bytes(slow->words[1], (struct slice){letters, 128});
    assert_true(slow->words[2].len > 128);
    struct slice tail = {slow->words[2].data + 128, slow->words[2].len - 128};
    assert_bytes(tail, text("... (1 more bytes)"));
    assert_bytes(slow->words[31], text("... (69 more arguments)"));
}

static void samples_of_one_second_are_one(void **state)
{
    (void)state;
    static struct latency_history history;
    latency_add(&latency, LATENCY_COMMAND, 100, 5);
    latency_add(&latency, LATENCY_COMMAND, 100, 9);
    latency_add(&latency, LATENCY_COMMAND, 100, 7);
    latency_add(&latency, LATENCY_COMMAND, 101, 6);
    latency_get(&latency, LATENCY_COMMAND, &history);
    assert_int_equal(history.count, 2);
    assert_int_equal(history.samples[0].ms, 9);
    assert_int_equal(history.samples[1].ms, 6);
    assert_int_equal(history.max, 9);
    latency_get(&latency, LATENCY_FAST_COMMAND, &history);
    assert_int_equal(history.count, 0);
}

static void old_samples_go(void **state)
{
    (void)state;
    static struct latency_history history;
    for (uint32_t i = 0; i < 200; i++)
        latency_add(&latency, LATENCY_EXPIRE, i, 200 - i);
    latency_get(&latency, LATENCY_EXPIRE, &history);
    assert_int_equal(history.count, LATENCY_SAMPLES);
    assert_int_equal(history.samples[0].at, 40);
    assert_int_equal(history.samples[159].at, 199);
    assert_int_equal(history.max, 200);
    assert_true(latency_reset(&latency, LATENCY_EXPIRE));
    assert_false(latency_reset(&latency, LATENCY_EXPIRE));
}

static void rates_are_differences(void **state)
{
    (void)state;
    static struct rates rates;
    unsigned long long sums[COUNTERS] = {0};
    for (int i = 0; i <= RATE_LOOKS; i++) {
        rates_look(&rates, sums, 1000 + 100 * i);
        sums[COUNT_COMMANDS] += 50;
    }
    assert_int_equal(rates.a_second[COUNT_COMMANDS], 500);
    assert_int_equal(rates.a_second[COUNT_ERRORS], 0);
    sums[COUNT_COMMANDS] = 0; /* CONFIG RESETSTAT */
    rates_look(&rates, sums, 1000 + 100 * (RATE_LOOKS + 1));
    assert_int_equal(rates.a_second[COUNT_COMMANDS], 0);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_follow_each_other),
        FRESH(durations_find_their_bucket),
        FRESH(runs_are_counted_each),
        FRESH(all_clients_are_added_up),
        FRESH(percentiles),
        FRESH(errors_are_kept_by_code),
        FRESH(all_is_forgotten),
        FRESH(the_slow_log_keeps_the_newest),
        FRESH(long_commands_are_cut_short),
        FRESH(samples_of_one_second_are_one),
        FRESH(old_samples_go),
        cmocka_unit_test(rates_are_differences),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
