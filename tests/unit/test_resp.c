/* The request parser: every request cut at every byte, because the words must
 * not depend on how the bytes came. Each part is a block of its own, so that
 * the parser can neither look beyond it nor go on using an earlier one. */
#include "unit.h"

#include "resp/resp.h"

#include <limits.h>
#include <stdio.h>

enum { WORDS_SHOWN = 4, LINE_LIMIT = 40 };

static const struct resp_limits limits = {
    .words = 1 << 20, .bulk = 1 << 20, .line = LINE_LIMIT};

static const struct {
    struct slice wire;
    size_t argc;
    struct slice words[WORDS_SHOWN];
} requests[] = {
    {BYTES("*1\r\n$4\r\nPING\r\n"), 1, {BYTES("PING")}},
    {BYTES("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$12\r\na\r\n$1\r\n\0*1\r\n\r\n"),
     3,
     {BYTES("SET"), BYTES("k"), BYTES("a\r\n$1\r\n\0*1\r\n")}},
    {BYTES("*2\r\n$0\r\n\r\n$0\r\n\r\n"), 2, {BYTES(""), BYTES("")}},
    {BYTES("*0\r\n"), 0, {BYTES("")}},
    {BYTES("*-1\r\n"), 0, {BYTES("")}},
    {BYTES("*-9223372036854775808\r\n"), 0, {BYTES("")}},
    {BYTES("*1\r\n$4\r\nPING??"), 1, {BYTES("PING")}}, /* CRLF is trusted */
    {BYTES("*1\r?$4\r?PING\r\n"), 1, {BYTES("PING")}},
    {BYTES("*10\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n"
           "$1\r\nf\r\n$1\r\ng\r\n$1\r\nh\r\n$1\r\ni\r\n$1\r\nj\r\n"),
     10,
     {BYTES("a"), BYTES("b"), BYTES("c"), BYTES("d")}},
    {BYTES("PING\r\n"), 1, {BYTES("PING")}},
    {BYTES("PING\n"), 1, {BYTES("PING")}},
    {BYTES("\r\n"), 0, {BYTES("")}},
    {BYTES("\n"), 0, {BYTES("")}},
    {BYTES(" \t\v\f \r\n"), 0, {BYTES("")}},
    {BYTES("\t set  k\tv \r\n"), 3, {BYTES("set"), BYTES("k"), BYTES("v")}},
    {BYTES("a\vb\fc\n"), 1, {BYTES("a\vb\fc")}},
    {BYTES("a\rb\n"), 2, {BYTES("a"), BYTES("b")}},
    {BYTES("$4 *1\r\n"), 2, {BYTES("$4"), BYTES("*1")}},
    {BYTES("echo a\0b c\n"), 2, {BYTES("echo"), BYTES("a")}},
    {BYTES("\"two words\" 'and more'\r\n"),
     2,
     {BYTES("two words"), BYTES("and more")}},
    {BYTES("\"\" ''\r\n"), 2, {BYTES(""), BYTES("")}},
    {BYTES("\"\"\n"), 1, {BYTES("")}},
    {BYTES("'' a\n"), 2, {BYTES(""), BYTES("a")}},
    {BYTES("a\"b c\"\n"), 1, {BYTES("ab c")}},
    {BYTES("\"a\"\v'b'\f\"c\"\n"), 3, {BYTES("a"), BYTES("b"), BYTES("c")}},
    {BYTES("\"\\x00\\xfF\\x4a\\x0\\xg1\"\n"), 1, {BYTES("\x00\xff\x4ax0xg1")}},
    {BYTES("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"\n"), 1, {BYTES("\n\r\t\b\a\\\"q")}},
    {BYTES("'\\n\\x41 \"x\" it\\'s'\n"), 1, {BYTES("\\n\\x41 \"x\" it's")}},
    {BYTES("\"it's\" \\n\n"), 2, {BYTES("it's"), BYTES("\\n")}},
};

