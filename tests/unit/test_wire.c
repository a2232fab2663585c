/* The wire scripts' engine as far as it needs no network: what a script means,
 * what is wrong with it, and whether bytes are what it expects. */
#include "wire/cause.h"
#include "wire/dump.h"
#include "wire/pattern.h"
#include "wire/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define HEADER "about x\nchapters 03-05\n"

static struct slice text_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static void parse_good(struct wire_script *script, const char *text)
{
    char error[WIRE_ERROR];
    if (!wire_parse(script, "dir/test.wire", text_of(text), error))
        fail_msg("%s", error);
}

/* --- the language --- */

static void header_is_read(void **state)
{
    (void)state;
    struct wire_script script;
    parse_good(&script, "# a comment\n"
                        "about    one line\n"
                        "about    and another  \n"
                        "chapters 03-05 server\n"
                        "except   04\n"
                        "note     notes/x.md\n"
                        "cause    this # is no comment\n"
                        "\n"
                        "c1 connect\n");
    assert_string_equal(script.name, "test");
    assert_string_equal(script.path, "dir/test.wire");
    assert_string_equal(script.about, "one line and another");
    assert_string_equal(script.chapters, "03-05 server");
    assert_string_equal(script.except, "04");
    assert_string_equal(script.note, "notes/x.md");
    assert_string_equal(script.cause, "this # is no comment");
    assert_int_equal(script.steps->line, 9);
    assert_int_equal(script.steps->kind, WIRE_CONNECT);
    wire_free(&script);
}

static void steps_are_read(void **state)
{
    (void)state;
    static const enum wire_step_kind kinds[] = {
        WIRE_SEND,    WIRE_SEND,   WIRE_EXPECT, WIRE_HALFCLOSE, WIRE_EOF,
        WIRE_RESET,   WIRE_CLOSE,  WIRE_FLOOD,  WIRE_DRAIN,     WIRE_PAUSE,
        WIRE_BARRIER, WIRE_REPEAT, WIRE_CUTS};
    struct wire_script script;
    parse_good(&script, HEADER "c1> \"abc\" split at 1 2 delay 7ms\n"
                               "c1> \"abc\" split every 3 # and a comment\n"
                               "c1< \"x\" any line\n"
                               "c1 half-close\nc1 eof\nc1 reset\nc1 close\n"
                               "c1 flood 64k \"x\"\nc1 drain \"y\"\n"
                               "pause 2s\nbarrier\n"
                               "repeat 3 as i {\n  c[i] connect\n}\n"
                               "every cut {\n  c1> \"x\"\n}\n");
    const struct wire_step *step = script.steps;
    assert_int_equal(step->cut_count, 2);
    assert_int_equal(step->cuts[1], 2);
    assert_int_equal(step->delay, 7);
    assert_int_equal(step->next->piece, 3);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_non_null(step);
        assert_int_equal(step->kind, kinds[i]);
        assert_int_equal(step->line, i < 12 ? 3 + i : 17);
        assert_int_equal(step->source.data[step->source.len], '\n');
        if (step->kind == WIRE_FLOOD)
            assert_int_equal(step->number.value, 65536);
        if (step->kind == WIRE_PAUSE)
            assert_int_equal(step->number.value, 2000);
        if (step->kind == WIRE_REPEAT)
            assert_int_equal(step->body->index.counter, 0);
        step = step->next;
    }
    assert_null(step);
    wire_free(&script);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"c1> \"x\"\n", "t:1: expected a line `about ...` that says what the "
                        "test is about"},
        {"about x\nc1> \"x\"\n",
         "t:1: expected a line `chapters ...`, such as `chapters 03-05`"},
        {"about\n", "t:1: expected a text after about"},
        {HEADER, "t:3: expected at least one step"},
        {HEADER "c1> \"x\n", "t:3: expected a closing \" in this line"},
        {HEADER "c1> \"x", "t:3: expected a closing \" in this line"},
        {HEADER "c1> \"\\y\"\n", "t:3: expected \\r \\n \\t \\0 \\\\ \\\" or "
                                 "\\xNN"},
        {HEADER "c1> \"\\x4\"\n", "t:3: expected \\r \\n \\t \\0 \\\\ \\\" or "
                                  "\\xNN"},
        {HEADER "c1>\n", "t:3: expected bytes, such as \"PING\\r\\n\", found "
                         "the end of the line"},
        {HEADER "\n\nc1 jump\n",
         "t:5: expected >, <, connect, close, reset, half-close, eof, flood or "
         "drain after the connection's name, found \"jump\""},
        {HEADER "c1> \"x\" split\n", "t:3: expected at, found the end of the "
                                     "line"},
        {HEADER "c1> \"x\" split at 3 3\n",
         "t:3: expected split offsets that grow, from 1 on, found the end of "
         "the line"},
        {HEADER "c1> \"x\" split every 0\n",
         "t:3: expected pieces of at least 1 byte, found the end of the line"},
        {HEADER "c1> any line\n",
         "t:3: expected a string, a counter or a helper, found \"any\""},
        {HEADER "c1< any\n", "t:3: expected line, digits or a number of bytes "
                             "after any, found the end of the line"},
        {HEADER "c1< \":\" any digits\n",
         "t:3: expected what tells where `any digits` end, found the end of "
         "the line"},
        {HEADER "c1< bulk(any \"x\")\n",
         "t:3: expected `any` to stand alone in its parentheses, found \")\""},
        {HEADER "c1< resp(any)\n",
         "t:3: expected a string, a counter or a helper, found \"any\""},
        {HEADER "c1> \"x\" * \"y\"\n",
         "t:3: expected a number, found a string"},
        {HEADER "c1> i\n",
         "t:3: expected a string, a counter or a helper, found \"i\""},
        {HEADER "c1> resp(\"x\"\n\n", "t:5: expected ), found the end of the "
                                      "file"},
        {HEADER "pause 20\n", "t:3: expected a time, such as 20ms, found "
                              "\"20\""},
        {HEADER "pause 20mm\n", "t:3: expected a number (12, 64k, 8m) or a "
                                "time (20ms, 2s)"},
        {HEADER "pause 99999999999999999999ms\n",
         "t:3: expected a number of at most 2147483647"},
        {HEADER "repeat 2 {\nc1 eof\n", "t:5: expected }, found the end of the "
                                        "file"},
        {HEADER "repeat 2 {\nc1 eof }\n",
         "t:4: expected the end of the step, found \"}\""},
        {HEADER "c1 eof\n}\n", "t:4: expected a step, found \"}\""},
        {HEADER "every cut {\nc1 eof\n}\n",
         "t:4: expected only >, < and repeat in every cut"},
        {HEADER "every cut {\nc1> \"x\"\nc2< \"x\"\n}\n",
         "t:5: expected no second connection in every cut"},
        {HEADER "every cut {\n}\n",
         "t:3: expected a conversation in every cut"},
        {HEADER "c1 eof; c2 eof\n",
         "t:3: expected a step (notes/wire.md), found byte 0x3b"},
        {HEADER "repeat 1 {\nrepeat 1 {\nrepeat 1 {\nrepeat 1 {\nrepeat 1 {\n",
         "t:7: expected no more than 4 repeats in each other, found \"{\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_script script;
        char error[WIRE_ERROR];
        bool good = wire_parse(&script, "t", text_of(cases[i].text), error);
        assert_false(good);
        assert_string_equal(error, cases[i].error);
    }
}

