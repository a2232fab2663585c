/* The practice client: from a typed line to a request's bytes, and from the
 * bytes of an answer to what is shown, in every protocol. */
#include "rung-cli/answer.h"
#include "rung-cli/known.h"
#include "rung-cli/request.h"
#include "rung-cli/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define WIRE(literal) {(literal), sizeof(literal) - 1}
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void assert_bytes(struct slice got, struct slice expected)
{
    assert_int_equal(got.len, expected.len);
    if (expected.len > 0)
        assert_memory_equal(got.data, expected.data, expected.len);
}

/* What redis-cli 7.0.15 made of these lines. */
static const struct {
    const char *line;
    size_t count;
    struct slice words[4];
} lines[] = {
    {"", 0, {WIRE("")}},
    {" \t\r ", 0, {WIRE("")}},
    {"PING", 1, {WIRE("PING")}},
    {"  set  k\tv ", 3, {WIRE("set"), WIRE("k"), WIRE("v")}},
    {"a \"\" ''", 3, {WIRE("a"), WIRE(""), WIRE("")}},
    {"\"two words\" 'and more'", 2, {WIRE("two words"), WIRE("and more")}},
    {"\"\\x00\\xfF\\x4a\"", 1, {WIRE("\x00\xff\x4a")}},
    {"\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"", 1, {WIRE("\n\r\t\b\a\\\"q")}},
    {"\"\\x4\" \"\\xg0\" \"\\x\"", 3, {WIRE("x4"), WIRE("xg0"), WIRE("x")}},
    {"'\\n \"x\" it\\'s'", 1, {WIRE("\\n \"x\" it's")}},
    {"a\"b c\" \\n", 2, {WIRE("ab c"), WIRE("\\n")}},
    {"\"it's\" 'say \"hi\"'", 2, {WIRE("it's"), WIRE("say \"hi\"")}},
};

static void test_lines_become_words(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct slices words = {0};
        struct slice line = {lines[i].line, strlen(lines[i].line)};
        assert_true(words_split(&words, line));
        assert_int_equal(words.count, lines[i].count);
        for (size_t w = 0; w < words.count; w++)
            assert_bytes(slices_get(&words, w), lines[i].words[w]);
        slices_free(&words);
    }
}

static void test_wrong_quotes(void **unused)
{
    (void)unused;
    static const char *const wrong[] = {"\"", "'", "a \"b", "a 'b", "\"a\"b",
                                        "'a'b", "\"a\\\"", "'a\\'", "\"\\"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct slices words = {0};
        assert_false(
            words_split(&words, (struct slice){wrong[i], strlen(wrong[i])}));
        slices_free(&words);
    }
}

static const struct {
    enum proto proto;
    const char *line;
    struct slice wire;
} requests[] = {
    {PROTO_RESP, "SET k \"a\\x00\"",
     WIRE("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\na\0\r\n")},
    {PROTO_RESP, "GET \"\"", WIRE("*2\r\n$3\r\nGET\r\n$0\r\n\r\n")},
    {PROTO_RAW, "two  'words' \\x00\\r\\n", WIRE("two  'words' \0\r\n")},
    {PROTO_RAW, "a\\", WIRE("a\\")},
    {PROTO_MESSAGE, "hi \\n", WIRE("\4\0\0\0hi \n")},
    {PROTO_MESSAGE, "", WIRE("\0\0\0\0")},
    {PROTO_FRAMED, "GET k",
     WIRE("\x10\0\0\0\2\0\0\0\3\0\0\0GET\1\0\0\0k")},
    {PROTO_FRAMED, "''", WIRE("\x8\0\0\0\1\0\0\0\0\0\0\0")},
};

static void test_lines_become_requests(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct slices words = {0};
        struct buf out = {0};
        struct slice line = {requests[i].line, strlen(requests[i].line)};
        assert_true(request_read_line(&words, requests[i].proto, line));
        assert_true(request_append(&out, requests[i].proto, &words));
        assert_bytes(buf_slice(&out), requests[i].wire);
        buf_free(&out);
        slices_free(&words);
    }
}