static void assert_words(const struct resp_parser *parser, size_t i)
{
    assert_int_equal(parser->argc, requests[i].argc);
    for (size_t w = 0; w < parser->argc && w < WORDS_SHOWN; w++)
        assert_bytes(parser->argv[w], requests[i].words[w]);
}

/* The first `len` bytes, in a block that is gone after that. */
static enum resp_result parse_part(struct resp_parser *parser,
                                   struct slice wire, size_t len)
{
    char *part = exact_copy((struct slice){wire.data, len});
    enum resp_result result = resp_parse(parser, (struct slice){part, len},
                                         &limits);
    free(part);
    return result;
}

static void requests_cut_at_every_byte(void **state)
{
    (void)state;
    struct resp_parser parser = {0};
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct slice wire = requests[i].wire;
        for (size_t cut = 0; cut < wire.len; cut++) {
            assert_int_equal(parse_part(&parser, wire, cut), RESP_MORE);
            char *whole = exact_copy(wire);
            wire.data = whole;
            assert_int_equal(resp_parse(&parser, wire, &limits), RESP_DONE);
            assert_int_equal(parser.at, wire.len);
            assert_words(&parser, i);
            resp_next(&parser);
            free(whole);
            wire.data = requests[i].wire.data;
        }
    }
    resp_free(&parser);
}

static void requests_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct resp_parser parser = {0};
        struct slice wire = requests[i].wire;
        for (size_t len = 0; len < wire.len; len++)
            assert_int_equal(parse_part(&parser, wire, len), RESP_MORE);
        assert_int_equal(resp_parse(&parser, wire, &limits), RESP_DONE);
        assert_words(&parser, i);
        resp_free(&parser);
    }
}

static void requests_stuck_together(void **state)
{
    (void)state;
    struct buf all = {0};
    struct resp_parser parser = {0};
    for (size_t i = 0; i < COUNT(requests); i++)
        buf_append(&all, requests[i].wire.data, requests[i].wire.len);
    for (size_t i = 0; i < COUNT(requests); i++) {
        assert_int_equal(resp_parse(&parser, buf_slice(&all), &limits),
                         RESP_DONE);
        assert_int_equal(parser.at, requests[i].wire.len);
        assert_words(&parser, i);
        buf_consume(&all, parser.at);
        resp_next(&parser);
    }
    assert_int_equal(buf_len(&all), 0);
    assert_int_equal(resp_parse(&parser, buf_slice(&all), &limits), RESP_MORE);
    buf_free(&all);
    resp_free(&parser);
}

/* Redis 7.0.15's texts; its own limits are higher. */
static const struct {
    struct slice wire;
    const char *error;
} errors[] = {
    {BYTES("*\r\n"), "invalid multibulk length"},
    {BYTES("*x\r\n"), "invalid multibulk length"},
    {BYTES("* 1\r\n"), "invalid multibulk length"},
    {BYTES("*01\r\n"), "invalid multibulk length"},
    {BYTES("*-0\r\n"), "invalid multibulk length"},
    {BYTES("*2147483648\r\n"), "invalid multibulk length"},
    {BYTES("*1048577\r\n"), "invalid multibulk length"},
    {BYTES("*9223372036854775808\r\n"), "invalid multibulk length"},
    {BYTES("*1\r\n:4\r\n"), "expected '$', got ':'"},
    {BYTES("*1\r\nPING\r\n"), "expected '$', got 'P'"},
    {BYTES("*1\r\n\r\n"), "expected '$', got '\r'"},
    {BYTES("*2\r\n$1\r\na\r\n*1\r\n"), "expected '$', got '*'"},
    {BYTES("*1\r\n$\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$-1\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$x\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$+4\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$04\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$1048577\r\n"), "invalid bulk length"},
    {BYTES("*1\r\n$9223372036854775807\r\n"), "invalid bulk length"},
    {BYTES("\"a\r\n"), "unbalanced quotes in request"},
    {BYTES("'a\r\n"), "unbalanced quotes in request"},
    {BYTES("\"a\"b\r\n"), "unbalanced quotes in request"},
    {BYTES("'a'b\r\n"), "unbalanced quotes in request"},
    {BYTES("a \"\\\"\r\n"), "unbalanced quotes in request"},
    {BYTES("\"\\\n"), "unbalanced quotes in request"},
    {BYTES("'\\'\n"), "unbalanced quotes in request"},
    {BYTES("\"a\0b\"\n"), "unbalanced quotes in request"},
    {BYTES("12345678901234567890123456789012345678901"),
     "too big inline request"},
    {BYTES("*1234567890123456789012345678901234567890"),
     "too big mbulk count string"},
    {BYTES("*1\r\n$1234567890123456789012345678901234567890"),
     "too big bulk count string"},
    {BYTES("*1\r\n12345678901234567890123456789012345678901"),
     "too big bulk count string"},
};

