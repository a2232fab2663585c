/* The practice client's half of RESP: replies are read as they arrive, and
 * shown as redis-cli 7.0.15 shows them. Every reply is fed cut at every byte,
 * from a buffer of exactly that size, so that a sanitizer sees a byte too far. */
#include "rung-cli/reply.h"
#include "rung-cli/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A slice in a table, zero bytes included. */
#define WIRE(literal) {(literal), sizeof(literal) - 1}

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

struct sample {
    struct slice wire;
    const char *pretty; /* on a terminal, without the last newline */
    const char *raw;    /* elsewhere, the same */
};

/* The second and third columns are what redis-cli 7.0.15 printed when a server
 * sent the first; but for (, at which it gives up, and ! and nan, which it
 * does not know. */
static const struct sample samples[] = {
    {WIRE("+OK\r\n"), "OK", "OK"},
    {WIRE("+\r\n"), "", ""},
    {WIRE("-ERR no\r\n"), "(error) ERR no", "ERR no\n"},
    {WIRE("!6\r\nERR no\r\n"), "(error) ERR no", "ERR no\n"},
    {WIRE(":0\r\n"), "(integer) 0", "0"},
    {WIRE(":-9223372036854775808\r\n"), "(integer) -9223372036854775808",
     "-9223372036854775808"},
    {WIRE("$5\r\nhello\r\n"), "\"hello\"", "hello"},
    {WIRE("$0\r\n\r\n"), "\"\"", ""},
    {WIRE("$4\r\n\r\n\r\n\r\n"), "\"\\r\\n\\r\\n\"", "\r\n\r\n"},
    {WIRE("$11\r\n\"\\\a\b\t\n\r\x1b\xc3\xa9~\r\n"),
     "\"\\\"\\\\\\a\\b\\t\\n\\r\\x1b\\xc3\\xa9~\"", "\"\\\a\b\t\n\r\x1b\xc3\xa9~"},
    {WIRE("$-1\r\n"), "(nil)", ""},
    {WIRE("*-1\r\n"), "(nil)", ""},
    {WIRE("_\r\n"), "(nil)", ""},
    {WIRE("#t\r\n"), "(true)", "(true)"},
    {WIRE("#f\r\n"), "(false)", "(false)"},
    {WIRE(",3.14\r\n"), "(double) 3.14", "3.14"},
    {WIRE(",-inf\r\n"), "(double) -inf", "-inf"},
    {WIRE(",nan\r\n"), "(double) nan", "nan"},
    {WIRE("(-12345678901234567890123\r\n"),
     "(big number) -12345678901234567890123", "-12345678901234567890123"},
    {WIRE("=8\r\ntxt:a\n\"b\r\n"), "a\n\"b", "a\n\"b"},

    {WIRE("*0\r\n"), "(empty array)", ""},
    {WIRE("%0\r\n"), "(empty hash)", ""},
    {WIRE("~0\r\n"), "(empty set)", ""},
    {WIRE("*1\r\n>0\r\n"), "1) (empty push)", ""},
    {WIRE("*2\r\n$1\r\na\r\n*3\r\n:1\r\n*1\r\n:7\r\n$-1\r\n"),
     "1) \"a\"\n2) 1) (integer) 1\n   2) 1) (integer) 7\n   3) (nil)",
     "a\n1\n7\n"},
    {WIRE("*10\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n"
           "*2\r\n+a\r\n-E\r\n"),
     " 1) (integer) 1\n 2) (integer) 2\n 3) (integer) 3\n 4) (integer) 4\n"
     " 5) (integer) 5\n 6) (integer) 6\n 7) (integer) 7\n 8) (integer) 8\n"
     " 9) (integer) 9\n10) 1) a\n    2) (error) E",
     "1\n2\n3\n4\n5\n6\n7\n8\n9\na\nE\n"},
    {WIRE("%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n:1\r\n:2\r\n"),
     "1# a => (integer) 1\n2# b => \n   1) (integer) 1\n   2) (integer) 2",
     "a 1\nb 1\n2"},
    {WIRE("%1\r\n+k\r\n*1\r\n*1\r\n:7\r\n"), "1# k => 1) 1) (integer) 7",
     "k 7"},
    {WIRE("%1\r\n+k\r\n*1\r\n*2\r\n:1\r\n:2\r\n"),
     "1# k => \n   1) 1) (integer) 1\n      2) (integer) 2", "k 1\n2"},
    {WIRE("%1\r\n+k\r\n%1\r\n*2\r\n:1\r\n:2\r\n+a\r\n"),
     "1# k => 1# 1) (integer) 1\n      2) (integer) 2 => a", "k 1\n2 a"},
    {WIRE("~2\r\n+a\r\n%1\r\n+b\r\n~1\r\n:1\r\n"),
     "1~ a\n2~ 1# b => 1~ (integer) 1", "a\nb 1"},
    {WIRE(">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$2\r\nb'\r\n"),
     "-> invalidate: 'a', 'b''", "invalidate\na\nb'"},
    {WIRE(">2\r\n$10\r\ninvalidate\r\n_\r\n"),
     "1) \"invalidate\"\n2) (nil)", "invalidate\n"},
    {WIRE(">2\r\n+message\r\n$2\r\nhi\r\n"), "1) message\n2) \"hi\"",
     "message\nhi"},
};

