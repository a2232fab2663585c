/* One key and its value in one allocation. */
#include "unit.h"

#include "store/entry.h"

static struct entry *make(struct slice key, struct slice value,
                          int64_t deadline)
{
    struct entry *entry = entry_new(7, key, value, deadline);
    assert_non_null(entry);
    assert_int_equal(entry->hash, 7);
    return entry;
}

static void assert_entry(const struct entry *entry, struct slice key,
                         struct slice value, int64_t deadline)
{
    assert_bytes(entry_key(entry), key);
    assert_bytes(entry_value(entry), value);
    assert_true(entry_deadline(entry) == deadline);
}

static void holds_any_bytes(void **state)
{
    (void)state;
    static const struct slice words[] = {BYTES(""), BYTES("\0"),
                                         BYTES("k\0\r\nk"), BYTES("\xff")};
    static const int64_t deadlines[] = {NO_DEADLINE, INT64_MAX - 1, 0, -1,
                                        INT64_MIN};
    for (size_t k = 0; k < COUNT(words); k++)
        for (size_t v = 0; v < COUNT(words); v++)
            for (size_t d = 0; d < COUNT(deadlines); d++) {
                struct entry *entry = make(words[k], words[v], deadlines[d]);
                assert_entry(entry, words[k], words[v], deadlines[d]);
                free(entry);
            }
}

static void deadlines_come_and_go_where_there_is_room(void **state)
{
    (void)state;
    struct entry *entry = make(SLICE("key"), SLICE("value"), 1000);
    assert_true(entry_set_deadline(entry, -5));
    assert_entry(entry, SLICE("key"), SLICE("value"), -5);
    assert_true(entry_set_deadline(entry, NO_DEADLINE));
    assert_entry(entry, SLICE("key"), SLICE("value"), NO_DEADLINE);
    assert_true(entry_set_deadline(entry, 7));
    assert_entry(entry, SLICE("key"), SLICE("value"), 7);
    free(entry);

    entry = make(SLICE("key"), SLICE("value"), NO_DEADLINE);
    assert_true(entry_set_deadline(entry, NO_DEADLINE));
    assert_false(entry_set_deadline(entry, 7));
    assert_entry(entry, SLICE("key"), SLICE("value"), NO_DEADLINE);
    free(entry);
}

/* Overwritten in place or refused; what is refused leaves no trace. That many
 * lengths pass every border between sizes of allocations. */
static void values_are_replaced_in_place_or_not_at_all(void **state)
{
    (void)state;
    char a[200], b[200];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    for (size_t old = 0; old < 100; old++) {
        size_t taken = 0;
        for (size_t length = 0; length < 200; length++) {
            struct slice before = {a, old}, after = {b, length};
            struct entry *entry = make(SLICE("key"), before, 1000);
            bool set = entry_set_value(entry, after);
            assert_entry(entry, SLICE("key"), set ? after : before, 1000);
            assert_true(set || old != length);
            taken += set;
            free(entry);
        }
        assert_in_range(taken, 1, 16);
    }
}

/* Byte by byte to 100,000: few allocations, and each byte in its place. */
static void values_grow_in_few_steps(void **state)
{
    (void)state;
    struct entry *entry = make(SLICE("key"), SLICE(""), 1000);
    int grown = 0;
    for (size_t i = 0; i < 100000; i++) {
        if (!entry_extend(entry, i + 1)) {
            assert_int_equal(entry_value(entry).len, i);
            entry = entry_grow(entry, i + 1);
            assert_non_null(entry);
            grown++;
            assert_true(entry_extend(entry, i + 1));
        }
        assert_int_equal(entry_bytes(entry)[i], 0);
        entry_bytes(entry)[i] = (char)(i % 251);
    }
    assert_in_range(grown, 1, 20);
    assert_int_equal(entry_value(entry).len, 100000);
    assert_bytes(entry_key(entry), SLICE("key"));
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(entry_value(entry).data[i], (char)(i % 251));

    /* Its room serves values of about that size, not much smaller ones. */
    static char large[90000];
    assert_true(entry_set_value(entry, (struct slice){large, sizeof large}));
    assert_false(entry_set_value(entry, SLICE("small")));
    assert_int_equal(entry_value(entry).len, sizeof large);
    assert_true(entry_deadline(entry) == 1000);
    free(entry);
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    struct slice endless = {"", (size_t)INT32_MAX + 1};
    assert_null(entry_new(7, endless, SLICE("value"), NO_DEADLINE));
    assert_null(entry_new(7, SLICE("key"), endless, NO_DEADLINE));
    struct entry *entry = make(SLICE("key"), SLICE("value"), NO_DEADLINE);
    assert_false(entry_set_value(entry, endless));
    assert_false(entry_extend(entry, endless.len));
    assert_null(entry_grow(entry, endless.len));
    assert_entry(entry, SLICE("key"), SLICE("value"), NO_DEADLINE);
    free(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_any_bytes),
        cmocka_unit_test(deadlines_come_and_go_where_there_is_room),
        cmocka_unit_test(values_are_replaced_in_place_or_not_at_all),
        cmocka_unit_test(values_grow_in_few_steps),
        cmocka_unit_test(what_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
