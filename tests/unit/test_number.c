/* Numbers with a fraction: what is one, and how it is written. */
#include "unit.h"

#include "command/number.h"

#include <math.h>

static const struct {
    struct slice text;
    bool is_number;
    const char *written; /* of a number */
} words[] = {
    {BYTES("3"), true, "3"},
    {BYTES("-2.50"), true, "-2.5"},
    {BYTES("+1e3"), true, "1000"},
    {BYTES("0x10"), true, "16"},
    {BYTES(".5"), true, "0.5"},
    {BYTES("5."), true, "5"},
    {BYTES("0.1"), true, "0.1"},
    {BYTES("1e-17"), true, "0.00000000000000001"},
    {BYTES("1e-18"), true, "0"},
    {BYTES("-1e-18"), true, "0"},
    {BYTES("-0"), true, "0"},
    {BYTES("9223372036854775808"), true, "9223372036854775808"},
    {BYTES("inf"), true, "inf"},
    {BYTES("-Infinity"), true, "-inf"},
    {BYTES("nan"), false, NULL},
    {BYTES("-nan"), false, NULL},
    {BYTES(""), false, NULL},
    {BYTES(" 1"), false, NULL},
    {BYTES("1 "), false, NULL},
    {BYTES("1\0"), false, NULL},
    {BYTES("1e"), false, NULL},
    {BYTES("."), false, NULL},
    {BYTES("1e5000"), false, NULL},
    {BYTES("1e-5000"), false, NULL},
};

static void words_are_numbers_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        char *exact = exact_copy(words[i].text);
        struct slice word = {exact, words[i].text.len};
        struct number_text digits;
        long double precise;
        double number;
        assert_int_equal(parse_long_double(word, &precise),
                         words[i].is_number);
        assert_int_equal(parse_double(word, &number), words[i].is_number);
        if (words[i].is_number)
            assert_bytes(format_long_double(&digits, precise),
                         text(words[i].written));
        free(exact);
    }
}

static void a_double_ends_earlier(void **state)
{
    (void)state;
    long double precise;
    double number;
    assert_true(parse_double(SLICE("1.7976931348623157e308"), &number));
    assert_false(parse_double(SLICE("1e309"), &number));
    assert_true(parse_long_double(SLICE("1e4932"), &precise));
    struct number_text digits;
    assert_int_equal(format_long_double(&digits, precise).len, 4933);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_numbers_or_not),
        cmocka_unit_test(a_double_ends_earlier),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