/* The first `len` bytes in a buffer of their own. */
static char *copy_of(struct slice wire, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, wire.data, len);
    return copy;
}

static enum reply_result feed(struct reply *reply, struct slice wire,
                              size_t len)
{
    char *copy = copy_of(wire, len);
    enum reply_result result = reply_parse(reply, (struct slice){copy, len});
    free(copy);
    return result;
}

static void assert_text(const struct buf *out, const char *expected)
{
    assert_false(out->failed);
    assert_int_equal(buf_len(out), strlen(expected) + 1);
    assert_memory_equal(buf_slice(out).data, expected, strlen(expected));
    assert_int_equal(buf_slice(out).data[strlen(expected)], '\n');
}

static void assert_shown(const struct reply *reply, const struct sample *sample)
{
    struct buf pretty = {0}, raw = {0};
    char *copy = copy_of(sample->wire, sample->wire.len);
    struct slice bytes = {copy, sample->wire.len};
    assert_int_equal(reply->at, sample->wire.len);
    text_pretty(&pretty, reply, bytes);
    text_raw(&raw, reply, bytes);
    assert_text(&pretty, sample->pretty);
    assert_text(&raw, sample->raw);
    buf_free(&pretty);
    buf_free(&raw);
    free(copy);
}

static void test_cut_at_every_byte(void **unused)
{
    (void)unused;
    struct reply reply = {0};
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct slice wire = samples[i].wire;
        for (size_t cut = 0; cut < wire.len; cut++) {
            assert_int_equal(feed(&reply, wire, cut), REPLY_MORE);
            assert_int_equal(feed(&reply, wire, wire.len), REPLY_DONE);
            assert_shown(&reply, &samples[i]);
            reply_next(&reply);
        }
    }
    reply_free(&reply);
}

static void test_byte_by_byte(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct slice wire = samples[i].wire;
        struct reply reply = {0};
        for (size_t len = 0; len < wire.len; len++)
            assert_int_equal(feed(&reply, wire, len), REPLY_MORE);
        assert_int_equal(feed(&reply, wire, wire.len), REPLY_DONE);
        assert_shown(&reply, &samples[i]);
        reply_free(&reply);
    }
}

/* What stands behind a reply is the next one's. */
static void test_stuck_together(void **unused)
{
    (void)unused;
    struct buf all = {0};
    struct reply reply = {0};
    for (size_t i = 0; i < COUNT(samples); i++)
        buf_append(&all, samples[i].wire.data, samples[i].wire.len);
    for (size_t i = 0; i < COUNT(samples); i++) {
        assert_int_equal(reply_parse(&reply, buf_slice(&all)), REPLY_DONE);
        assert_shown(&reply, &samples[i]);
        buf_consume(&all, reply.at);
        reply_next(&reply);
    }
    assert_int_equal(buf_len(&all), 0);
    buf_free(&all);
    reply_free(&reply);
}

static const struct {
    struct slice wire;
    const char *error;
} bad_replies[] = {
    {WIRE("HTTP/1.1 400\r\n"),
     "Protocol error, got \"H\" as reply type byte"},
    {WIRE("\x05"), "Protocol error, got \"\\x05\" as reply type byte"},
    {WIRE("\0"), "Protocol error, got \"\\x00\" as reply type byte"},
    {WIRE("+OK\n"), "Bad simple string value"},
    {WIRE("+a\rb\r\n"), "Bad simple string value"},
    {WIRE(":\r\n"), "Bad integer value"},
    {WIRE(":-\r\n"), "Bad integer value"},
    {WIRE(":+1\r\n"), "Bad integer value"},
    {WIRE(":9223372036854775808\r\n"), "Bad integer value"},
    {WIRE(",\r\n"), "Bad double value"},
    {WIRE(",1x\r\n"), "Bad double value"},
    {WIRE("#x\r\n"), "Bad bool value"},
    {WIRE("_x\r\n"), "Bad nil value"},
    {WIRE("(1.5\r\n"), "Bad bignum value"},
    {WIRE("(-\r\n"), "Bad bignum value"},
    {WIRE("$x\r\n"), "Bad bulk string length"},
    {WIRE("$-2\r\n"), "Bulk string length out of range"},
    {WIRE("$536870913\r\n"), "Bulk string length out of range"},
    {WIRE("$2\r\nhello"),
     "A string of 2 bytes is not followed by \\r\\n"},
    {WIRE("=3\r\ntxt\r\n"), "Verbatim string 4 bytes of content type are "
                             "missing or incorrectly encoded."},
    {WIRE("*x\r\n"), "Bad multi-bulk length"},
    {WIRE("*-2\r\n"), "Multi-bulk length out of range"},
    {WIRE("*99999999999\r\n"), "Multi-bulk length out of range"},
    {WIRE("*2\r\n:1\r\n?\r\n"),
     "Protocol error, got \"?\" as reply type byte"},
};