static void errors_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(errors); i++) {
        struct slice wire = errors[i].wire;
        char expected[80];
        snprintf(expected, sizeof expected, "Protocol error: %s",
                 errors[i].error);
        for (size_t cut = 0; cut < wire.len; cut++) {
            struct resp_parser parser = {0};
            assert_int_equal(parse_part(&parser, wire, cut), RESP_MORE);
            assert_int_equal(parse_part(&parser, wire, wire.len), RESP_BAD);
            assert_string_equal(parser.error, expected);
            resp_free(&parser);
        }
    }
}

static void assert_first(const char *wire, const struct resp_limits *some,
                         enum resp_result expected)
{
    struct resp_parser parser = {0};
    assert_int_equal(resp_parse(&parser, text(wire), some), expected);
    resp_free(&parser);
}

static void limits_are_sharp(void **state)
{
    (void)state;
    const struct resp_limits small = {.words = 2, .bulk = 3, .line = 8};
    assert_first("*2\r\n$1\r\na\r\n$1\r\nb\r\n", &small, RESP_DONE);
    assert_first("*3\r\n", &small, RESP_BAD);
    assert_first("*1\r\n$3\r\nabc\r\n", &small, RESP_DONE);
    assert_first("*1\r\n$4\r\n", &small, RESP_BAD);
    assert_first("12345678\n", &small, RESP_DONE);
    assert_first("123456789\n", &small, RESP_BAD);
    assert_first("*-123456\r\n", &small, RESP_DONE);
    assert_first("*-1234567\r\n", &small, RESP_BAD);
    const struct resp_limits none = {
        .words = SIZE_MAX, .bulk = SIZE_MAX / 4, .line = SIZE_MAX};
    assert_first("*2147483647\r\n", &none, RESP_MORE);
    assert_first("*2147483648\r\n", &none, RESP_BAD);
}

static void strangers_say_little(void **state)
{
    (void)state;
    const struct resp_limits stranger = {
        .words = 1 << 20, .bulk = 1 << 20, .line = 100, .anonymous = true};
    assert_first("*10\r\n$16384\r\n", &stranger, RESP_MORE);
    struct resp_parser parser = {0};
    assert_int_equal(resp_parse(&parser, SLICE("*11\r\n"), &stranger),
                     RESP_BAD);
    assert_string_equal(parser.error,
                        "Protocol error: unauthenticated multibulk length");
    resp_free(&parser);
    assert_int_equal(resp_parse(&parser, SLICE("*1\r\n$16385\r\n"), &stranger),
                     RESP_BAD);
    assert_string_equal(parser.error,
                        "Protocol error: unauthenticated bulk length");
    resp_free(&parser);
}

/* Bytes that were looked at are not looked at again, or a slow sender would
 * cost the square of a fast one: here they change behind the parser's back,
 * into ends of lines and words, and it does not notice. */