/* A script cut off anywhere is a script or an error, and never a crash. */
static void cut_off_scripts_are_refused_or_read(void **state)
{
    (void)state;
    static const char whole[] = HEADER
        "c1> \"a\\x41\" + \"b\" * 3 split at 1 2 delay 5ms\n"
        "repeat 3 as i {\n    c[i]< reply(2 any) u32(i) any 3\n}\n"
        "every cut {\n    c1> request(\"GET\" \"k\")\n}\n";
    for (size_t len = 0; len < sizeof whole; len++) {
        struct wire_script script;
        char error[WIRE_ERROR];
        char *copy = malloc(len + 1); /* of this size, for the sanitizer */
        assert_non_null(copy);
        memcpy(copy, whole, len);
        if (wire_parse(&script, "t", (struct slice){copy, len}, error))
            wire_free(&script);
        else
            assert_memory_equal(error, "t:", 2);
        free(copy);
    }
}

static void missing_file_is_named(void **state)
{
    (void)state;
    struct wire_script script;
    char error[WIRE_ERROR];
    assert_false(wire_load(&script, "no/such.wire", error));
    assert_string_equal(error, "no/such.wire: cannot be read: No such file or "
                               "directory");
}

static void lists_name_chapters(void **state)
{
    (void)state;
    assert_true(wire_list_has("03", "03"));
    assert_true(wire_list_has("01 03-05 server", "04"));
    assert_true(wire_list_has("01 03-05 server", "03"));
    assert_true(wire_list_has("01 03-05 server", "05"));
    assert_true(wire_list_has("01 03-05 server", "server"));
    assert_false(wire_list_has("01 03-05 server", "02"));
    assert_false(wire_list_has("01 03-05 server", "06"));
    assert_false(wire_list_has("01 03-05 server", "serve"));
    assert_false(wire_list_has("", "03"));
}

