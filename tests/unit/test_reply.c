/* Values become bytes, in both versions of the protocol; and numbers become
 * digits and come back. */
#include "unit.h"

#include "resp/reply.h"
#include "resp/resp.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

static void say_status(struct reply *reply)
{
    reply_status(reply, "OK");
}

static void say_integers(struct reply *reply)
{
    reply_integer(reply, 0);
    reply_integer(reply, LLONG_MIN);
    reply_integer(reply, LLONG_MAX);
}

/* Those near the ends of the faster way, and those that only printf knows. */
static void say_doubles(struct reply *reply)
{
    static const double numbers[] = {
        0, -0.0, 3, -1.5, 0.1, 999999999999999, -1e15, 1e16, 1e17, 5e-324,
        (double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < COUNT(numbers); i++)
        reply_double(reply, numbers[i]);
}

static void say_bulks(struct reply *reply)
{
    reply_bulk(reply, SLICE("a\r\n\0b"));
    reply_bulk(reply, (struct slice){NULL, 0});
    reply_string(reply, "word");
}

static void say_nulls(struct reply *reply)
{
    reply_null(reply);
    reply_null_array(reply);
}

static void say_collections(struct reply *reply)
{
    reply_array(reply, 0);
    reply_array(reply, 2);
    reply_map(reply, 3);
    reply_set(reply, 4);
}

static void say_verbatim(struct reply *reply)
{
    reply_verbatim(reply, SLICE("two\r\nlines"));
}

static void say_error(struct reply *reply)
{
    reply_error(reply, "ERR %s %d", "a\r\nb\nc", 7);
}

static const struct {
    void (*say)(struct reply *reply);
    struct slice resp2, resp3;
} cases[] = {
    {say_status, BYTES("+OK\r\n"), BYTES("+OK\r\n")},
    {say_integers,
     BYTES(":0\r\n:-9223372036854775808\r\n:9223372036854775807\r\n"),
     BYTES(":0\r\n:-9223372036854775808\r\n:9223372036854775807\r\n")},
    {say_doubles,
     BYTES("$1\r\n0\r\n$2\r\n-0\r\n$1\r\n3\r\n$4\r\n-1.5\r\n"
           "$19\r\n0.10000000000000001\r\n$15\r\n999999999999999\r\n"
           "$17\r\n-1000000000000000\r\n$17\r\n10000000000000000\r\n"
           "$5\r\n1e+17\r\n$23\r\n4.9406564584124654e-324\r\n"
           "$3\r\ninf\r\n$4\r\n-inf\r\n"),
     BYTES(",0\r\n,-0\r\n,3\r\n,-1.5\r\n,0.10000000000000001\r\n"
           ",999999999999999\r\n,-1000000000000000\r\n,10000000000000000\r\n"
           ",1e+17\r\n,4.9406564584124654e-324\r\n,inf\r\n,-inf\r\n")},
    {say_bulks, BYTES("$5\r\na\r\n\0b\r\n$0\r\n\r\n$4\r\nword\r\n"),
     BYTES("$5\r\na\r\n\0b\r\n$0\r\n\r\n$4\r\nword\r\n")},
    {say_nulls, BYTES("$-1\r\n*-1\r\n"), BYTES("_\r\n_\r\n")},
    {say_collections, BYTES("*0\r\n*2\r\n*6\r\n*4\r\n"),
     BYTES("*0\r\n*2\r\n%3\r\n~4\r\n")},
    {say_verbatim, BYTES("$10\r\ntwo\r\nlines\r\n"),
     BYTES("=14\r\ntxt:two\r\nlines\r\n")},
    {say_error, BYTES("-ERR a  b c 7\r\n"), BYTES("-ERR a  b c 7\r\n")},
};

static void speaks_both_versions(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply two = {.version = 2};
        struct reply three = {.version = 3};
        cases[i].say(&two);
        cases[i].say(&three);
        assert_bytes(buf_slice(&two.bytes), cases[i].resp2);
        assert_bytes(buf_slice(&three.bytes), cases[i].resp3);
        buf_free(&two.bytes);
        buf_free(&three.bytes);
    }
}

static void errors_are_counted_and_one_line(void **state)
{
    (void)state;
    char words[2000];
    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    struct reply reply = {.version = 2};
    reply_error(&reply, "ERR one");
    reply_status(&reply, "-");
    reply_error(&reply, "ERR %s", words);
    assert_int_equal(reply.errors, 2);
    buf_consume(&reply.bytes, strlen("-ERR one\r\n+-\r\n"));
    struct slice line = buf_slice(&reply.bytes);
    assert_int_equal(line.len, 1 + 511 + 2);
    assert_memory_equal(line.data, "-ERR www", 8);
    assert_memory_equal(line.data + line.len - 3, "w\r\n", 3);
    buf_free(&reply.bytes);
}

/* --- numbers --- */

static void assert_round_trip(long long number)
{
    char expected[32], digits[20];
    int len = snprintf(expected, sizeof expected, "%lld", number);
    struct slice text = {digits, format_ll(digits, number)};
    assert_bytes(text, (struct slice){expected, (size_t)len});
    long long back = number ^ 1;
    assert_true(slice_to_ll(text, &back));
    assert_true(back == number);
}

static void numbers_come_back(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (long long power = 1;; power *= 10) {
        for (long long by = -1; by <= 1; by++) {
            assert_round_trip(power + by);
            assert_round_trip(-power + by);
        }
        if (power > LLONG_MAX / 10)
            break;
    }
    for (long long by = 0; by < 12; by++) {
        assert_round_trip(LLONG_MAX - by);
        assert_round_trip(LLONG_MIN + by);
    }
    for (int i = 0; i < 20000; i++) {
        size_t bits = random_below(&random, 64);
        assert_round_trip((long long)(next_random(&random) >> bits));
    }
}

/* What Redis 7.0.15 takes for a number, and what it does not. */
static void only_plain_numbers_are_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "-", "+1", " 1", "1 ", "01", "-0", "-01", "00", "0x1", "1.0",
        "1e3", "--1", "1-", "a", "9223372036854775808", "-9223372036854775809",
        "10000000000000000000", "18446744073709551616",
        "99999999999999999999", "00000000000000000001"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        long long number = 42;
        if (slice_to_ll(text(wrong[i]), &number))
            fail_msg("\"%s\" was read as %lld", wrong[i], number);
        assert_int_equal(number, 42);
    }
    long long number;
    assert_false(slice_to_ll(SLICE("1\0"), &number));
    assert_false(slice_to_ll((struct slice){NULL, 0}, &number));
    assert_true(slice_to_ll((struct slice){"123", 2}, &number));
    assert_int_equal(number, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_both_versions),
        cmocka_unit_test(errors_are_counted_and_one_line),
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(only_plain_numbers_are_read),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