static void no_byte_is_looked_at_twice(void **state)
{
    (void)state;
    struct resp_parser parser = {0};
    char line[] = "abcdefgh\n";
    assert_int_equal(resp_parse(&parser, (struct slice){line, 6}, &limits),
                     RESP_MORE);
    line[2] = '\n';
    assert_int_equal(resp_parse(&parser, (struct slice){line, 9}, &limits),
                     RESP_DONE);
    assert_int_equal(parser.at, 9);
    resp_next(&parser);
    char array[] = "*3\r\n$2\r\nab\r\n$12\r\n123456789012\r\n$1\r\nx\r\n";
    size_t seen = strlen("*3\r\n$2\r\nab\r\n$12\r\n123456");
    assert_int_equal(resp_parse(&parser, (struct slice){array, seen}, &limits),
                     RESP_MORE);
    memset(array, '\r', seen);
    memcpy(array + 8, "AB", 2);
    assert_int_equal(resp_parse(&parser, text(array), &limits), RESP_DONE);
    assert_int_equal(parser.argc, 3);
    assert_bytes(parser.argv[0], SLICE("AB"));
    assert_bytes(parser.argv[2], SLICE("x"));
    resp_free(&parser);
}

static void many_words_and_their_memory(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    struct buf wire = {0};
    struct resp_parser parser = {0};
    buf_append(&wire, "*100000\r\n", 9);
    for (int i = 0; i < MANY; i++) {
        char word[32];
        int n = snprintf(word, sizeof word, "$5\r\n%05d\r\n", i);
        buf_append(&wire, word, (size_t)n);
    }
    struct slice part = {buf_slice(&wire).data, buf_len(&wire) / 2};
    assert_int_equal(resp_parse(&parser, part, &limits), RESP_MORE);
    assert_int_equal(resp_parse(&parser, buf_slice(&wire), &limits), RESP_DONE);
    assert_int_equal(parser.argc, MANY);
    for (size_t i = 0; i < MANY; i++) {
        char word[6];
        snprintf(word, sizeof word, "%05d", (int)(i % MANY));
        assert_bytes(parser.argv[i], (struct slice){word, 5});
    }
    resp_next(&parser);
    assert_int_equal(parser.cap, 0); /* a long list is given back */
    assert_int_equal(resp_parse(&parser, SLICE("PING\n"), &limits), RESP_DONE);
    assert_int_equal(parser.argc, 1);
    resp_free(&parser);
    buf_free(&wire);
}

static void a_big_word_in_portions(void **state)
{
    (void)state;
    enum { BIG = 1 << 20, PORTION = 1000 };
    struct buf wire = {0};
    struct resp_parser parser = {0};
    buf_append(&wire, "*1\r\n$1048576\r\n", 14);
    for (uint64_t i = 0; i < BIG / 8; i++)
        buf_append(&wire, &i, 8);
    buf_append(&wire, "\r\n", 2);
    struct slice in = {buf_slice(&wire).data, PORTION};
    for (; in.len < buf_len(&wire); in.len += PORTION)
        assert_int_equal(resp_parse(&parser, in, &limits), RESP_MORE);
    assert_int_equal(resp_parse(&parser, buf_slice(&wire), &limits), RESP_DONE);
    assert_bytes(parser.argv[0], (struct slice){in.data + 14, BIG});
    resp_free(&parser);
    buf_free(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_cut_at_every_byte),
        cmocka_unit_test(requests_byte_by_byte),
        cmocka_unit_test(requests_stuck_together),
        cmocka_unit_test(errors_cut_at_every_byte),
        cmocka_unit_test(limits_are_sharp),
        cmocka_unit_test(strangers_say_little),
        cmocka_unit_test(no_byte_is_looked_at_twice),
        cmocka_unit_test(many_words_and_their_memory),
        cmocka_unit_test(a_big_word_in_portions),
    };
    return cmocka_run_group_tests_name("resp", tests, NULL, NULL);
}
