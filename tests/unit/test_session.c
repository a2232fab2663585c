/* What a session does besides answering: it makes slow readers wait, ends when
 * it is over, keeps to its limits, and gives back what it does not need. */
#include "talk.h"

#include <stdio.h>
#include <unistd.h>

enum { VALUE = 64 * 1024, MANY = 100 };

static struct core core;

static int open_core(void **state)
{
    (void)state;
    return !open_still_core(&core);
}

static int close_core(void **state)
{
    (void)state;
    close_still_core(&core);
    return 0;
}

/* --- slow readers --- */

/* A client with a large value under "v". */
static struct session *start_with_value(void)
{
    static const char begin[] = "*3\r\n$3\r\nSET\r\n$1\r\nv\r\n$65536\r\n";
    static char value[VALUE];
    struct session *session = start_session(&core);
    struct buf wire = {0};
    memset(value, 'v', sizeof value);
    buf_append(&wire, begin, sizeof begin - 1);
    buf_append(&wire, value, sizeof value);
    buf_append(&wire, "\r\n", 2);
    say(session, buf_slice(&wire));
    buf_free(&wire);
    assert_heard(session, SLICE("+OK\r\n"));
    return session;
}

/* One line, again and again, in one piece. */
static void say_many(struct session *session, const char *line, size_t times)
{
    struct buf wire = {0};
    while (times-- > 0)
        buf_append(&wire, line, strlen(line));
    say(session, buf_slice(&wire));
    buf_free(&wire);
}

static unsigned long long commands(const struct session *session)
{
    return atomic_load(&session->client.counters.of[COUNT_COMMANDS]);
}

static void assert_values(struct slice heard, size_t times)
{
    size_t reply = strlen("$65536\r\n") + VALUE + 2;
    assert_int_equal(heard.len, times * reply);
    for (size_t i = 0; i < times; i++) {
        const char *at = heard.data + i * reply;
        assert_memory_equal(at, "$65536\r\nv", 9);
        assert_memory_equal(at + reply - 3, "v\r\n", 3);
    }
}

static void who_does_not_read_has_to_wait(void **state)
{
    (void)state;
    struct session *session = start_with_value();
    unsigned long long before = commands(session);
    say_many(session, "GET v\r\n", MANY);
    size_t waiting = session_output(session).len;
    assert_in_range(waiting, SESSION_OUTPUT_LIMIT + 1,
                    SESSION_OUTPUT_LIMIT + VALUE + 10);
    assert_int_equal(commands(session) - before, waiting / VALUE);
    assert_false(session_wants_input(session));
    assert_false(session_done(session));

    /* What comes in spite of that waits too. */
    say_many(session, "GET v\r\n", MANY);
    assert_int_equal(session_output(session).len, waiting);
    session_sent(session, waiting - SESSION_OUTPUT_LIMIT, NOW);
    assert_true(session_wants_input(session));
    session_close(session);
}

static void the_rest_is_run_when_there_is_room(void **state)
{
    (void)state;
    static const size_t portions[] = {SIZE_MAX, 1000000, 65537, 4096, 777};
    for (size_t i = 0; i < COUNT(portions); i++) {
        struct session *session = start_with_value();
        size_t most = 0;
        say_many(session, "GET v\r\n", MANY);
        struct buf heard = {0};
        struct slice output = session_output(session);
        while (output.len > 0) {
            most = output.len > most ? output.len : most;
            size_t len = output.len < portions[i] ? output.len : portions[i];
            buf_append(&heard, output.data, len);
            session_sent(session, len, NOW);
            output = session_output(session);
        }
        assert_values(buf_slice(&heard), MANY);
        assert_true(most <= SESSION_OUTPUT_LIMIT + VALUE + 10);
        assert_true(session_wants_input(session));
        assert_int_equal(commands(session), MANY + 1);
        buf_free(&heard);
        session_close(session);
    }
}

