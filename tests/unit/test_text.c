/* Words in any case, the order of bytes, and texts that are put together. */
#include "unit.h"

#include "base/text.h"

static void words_are_the_same_in_any_case(void **state)
{
    (void)state;
    assert_true(slice_is(SLICE("NoEviction"), "noeviction"));
    assert_false(slice_is(SLICE("noevictio"), "noeviction"));
    assert_false(slice_is(SLICE("noevictions"), "noeviction"));
    assert_true(slice_is((struct slice){NULL, 0}, ""));
    assert_false(slice_is(SLICE("a\0b"), "a"));
    assert_true(slice_is_word(SLICE("a\xff_"), SLICE("A\xff_")));
    assert_false(slice_is_word(SLICE("a"), SLICE("b")));
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void bytes_have_an_order(void **state)
{
    (void)state;
    static const struct slice in_order[] = {
        {NULL, 0}, BYTES("\0"), BYTES("A"), BYTES("a"), BYTES("a\0"),
        BYTES("ab"), BYTES("b"), BYTES("\xff")};
    for (size_t i = 0; i < COUNT(in_order); i++)
        for (size_t j = 0; j < COUNT(in_order); j++)
            assert_int_equal(sign(slice_compare(in_order[i], in_order[j])),
                             sign((int)i - (int)j));
}

static void texts_are_appended(void **state)
{
    (void)state;
    struct buf buf = {0};
    char expected[1600];
    buf_add(&buf, "a");
    buf_print(&buf, "%s=%d;", "b", 7);
    buf_print(&buf, "%s", "");
    assert_bytes(buf_slice(&buf), SLICE("ab=7;"));
    memset(expected, ' ', sizeof expected);
    memcpy(expected, "ab=7;", 5);
    buf_print(&buf, "%*s", (int)sizeof expected - 5, "");
    assert_bytes(buf_slice(&buf), (struct slice){expected, sizeof expected});
    buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_the_same_in_any_case),
        cmocka_unit_test(bytes_have_an_order),
        cmocka_unit_test(texts_are_appended),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