static void test_bad_replies(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(bad_replies); i++) {
        struct slice wire = bad_replies[i].wire;
        for (size_t cut = 0; cut <= wire.len; cut++) {
            struct reply reply = {0};
            enum reply_result result = feed(&reply, wire, cut);
            if (result == REPLY_MORE)
                result = feed(&reply, wire, wire.len);
            assert_int_equal(result, REPLY_BAD);
            assert_string_equal(reply.error, bad_replies[i].error);
            reply_free(&reply);
        }
    }
}

static const struct {
    const char *wire, *missing;
} incomplete[] = {
    {"", "no byte of the reply came"},
    {"+PON", "4 bytes of a line came, but not its \\r\\n"},
    {"$", "1 byte of a line came, but not its \\r\\n"},
    {"$12\r\nhello", "5 of 12 bytes of a string came"},
    {"$5\r\nhello\r", "5 bytes of a string came, but not the \\r\\n behind it"},
    {"*2\r\n", "nothing of value 1 of 2 in an array came"},
    {"*2\r\n:1\r\n$3\r\nab",
     "2 of 3 bytes of a string came (value 2 of 2 in an array)"},
    {"%2\r\n+k\r\n:1\r\n", "nothing of value 3 of 4 in a map came"},
    {"*2\r\n~2\r\n:1\r\n", "nothing of value 2 of 2 in a set came"},
    {"*2\r\n>1\r\n:1\r\n", "nothing of value 2 of 2 in an array came"},
};

static void test_says_what_is_missing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(incomplete); i++) {
        struct slice wire = {incomplete[i].wire, strlen(incomplete[i].wire)};
        struct reply reply = {0};
        char text[128];
        assert_int_equal(reply_parse(&reply, wire), REPLY_MORE);
        reply_missing(&reply, wire, text, sizeof text);
        assert_string_equal(text, incomplete[i].missing);
        reply_free(&reply);
    }
}

/* Lists within lists, as deep as we follow, and one deeper. */
static void test_depth(void **unused)
{
    (void)unused;
    struct buf wire = {0}, out = {0};
    struct reply reply = {0};
    for (int i = 0; i < REPLY_DEPTH; i++)
        buf_append(&wire, "*1\r\n", 4);
    assert_int_equal(reply_parse(&reply, buf_slice(&wire)), REPLY_MORE);
    buf_append(&wire, ":7\r\n", 4);
    assert_int_equal(reply_parse(&reply, buf_slice(&wire)), REPLY_DONE);
    text_pretty(&out, &reply, buf_slice(&wire));
    assert_int_equal(buf_len(&out), REPLY_DEPTH * 3 + sizeof "(integer) 7");
    reply_next(&reply);

    buf_consume(&wire, 4 * REPLY_DEPTH);
    for (int i = 0; i <= REPLY_DEPTH; i++)
        buf_append(&wire, "*1\r\n", 4);
    buf_consume(&wire, 4);
    assert_int_equal(reply_parse(&reply, buf_slice(&wire)), REPLY_BAD);
    assert_string_equal(reply.error, "More than 128 lists within lists");
    buf_free(&wire);
    buf_free(&out);
    reply_free(&reply);
}

/* A line that drips in is searched for its end once, not again from its start
 * with each byte. */
static void test_goes_on_where_it_stopped(void **unused)
{
    (void)unused;
    struct slice wire = WIRE("+a line that comes in very slowly\r\n");
    struct reply reply = {0};
    for (size_t len = 1; len < wire.len; len++) {
        assert_int_equal(feed(&reply, wire, len), REPLY_MORE);
        assert_int_equal(reply.seen, len);
    }
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_stuck_together),
        cmocka_unit_test(test_bad_replies),
        cmocka_unit_test(test_says_what_is_missing),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_goes_on_where_it_stopped),
    };
    return cmocka_run_group_tests_name("reply_text", tests, NULL, NULL);
}