/* A request that had to wait is run when it is run, not when it came. */
static void waiting_requests_see_the_time_go_by(void **state)
{
    (void)state;
    struct session *session = start_with_value();
    struct session *other = start_session(&core);
    assert_reply(other, "SET k old PX 1000", "+OK\r\n");
    say_many(session, "GET v\r\n", 20);
    say(session, SLICE("GET k\r\nSET new 1 EX 100\r\n"));
    assert_false(session_wants_input(session));
    struct buf heard = hear_at(session, SIZE_MAX, NOW + 2000);
    struct slice end = buf_slice(&heard);
    end.data += end.len - 10;
    end.len = 10;
    assert_bytes(end, SLICE("$-1\r\n+OK\r\n"));
    buf_free(&heard);
    say_at(other, SLICE("TTL new\r\n"), NOW + 2000);
    assert_heard(other, SLICE(":100\r\n"));
    session_close(other);
    session_close(session);
}

static void who_reads_is_not_silent(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    say(session, SLICE("PING\r\n"));
    assert_true(atomic_load(&session->client.active_at) == NOW);
    session_sent(session, 3, NOW + 5000);
    assert_true(atomic_load(&session->client.active_at) == NOW + 5000);
    session_close(session);
}

/* --- memory --- */

static void idle_clients_have_no_buffers(void **state)
{
    (void)state;
    struct session *session = start_with_value();
    assert_int_equal(session->in.cap, 0);
    say(session, SLICE("GET v\r"));
    assert_true(session->in.cap > 0);
    say(session, SLICE("\n"));
    assert_int_equal(session->in.cap, 0);
    assert_true(session->out.bytes.cap > VALUE);
    struct buf heard = hear(session);
    assert_values(buf_slice(&heard), 1);
    buf_free(&heard);
    assert_int_equal(session->out.bytes.cap, 0);
    session_close(session);
}

/* Out of memory for a reply: nothing more is run that nobody would hear of. */
static void a_lost_reply_ends_it(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    struct session *other = start_session(&core);
    session->out.bytes.failed = true;
    assert_true(session_done(session));
    assert_false(session_wants_input(session));
    say(session, SLICE("SET lost 1\r\n"));
    assert_reply(other, "EXISTS lost", ":0\r\n");
    session_close(other);
    session_close(session);
}

/* --- endings --- */

static void quit_is_the_last_word(void **state)
{
    (void)state;
    static const char *const ways[] = {"QUIT\r\nSET after 1\r\n",
                                       "PING\r\nQUIT\r\nSET after 1\r\nSE"};
    struct session *other = start_session(&core);
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct session *session = start_session(&core);
        say(session, SLICE("ECHO a"));
        say(session, SLICE("\r\n"));
        say(session, text(ways[i]));
        assert_false(session_wants_input(session));
        assert_false(session_done(session)); /* there is something to say */
        say(session, SLICE("SET after 1\r\n"));
        assert_heard(session, i == 0
                                  ? SLICE("$1\r\na\r\n+OK\r\n")
                                  : SLICE("$1\r\na\r\n+PONG\r\n+OK\r\n"));
        assert_true(session_done(session));
        session_close(session);
        assert_reply(other, "EXISTS after", ":0\r\n");
    }
    session_close(other);
}

static void a_protocol_error_is_the_last_word(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    say(session, SLICE("PING\r\n*1\r\nPING\r\nSET after 1\r\n"));
    assert_false(session_wants_input(session));
    assert_false(session_done(session));
    say(session, SLICE("SET after 1\r\n"));
    assert_heard(session, SLICE("+PONG\r\n-ERR Protocol error: expected '$', "
                                "got 'P'\r\n"));
    assert_true(session_done(session));
    session_close(session);
    session = start_session(&core);
    assert_reply(session, "EXISTS after", ":0\r\n");
    session_close(session);
}

/* --- limits --- */

