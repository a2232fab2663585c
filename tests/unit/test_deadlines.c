/* A heap of deadlines against a plain array of the same. */
#include "io/deadlines.h"
#include "base/clock.h"
#include "unit.h"

#include <limits.h>
#include <stdlib.h>

enum { MANY = 200, STEPS = 20000 };

static int64_t earliest(const int64_t at[MANY])
{
    int64_t first = NO_DEADLINE;
    for (int i = 0; i < MANY; i++)
        if (at[i] < first)
            first = at[i];
    return first;
}

/* Sets, moves, takes out and lets pass, at random. */
static void like_a_list(void **state)
{
    (void)state;
    struct deadlines deadlines = {0};
    static struct deadline all[MANY];
    int64_t at[MANY];
    srand(1);
    for (int i = 0; i < MANY; i++)
        at[i] = NO_DEADLINE;
    for (int step = 0; step < STEPS; step++) {
        int i = rand() % MANY;
        at[i] = rand() % 4 == 0 ? NO_DEADLINE : rand() % 1000;
        assert_true(deadlines_set(&deadlines, &all[i], at[i]));
        assert_int_equal(deadlines_next(&deadlines), earliest(at));
        int64_t now = rand() % 50;
        struct deadline *passed = deadlines_take(&deadlines, now);
        if (passed == NULL) {
            assert_true(earliest(at) > now);
            continue;
        }
        assert_int_equal(passed->at, earliest(at));
        assert_int_equal(passed->at, at[passed - all]);
        assert_true(passed->at <= now);
        at[passed - all] = NO_DEADLINE;
    }
    deadlines_free(&deadlines);
}

static void all_pass_in_order(void **state)
{
    (void)state;
    struct deadlines deadlines = {0};
    static struct deadline all[MANY];
    for (int i = 0; i < MANY; i++)
        assert_true(deadlines_set(&deadlines, &all[i], 7919 * i % MANY));
    for (int i = 0; i < MANY; i++) {
        assert_null(deadlines_take(&deadlines, i - 1));
        assert_int_equal(deadlines_take(&deadlines, MANY)->at, i);
    }
    assert_int_equal(deadlines_next(&deadlines), NO_DEADLINE);
    deadlines_free(&deadlines);
}

static void as_poll_wants_it(void **state)
{
    (void)state;
    assert_int_equal(poll_timeout(NO_DEADLINE, 5), -1);
    assert_int_equal(poll_timeout(4, 5), 0);
    assert_int_equal(poll_timeout(5, 5), 0);
    assert_int_equal(poll_timeout(6, 5), 1);
    assert_int_equal(poll_timeout(NO_DEADLINE - 1, 5), INT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(like_a_list),
        cmocka_unit_test(all_pass_in_order),
        cmocka_unit_test(as_poll_wants_it),
    };
    return cmocka_run_group_tests_name("deadlines", tests, NULL, NULL);
}
