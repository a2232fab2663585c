/* Replies are told apart and counted, however they arrive: each conversation in
 * one piece, and cut in two at every byte, and byte by byte. */
#include "unit.h"

#include "rung-bench/protocol.h"

struct conversation {
    const struct protocol *const *protocol;
    struct slice bytes;
    enum answer answers[8]; /* up to ANSWER_NONE */
};

static const struct protocol *const resp = &protocol_resp;
static const struct protocol *const framed = &protocol_framed;

static const struct protocol *const memcached = &protocol_memcached;

static const struct conversation conversations[] = {
    {&resp, BYTES("+OK\r\n+OK\r\n"), {ANSWER_OK, ANSWER_OK}},
    {&resp, BYTES("+PONG\r\n:-12\r\n"), {ANSWER_STATUS, ANSWER_NUMBER}},
    {&resp, BYTES("+O\r\n+OKK\r\n"), {ANSWER_STATUS, ANSWER_STATUS}},
    {&resp, BYTES("-ERR no\r\n+OK\r\n"), {ANSWER_ERROR, ANSWER_OK}},
    {&resp, BYTES("$5\r\nhe\r\no\r\n$0\r\n\r\n$-1\r\n"),
     {ANSWER_VALUE, ANSWER_VALUE, ANSWER_NOTHING}},
    {&resp, BYTES("*2\r\n$1\r\na\r\n:1\r\n*0\r\n*-1\r\n+OK\r\n"),
     {ANSWER_ARRAY, ANSWER_ARRAY, ANSWER_NOTHING, ANSWER_OK}},
    {&resp, BYTES("*3\r\n*2\r\n+a\r\n*0\r\n$-1\r\n-ERR x\r\n:7\r\n"),
     {ANSWER_ARRAY, ANSWER_NUMBER}},
    {&resp, BYTES("?\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("OK\n"), {ANSWER_BAD}},
    {&resp, BYTES("$1x\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("$\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("$-2\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("*18446744073709551617\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("\r\n"), {ANSWER_BAD}},
    {&resp, BYTES("$4\r\nhal"), {ANSWER_NONE}},
    {&framed, BYTES("\4\0\0\0\0\0\0\0\4\0\0\0\1\0\0\0"),
     {ANSWER_OK, ANSWER_NOTHING}},
    {&framed, BYTES("\6\0\0\0\0\0\0\0hi\6\0\0\0\2\0\0\0no\4\0\0\0\0\0\0\0"),
     {ANSWER_VALUE, ANSWER_ERROR, ANSWER_OK}},
    {&framed, BYTES("\3\0\0\0\0\0\0\0"), {ANSWER_BAD}},
    {&framed, BYTES("\4\0\0\0\3\0\0\0"), {ANSWER_BAD}},
    {&framed, BYTES("\4\0\0\377\0\0\0\0"), {ANSWER_BAD}},
    {&framed, BYTES("\6\0\0\0\0\0\0\0h"), {ANSWER_NONE}},
    {&memcached, BYTES("STORED\r\nEND\r\nNOT_STORED\r\n"),
     {ANSWER_OK, ANSWER_NOTHING, ANSWER_STATUS}},
    {&memcached, BYTES("VALUE k 0 5\r\nhe\r\no\r\nEND\r\nEND\r\n"),
     {ANSWER_VALUE, ANSWER_NOTHING}},
    {&memcached, BYTES("VALUE k 0 0\r\n\r\nEND\r\nSTORED\r\n"),
     {ANSWER_VALUE, ANSWER_OK}},
    {&memcached, BYTES("ERROR\r\nSERVER_ERROR no\r\nCLIENT_ERROR\r\n"),
     {ANSWER_ERROR, ANSWER_ERROR, ANSWER_ERROR}},
    {&memcached, BYTES("VALUE k 0 1\r\na\r\nSTORED\r\n"), {ANSWER_BAD}},
    {&memcached, BYTES("VALUE k 0 x\r\n"), {ANSWER_BAD}},
    {&memcached, BYTES("VALUE k 0 -1\r\n"), {ANSWER_BAD}},
    {&memcached, BYTES("+OK\r\n"), {ANSWER_BAD}},
    {&memcached, BYTES("VALUE k 0 1\r\na\r\nEND\r"), {ANSWER_NONE}},
};

/* Feeds one piece, and writes down what is told from it. */
static size_t feed(const struct conversation *talk, struct scan *scan,
                   struct slice piece, enum answer *told)
{
    char *copy = exact_copy(piece);
    const char *at = copy, *end = copy + piece.len;
    size_t count = 0;
    while (at < end) {
        at = (*talk->protocol)->scan(scan, at, end);
        assert_true(at <= end);
        if (scan->answer == ANSWER_BAD)
            at = end; /* nobody can read on */
        if (scan->answer != ANSWER_NONE)
            told[count++] = scan->answer;
    }
    free(copy);
    return count;
}

static size_t expected_count(const struct conversation *talk)
{
    size_t n = 0;
    while (talk->answers[n] != ANSWER_NONE)
        n++;
    return n;
}

static void check(const struct conversation *talk, size_t cut, size_t step)
{
    struct scan scan = {0};
    enum answer told[64];
    size_t count = 0;
    for (size_t at = 0; at < talk->bytes.len;) {
        size_t n = at < cut ? cut : step;
        if (n > talk->bytes.len - at)
            n = talk->bytes.len - at;
        struct slice piece = {talk->bytes.data + at, n};
        count += feed(talk, &scan, piece, told + count);
        at += n;
        if (scan.answer == ANSWER_BAD)
            break;
    }
    assert_int_equal(count, expected_count(talk));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(told[i], talk->answers[i]);
}

static void answers_do_not_depend_on_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(conversations); i++) {
        const struct conversation *talk = &conversations[i];
        for (size_t cut = 0; cut < talk->bytes.len; cut++)
            check(talk, cut, talk->bytes.len);
        check(talk, 0, 1);
    }
}

static void an_error_has_its_text(void **state)
{
    static const struct conversation talks[] = {
        {&resp, BYTES("-ERR no\r\n"), {ANSWER_ERROR}},
        {&framed, BYTES("\13\0\0\0\2\0\0\0-ERR no"), {ANSWER_ERROR}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(talks); i++)
        for (size_t cut = 1; cut < talks[i].bytes.len; cut++) {
            struct slice whole = talks[i].bytes;
            struct scan scan = {0};
            enum answer told[8];
            feed(&talks[i], &scan, (struct slice){whole.data, cut}, told);
            feed(&talks[i], &scan,
                 (struct slice){whole.data + cut, whole.len - cut}, told);
            assert_int_equal(scan.answer, ANSWER_ERROR);
            assert_bytes(((struct slice){scan.line, 7}), SLICE("-ERR no"));
        }
}

/* A line may be longer than what is kept of it. */
static void a_long_line_is_one_reply(void **state)
{
    static char bytes[1000] = "+";
    struct conversation talk = {&resp, {bytes, 1000}, {ANSWER_STATUS}};
    (void)state;
    memset(bytes + 1, 'a', sizeof bytes - 3);
    memcpy(bytes + sizeof bytes - 2, "\r\n", 2);
    for (size_t step = 1; step <= 1000; step += 37)
        check(&talk, 0, step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_do_not_depend_on_cuts),
        cmocka_unit_test(an_error_has_its_text),
        cmocka_unit_test(a_long_line_is_one_reply),
    };
    return cmocka_run_group_tests_name("bench_scan", tests, NULL, NULL);
}