/* --- bytes --- */

/* What the items mean in the third round of a repeat. */
static void items_mean(const char *items, const char *bytes, size_t len)
{
    char text[400];
    snprintf(text, sizeof text, HEADER "repeat 3 as i {\n  c1> %s\n}\n", items);
    struct wire_script script;
    struct wire_pattern pattern = {0};
    parse_good(&script, text);
    long counters[WIRE_DEPTH] = {3};
    wire_pattern_add(&pattern, script.steps->body->items, counters);
    assert_false(pattern.failed);
    assert_int_equal(buf_len(&pattern.bytes), len);
    if (len > 0)
        assert_memory_equal(buf_slice(&pattern.bytes).data, bytes, len);
    wire_pattern_free(&pattern);
    wire_free(&script);
}

#define MEANS(items, bytes) items_mean(items, bytes, sizeof(bytes) - 1)

static void helpers_make_bytes(void **state)
{
    (void)state;
    MEANS("\"a\\r\\n\\t\\0\\\\\\\"\\xfF\"", "a\r\n\t\0\\\"\xff");
    MEANS("\"\"", "");
    MEANS("\"ab\" * 3 \"c\" * i", "abababccc");
    MEANS("\"k:\" + i \"x\"", "k:3x");
    MEANS("u32(258) u32(i)", "\2\1\0\0\3\0\0\0");
    MEANS("message(\"hi\" i)", "\3\0\0\0hi3");
    MEANS("message()", "\0\0\0\0");
    MEANS("request(\"GET\" \"k\" + i)",
          "\x11\0\0\0\2\0\0\0\3\0\0\0GET\2\0\0\0k3");
    MEANS("request()", "\4\0\0\0\0\0\0\0");
    MEANS("reply(1)", "\4\0\0\0\1\0\0\0");
    MEANS("reply(0 \"a\" \"b\")", "\6\0\0\0\0\0\0\0ab");
    MEANS("resp(\"SET\" \"k\"\n\"\")",
          "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
    MEANS("bulk(\"a\\0b\")", "$3\r\na\0b\r\n");
    MEANS("resp(\"PING\") * 2", "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
}

/* --- comparing --- */

static void load_pattern(struct wire_pattern *pattern, const char *items)
{
    static const long counters[WIRE_DEPTH];
    char text[400];
    snprintf(text, sizeof text, HEADER "c1< %s\n", items);
    struct wire_script script;
    parse_good(&script, text);
    *pattern = (struct wire_pattern){0};
    wire_pattern_add(pattern, script.steps->items, counters);
    wire_free(&script);
}

/* Every part of the bytes is too little, and all of them are enough, whatever
 * follows. */
static void matches(const char *items, const char *bytes, size_t len)
{
    struct wire_pattern pattern;
    size_t same;
    load_pattern(&pattern, items);
    for (size_t part = 0; part < len; part++) {
        char *copy = malloc(part + 1);
        assert_non_null(copy);
        memcpy(copy, bytes, part);
        assert_int_equal(
            wire_pattern_match(&pattern, (struct slice){copy, part}, &same),
            WIRE_MORE);
        assert_int_equal(same, part);
        free(copy);
    }
    assert_int_equal(
        wire_pattern_match(&pattern, (struct slice){bytes, len + 1}, &same),
        WIRE_MATCH);
    assert_int_equal(same, len);
    wire_pattern_free(&pattern);
}

/* They differ at byte `at`. */
static void differs(const char *items, const char *bytes, size_t len, size_t at)
{
    struct wire_pattern pattern;
    size_t same;
    load_pattern(&pattern, items);
    assert_int_equal(
        wire_pattern_match(&pattern, (struct slice){bytes, len}, &same),
        WIRE_MISMATCH);
    assert_int_equal(same, at);
    wire_pattern_free(&pattern);
}

#define MATCHES(items, bytes) matches(items, bytes, sizeof(bytes) - 1)
#define DIFFERS(items, bytes, at) differs(items, bytes, sizeof(bytes) - 1, at)

static void patterns_match(void **state)
{
    (void)state;
    MATCHES("\"+OK\\r\\n\"", "+OK\r\n");
    MATCHES("any line \"x\"", "anything\r\nx");
    MATCHES("\":\" any digits \"\\r\\n\"", ":123\r\n");
    MATCHES("any 3 + any 2 \"!\"", "ab\0cd!");
    MATCHES("bulk(any) \"x\"", "$12\r\nHello\r\nworld\r\nx");
    MATCHES("bulk(any) * 2", "$0\r\n\r\n$1\r\nx\r\n");
    MATCHES("message(any) \"x\"", "\3\0\0\0abcx");
    MATCHES("reply(2 any)", "\7\0\0\0\2\0\0\0bad");
    MATCHES("reply(2 any)", "\4\0\0\0\2\0\0\0");
}

static void differences_are_found(void **state)
{
    (void)state;
    DIFFERS("\"+OK\\r\\n\"", "-ERR\r\n", 0);
    DIFFERS("\"+OK\\r\\n\"", "+OX\r\n", 2);
    DIFFERS("any line \"x\"", "abc\ny", 4);
    DIFFERS("\":\" any digits \"\\r\\n\"", ":\r\n", 1);
    DIFFERS("bulk(any)", "+OK\r\n", 0);
    DIFFERS("bulk(any)", "$-1\r\n", 1);
    DIFFERS("bulk(any)", "$3\r\nabcdef", 7);
    DIFFERS("bulk(any)", "$99999999999\r\n", 12);
    DIFFERS("reply(2 any)", "\7\0\0\0\1\0\0\0bad", 4);
    DIFFERS("reply(2 any)", "\3\0\0\0\2\0\0", 0);
    DIFFERS("message(any)", "\0\0\0\xff", 0);
}

/* --- showing --- */

static void carets_stand_below_the_difference(void **state)
{
    (void)state;
    static const char want[] = "  expected  000000  24 35 0d 0a 61 00 62 0d  0a"
                               "                       $5..a.b..\n"
                               "  received  000000  24 31 0d 0a 61 0d 0a"
                               "                              $1..a..\n"
                               "                       ^^                      "
                               "                        ^\n";
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    wire_dump_pair(out, "  ", SLICE("$5\r\na\0b\r\n"), SLICE("\0\0\0\0"),
                   SLICE("$1\r\na\r\n"), 1);
    fclose(out);
    assert_string_equal(text, want);
    free(text);
}

static void wild_bytes_are_shown_as_such(void **state)
{
    (void)state;
    struct wire_pattern pattern;
    struct buf expected = {0}, wild = {0};
    load_pattern(&pattern, "\":\" any digits \"\\r\\nab\"");
    wire_pattern_show(&pattern, SLICE(":12\r\nax"), &expected, &wild);
    assert_int_equal(buf_len(&expected), 7);
    assert_memory_equal(expected.data, ":12\r\nab", 7);
    assert_memory_equal(wild.data, "\0\1\1\0\0\0\0", 7);
    buf_free(&expected);
    buf_free(&wild);
    wire_pattern_free(&pattern);
}

static void causes_are_told_from_shapes(void **state)
{
    (void)state;
    struct wire_failure silent = {.trouble = WIRE_SILENCE};
    assert_null(wire_likely_cause(&silent));
    silent.split = true;
    assert_non_null(strstr(wire_likely_cause(&silent), "parsed once per read"));
    silent.split = false;
    silent.others = 1;
    assert_non_null(strstr(wire_likely_cause(&silent), "one client at a time"));
    silent.frames = 2;
    assert_non_null(strstr(wire_likely_cause(&silent), "only the first"));

    struct wire_failure gone = {.trouble = WIRE_REFUSED, .was_reset = true};
    assert_non_null(strstr(wire_likely_cause(&gone), "SIGPIPE"));

    struct wire_failure other = {.trouble = WIRE_DIFFERENT};
    buf_append(&other.expected, "\4\0\0\0", 4);
    buf_append(&other.received, "\0\0\0\4", 4);
    assert_non_null(strstr(wire_likely_cause(&other), "little-endian"));
    wire_failure_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_read),
        cmocka_unit_test(steps_are_read),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(cut_off_scripts_are_refused_or_read),
        cmocka_unit_test(missing_file_is_named),
        cmocka_unit_test(lists_name_chapters),
        cmocka_unit_test(helpers_make_bytes),
        cmocka_unit_test(patterns_match),
        cmocka_unit_test(differences_are_found),
        cmocka_unit_test(carets_stand_below_the_difference),
        cmocka_unit_test(wild_bytes_are_shown_as_such),
        cmocka_unit_test(causes_are_told_from_shapes),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