static void the_limits_of_requests_are_redis(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    say(session, SLICE("*2147483647\r\n$536870912\r\n"));
    assert_heard(session, SLICE(""));
    assert_true(session_wants_input(session));
    session_close(session);

    session = start_session(&core);
    say(session, SLICE("*1\r\n$536870913\r\n"));
    assert_heard(session,
                 SLICE("-ERR Protocol error: invalid bulk length\r\n"));
    session_close(session);

    session = start_session(&core);
    say_many(session, "0123456789abcdef", 65536 / 16);
    assert_heard(session, SLICE(""));
    say(session, SLICE("x"));
    assert_heard(session,
                 SLICE("-ERR Protocol error: too big inline request\r\n"));
    assert_true(session_done(session));
    session_close(session);
}

/* The log has the true number of bytes. */
static void the_query_buffer_has_a_limit(void **state)
{
    (void)state;
    char path[] = "/tmp/rung-session-XXXXXX";
    char line[256] = "";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    core.log.fd = fd;
    atomic_store(&core.log.level, LOG_WARNING);
    configure(&core, "client-query-buffer-limit", "1mb");
    struct session *session = start_session(&core);
    say(session, SLICE("*1\r\n$2097152\r\n"));
    say_many(session, "0123456789abcdef", 65536 - 1);
    assert_true(session_wants_input(session));
    say(session, SLICE("to a megabyte and two"));
    assert_false(session_wants_input(session));
    assert_true(session_done(session));
    assert_int_equal(session_output(session).len, 0);
    session_close(session);
    assert_true(pread(fd, line, sizeof line - 1, 0) > 0);
    assert_non_null(strstr(line, "id=1: 1048595 bytes of requests"));
    unlink(path);
}

static void only_so_many_clients(void **state)
{
    (void)state;
    bool full = false;
    configure(&core, "maxclients", "1");
    struct session *session = start_session(&core);
    assert_null(session_open(&core, &no_wire, NOW, &full));
    assert_true(full);
    session_close(session);
    session = start_session(&core);
    assert_int_equal(clients_count(&core.clients), 1);
    session_close(session);
    assert_int_equal(clients_count(&core.clients), 0);
}

static void bytes_are_counted(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    unsigned long long sums[COUNTERS];
    assert_reply(session, "GET none", "$-1\r\n");
    assert_reply(session, "SET k v", "+OK\r\n");
    assert_reply(session, "GET k", "$1\r\nv\r\n");
    assert_reply(session, "foo",
                 "-ERR unknown command 'foo', with args beginning with: \r\n");
    session_close(session);
    clients_sum(&core.clients, sums);
    assert_int_equal(sums[COUNT_COMMANDS], 3);
    assert_int_equal(sums[COUNT_ERRORS], 1);
    assert_int_equal(sums[COUNT_HITS], 1);
    assert_int_equal(sums[COUNT_MISSES], 1);
    assert_int_equal(sums[COUNT_BYTES_IN], 23 + 27 + 20 + 13);
    assert_int_equal(sums[COUNT_BYTES_OUT], 5 + 5 + 7 + 56);
}

#define WITH_CORE(test) \
    cmocka_unit_test_setup_teardown(test, open_core, close_core)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CORE(who_does_not_read_has_to_wait),
        WITH_CORE(the_rest_is_run_when_there_is_room),
        WITH_CORE(waiting_requests_see_the_time_go_by),
        WITH_CORE(who_reads_is_not_silent),
        WITH_CORE(idle_clients_have_no_buffers),
        WITH_CORE(a_lost_reply_ends_it),
        WITH_CORE(quit_is_the_last_word),
        WITH_CORE(a_protocol_error_is_the_last_word),
        WITH_CORE(the_limits_of_requests_are_redis),
        WITH_CORE(the_query_buffer_has_a_limit),
        WITH_CORE(only_so_many_clients),
        WITH_CORE(bytes_are_counted),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