static const struct {
    enum proto proto;
    struct slice wire;
    struct slice pretty, raw;
} answers[] = {
    {PROTO_MESSAGE, WIRE("\0\0\0\0"), WIRE("\"\"\n"), WIRE("\n")},
    {PROTO_MESSAGE, WIRE("\3\0\0\0a\0b"), WIRE("\"a\\x00b\"\n"),
     WIRE("a\0b\n")},
    {PROTO_FRAMED, WIRE("\4\0\0\0\0\0\0\0"), WIRE("(ok)\n"), WIRE("\n")},
    {PROTO_FRAMED, WIRE("\6\0\0\0\0\0\0\0v\n"), WIRE("\"v\\n\"\n"),
     WIRE("v\n\n")},
    {PROTO_FRAMED, WIRE("\4\0\0\0\1\0\0\0"), WIRE("(not found)\n"),
     WIRE("\n")},
    {PROTO_FRAMED, WIRE("\6\0\0\0\1\0\0\0no"), WIRE("(not found) \"no\"\n"),
     WIRE("no\n")},
    {PROTO_FRAMED, WIRE("\6\0\0\0\2\0\0\0no"), WIRE("(error) no\n"),
     WIRE("no\n")},
    {PROTO_FRAMED, WIRE("\6\0\0\0\7\0\0\0no"), WIRE("(status 7) \"no\"\n"),
     WIRE("no\n")},
    {PROTO_RESP, WIRE("$2\r\n\r\n\r\n"), WIRE("\"\\r\\n\"\n"),
     WIRE("\r\n\n")},
};

static void assert_answer(const struct answer *answer, struct slice wire,
                          bool raw, struct slice expected)
{
    struct buf out = {0};
    assert_int_equal(answer->len, wire.len);
    answer_show(answer, wire, raw, &out);
    assert_bytes(buf_slice(&out), expected);
    buf_free(&out);
}

static void test_answers_cut_at_every_byte(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct slice wire = answers[i].wire;
        struct answer answer = {.proto = answers[i].proto};
        for (size_t cut = 0; cut < wire.len; cut++) {
            char *part = malloc(cut > 0 ? cut : 1);
            assert_non_null(part);
            memcpy(part, wire.data, cut);
            assert_int_equal(answer_parse(&answer, (struct slice){part, cut}),
                             REPLY_MORE);
            free(part);
            assert_int_equal(answer_parse(&answer, wire), REPLY_DONE);
            assert_answer(&answer, wire, false, answers[i].pretty);
            assert_answer(&answer, wire, true, answers[i].raw);
            answer_next(&answer);
        }
        answer_free(&answer);
    }
}

/* Raw bytes are whatever came, without a byte added. */
static void test_raw_answer(void **unused)
{
    (void)unused;
    struct answer answer = {.proto = PROTO_RAW};
    assert_int_equal(answer_parse(&answer, SLICE("")), REPLY_MORE);
    assert_int_equal(answer_parse(&answer, SLICE("a\0\n")), REPLY_DONE);
    assert_answer(&answer, SLICE("a\0\n"), true, SLICE("a\0\n"));
    assert_answer(&answer, SLICE("a\0\n"), false, SLICE("\"a\\x00\\n\"\n"));
    answer_free(&answer);
}

static void test_answers_of_another_protocol(void **unused)
{
    (void)unused;
    struct answer message = {.proto = PROTO_MESSAGE};
    assert_int_equal(answer_parse(&message, SLICE("+PONG\r\n")), REPLY_BAD);
    assert_non_null(strstr(message.error, "1313820715 bytes"));
    struct answer framed = {.proto = PROTO_FRAMED};
    assert_int_equal(answer_parse(&framed, SLICE("\2\0\0\0no")), REPLY_BAD);
    assert_non_null(strstr(framed.error, "this message has 2"));
}

static void test_what_is_missing(void **unused)
{
    (void)unused;
    static const struct {
        struct slice wire;
        const char *text;
    } cases[] = {
        {WIRE(""), "no byte of the reply came"},
        {WIRE("\5\0"), "2 of the 4 bytes of the length came"},
        {WIRE("\5\0\0\0hel"), "3 of 5 bytes of the message came"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answer answer = {.proto = PROTO_MESSAGE};
        char text[128];
        assert_int_equal(answer_parse(&answer, cases[i].wire), REPLY_MORE);
        answer_missing(&answer, cases[i].wire, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_secrets(void **unused)
{
    (void)unused;
    static const struct {
        const char *line;
        bool secret;
    } cases[] = {
        {"AUTH pw", true},
        {"hello 3 auth default pw", true},
        {"config set requirepass pw", true},
        {"ACL SETUSER bob >pw", true},
        {"set author me", false},
        {"ping", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct slices words = {0};
        assert_true(words_split(&words, (struct slice){cases[i].line,
                                                       strlen(cases[i].line)}));
        assert_int_equal(known_secret(&words), cases[i].secret);
        slices_free(&words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_become_words),
        cmocka_unit_test(test_wrong_quotes),
        cmocka_unit_test(test_lines_become_requests),
        cmocka_unit_test(test_answers_cut_at_every_byte),
        cmocka_unit_test(test_raw_answer),
        cmocka_unit_test(test_answers_of_another_protocol),
        cmocka_unit_test(test_what_is_missing),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests_name("request_answer", tests, NULL, NULL);
}
