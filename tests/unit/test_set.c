/* Sets, as integers and as tables, against an array of possible members. */
#include "unit.h"

#include "types/intset.h"
#include "types/set.h"

#include <stdio.h>

enum { MEMBERS = 300, USUAL = 100 /* integers */ };

struct model {
    bool there[MEMBERS];
    size_t count;
};

/* Member n: an integer, or (the last ones) an integer's text with something
 * that makes it none. */
static struct slice member_of(size_t n, char *bytes)
{
    static const char *const formats[] = {"0%zu", "%zu ", "+%zu", "%zux"};
    int len = n < MEMBERS - 20
                  ? sprintf(bytes, "%lld", ((long long)n - 100) * 1234567)
                  : sprintf(bytes, formats[n % 4], n);
    return (struct slice){bytes, (size_t)len};
}

static void change_both(struct set *set, struct model *model, size_t n,
                        bool add)
{
    char bytes[32];
    bool added;
    if (add) {
        assert_true(set_add(set, member_of(n, bytes), USUAL, &added));
        assert_int_equal(added, !model->there[n]);
        model->count += added;
    } else {
        bool removed = set_remove(set, member_of(n, bytes));
        assert_int_equal(removed, model->there[n]);
        model->count -= removed;
    }
    model->there[n] = add;
}

static void assert_member(struct slice member, const struct model *model)
{
    char bytes[32];
    for (size_t n = 0; n < MEMBERS; n++)
        if (model->there[n] && slice_equal(member_of(n, bytes), member))
            return;
    fail_msg("no such member: %.*s", (int)member.len, member.data);
}

struct visits {
    const struct model *model;
    size_t count;
};

static void visit(struct slice member, void *context)
{
    struct visits *visits = context;
    assert_member(member, visits->model);
    visits->count++;
}

static void assert_same(const struct set *set, const struct model *model)
{
    char bytes[32];
    struct visits visits = {model, 0};
    assert_int_equal(set_count(set), model->count);
    for (size_t n = 0; n < MEMBERS; n++)
        assert_int_equal(set_has(set, member_of(n, bytes)), model->there[n]);
    struct set_walk walk = {.set = set};
    struct slice member;
    size_t walked = 0;
    for (; set_step(&walk, &member); walked++)
        assert_member(member, model);
    assert_int_equal(walked, model->count);
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, visit, &visits);
    while (cursor != 0);
    assert_int_equal(visits.count, model->count);
    if (model->count > 0)
        assert_member(set_random(set, bytes), model);
}

/* One life of a set: it fills, and empties again. */
static void live(uint64_t *random, size_t members)
{
    struct model model = {.count = 0};
    struct set *set = set_new();
    assert_non_null(set);
    for (int i = 0; i < 800; i++) {
        change_both(set, &model, random_below(random, members),
                    random_below(random, 10) < (i < 500 ? 8 : 2));
        if (i % 50 == 0)
            assert_same(set, &model);
    }
    struct set *copy = set_copy(set);
    assert_non_null(copy);
    assert_int_equal(set_is_integers(copy), set_is_integers(set));
    assert_int_equal(set_is_integers(set), members <= USUAL);
    set_free(set);
    assert_same(copy, &model);
    set_free(copy);
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int round = 0; round < 3; round++) {
        live(&random, 5);
        live(&random, USUAL);
        live(&random, MEMBERS);
    }
}

static bool integers_after(size_t most, const char *member)
{
    struct set *set = set_new();
    assert_true(set_add(set, SLICE("1"), most, NULL));
    assert_true(set_add(set, text(member), most, NULL));
    bool integers = set_is_integers(set);
    set_free(set);
    return integers;
}

static void only_integers_are_stored_as_integers(void **state)
{
    (void)state;
    assert_true(integers_after(2, "2"));
    assert_false(integers_after(1, "2"));
    assert_true(integers_after(1, "1"));
    assert_false(integers_after(0, "1"));
    assert_true(integers_after(2, "9223372036854775807"));
    assert_true(integers_after(2, "-9223372036854775808"));
    assert_false(integers_after(2, "9223372036854775808"));
    assert_false(integers_after(2, "02"));
    assert_false(integers_after(2, "-0"));
    assert_false(integers_after(2, ""));
    assert_false(integers_after(2, "2 "));
}

static void integers_are_in_order(void **state)
{
    (void)state;
    static const int64_t given[] = {5, INT64_MAX, -1, 0, INT64_MIN, 5, 70000};
    static const int64_t sorted[] = {INT64_MIN, -1, 0, 5, 70000, INT64_MAX};
    struct intset set = {0};
    bool added;
    for (size_t i = 0; i < COUNT(given); i++)
        assert_true(intset_add(&set, given[i], &added));
    assert_int_equal(set.count, COUNT(sorted));
    assert_memory_equal(set.numbers, sorted, sizeof sorted);
    assert_true(intset_remove(&set, 0));
    assert_false(intset_remove(&set, 0));
    assert_false(intset_has(&set, 0));
    assert_true(intset_has(&set, INT64_MIN));
    intset_free(&set);
}

static void a_random_member_may_be_removed_by_its_own_bytes(void **state)
{
    (void)state;
    struct model model = {.count = 0};
    struct set *set = set_new();
    char digits[SET_DIGITS];
    for (size_t n = 0; n < MEMBERS; n++)
        change_both(set, &model, n, true);
    for (size_t left = MEMBERS; left > 0; left--) {
        assert_int_equal(set_count(set), left);
        assert_true(set_remove(set, set_random(set, digits)));
    }
    assert_true(set_memory(set) < 256);
    set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(only_integers_are_stored_as_integers),
        cmocka_unit_test(integers_are_in_order),
        cmocka_unit_test(a_random_member_may_be_removed_by_its_own_bytes),
    };
    return cmocka_run_group_tests_name("set", tests, NULL, NULL);
}
