/* What clients do to each other, and when each of them learns of it: a session
 * takes its mail when it is woken, not before. */
#include "talk.h"

#include <stdio.h>

static struct core core;
static struct session *one, *two;

static int open_both(void **state)
{
    (void)state;
    if (!open_still_core(&core))
        return 1;
    one = start_session(&core);
    two = start_session(&core);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    session_close(one);
    session_close(two);
    close_still_core(&core);
    return 0;
}

#define SUBSCRIBED "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
#define UNSUBSCRIBED "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n"
#define MESSAGE "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"

static void wake(struct session *session, int64_t now)
{
    assert_true(session_expects_mail(session));
    session_wake(session, now);
}

static void mail_comes_when_it_is_taken(void **state)
{
    (void)state;
    assert_false(session_expects_mail(one));
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    assert_reply(two, "PUBLISH a hi", ":1\r\n");
    assert_heard(one, text(""));
    wake(one, NOW);
    assert_heard(one, text(MESSAGE));
}

/* Nothing may come behind the confirmation. */
static void messages_come_before_the_end(void **state)
{
    (void)state;
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    ask(two, "PUBLISH a hi");
    assert_reply(one, "UNSUBSCRIBE a", MESSAGE UNSUBSCRIBED);
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    ask(two, "PUBLISH a hi");
    assert_reply(one, "UNSUBSCRIBE", MESSAGE UNSUBSCRIBED);
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    ask(two, "PUBLISH a hi");
    assert_reply(one, "RESET", MESSAGE "+RESET\r\n");
    assert_false(session_expects_mail(one));
}

static void a_big_heap_of_mail_comes_in_portions(void **state)
{
    (void)state;
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    for (int i = 0; i < 10000; i++)
        ask(two, "PUBLISH a hi");
    size_t heard = 0;
    for (int rounds = 0; heard < 10000 * strlen(MESSAGE); rounds++) {
        assert_in_range(rounds, 0, 100);
        wake(one, NOW);
        struct buf mail = hear(one);
        assert_in_range(buf_len(&mail), 1, 17 * 1024);
        heard += buf_len(&mail);
        buf_free(&mail);
    }
}

static void who_is_too_slow_is_cut_off(void **state)
{
    (void)state;
    struct config_error error;
    struct slice limit = BYTES("pubsub 1000 0 0");
    assert_true(config_set(&core.config, CONFIG_RUNNING,
                           text("client-output-buffer-limit"), &limit, 1,
                           &error));
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    for (int i = 0; i < 100; i++)
        ask(two, "PUBLISH a hi");
    assert_true(one->client.mailbox.overflown);
    assert_in_range(one->client.mailbox.waiting, 1, 1100);
    wake(one, NOW);
    assert_true(session_done(one));
}

static void a_pause_holds_writes_back(void **state)
{
    (void)state;
    clients_pause(&core.clients, NOW, NOW + 50, false);
    ask(one, "SET k v");
    ask(one, "GET k");
    assert_heard(one, text(""));
    ask(two, "PUBLISH a hi");
    assert_heard(two, text(""));
    assert_int_equal(session_deadline(one), NOW + 50);
    wake(one, NOW + 49);
    assert_heard(one, text(""));
    wake(one, NOW + 50);
    assert_heard(one, text("+OK\r\n$1\r\nv\r\n"));
    assert_false(session_expects_mail(one));
    clients_resume(&core.clients);
    wake(two, NOW);
    assert_heard(two, text(":0\r\n"));
}

static void a_pause_lets_reads_pass(void **state)
{
    (void)state;
    clients_pause(&core.clients, NOW, NOW + 50, false);
    assert_reply(one, "GET k", "$-1\r\n");
    clients_pause(&core.clients, NOW, NOW + 20, true);
    ask(one, "GET k");
    assert_heard(one, text(""));
    assert_reply(two, "NOSUCH",
                 "-ERR unknown command 'NOSUCH', with args beginning with: "
                 "\r\n");
    wake(one, NOW + 20); /* the longer of the two counts */
    assert_heard(one, text(""));
    wake(one, NOW + 51);
    assert_heard(one, text("$-1\r\n"));
}

/* What was queued before the pause began is written by EXEC. */
static void a_pause_looks_into_exec(void **state)
{
    (void)state;
    assert_reply(one, "MULTI", "+OK\r\n");
    assert_reply(one, "GET k", "+QUEUED\r\n");
    assert_reply(two, "MULTI", "+OK\r\n");
    assert_reply(two, "SET k v", "+QUEUED\r\n");
    clients_pause(&core.clients, NOW, NOW + 50, false);
    assert_reply(one, "EXEC", "*1\r\n$-1\r\n");
    ask(two, "EXEC");
    assert_heard(two, text(""));
    clients_resume(&core.clients);
    wake(two, NOW);
    assert_heard(two, text("*1\r\n+OK\r\n"));
}

static void who_is_killed_runs_nothing_more(void **state)
{
    (void)state;
    char kill[64];
    snprintf(kill, sizeof kill, "CLIENT KILL ID %llu", one->client.id);
    assert_reply(two, kill, ":1\r\n");
    assert_reply(two, kill, ":0\r\n");
    assert_reply(one, "SET k v", "");
    assert_reply(two, "GET k", "$-1\r\n");
    snprintf(kill, sizeof kill, "CLIENT KILL SKIPME no ID %llu",
             two->client.id);
    assert_reply(two, kill, ":1\r\n");
    assert_true(session_done(two));
}

/* Behind the time and the address. */
static void assert_line(struct session *session, const char *expected)
{
    wake(session, NOW);
    struct buf heard = hear(session);
    struct slice line = buf_slice(&heard);
    const char *words = memchr(line.data, ']', line.len);
    assert_non_null(words);
    line.len -= (size_t)(words - line.data);
    line.data = words;
    assert_bytes(line, text(expected));
    buf_free(&heard);
}

static void monitors_see_words_but_no_secrets(void **state)
{
    (void)state;
    assert_reply(one, "MONITOR", "+OK\r\n");
    ask(two, "ECHO \"\\\n\r\t\a\b\x01\xff'");
    assert_line(one, "] \"ECHO\" \"\\\"\\\\\\n\\r\\t\\a\\b\\x01\\xff'\"\r\n");
    ask(two, "auth me secret");
    assert_line(one, "] \"auth\" \"(redacted)\" \"(redacted)\"\r\n");
    ask(two, "HELLO 3 SETNAME x AUTH me secret");
    assert_line(one, "] \"HELLO\" \"3\" \"SETNAME\" \"x\" \"AUTH\" "
                     "\"(redacted)\" \"(redacted)\"\r\n");
    ask(two, "CONFIG GET requirepass");
    session_wake(one, NOW);
    assert_heard(one, text(""));
}

static void silence_swallows_replies(void **state)
{
    (void)state;
    assert_reply(one, "CLIENT REPLY SKIP", "");
    assert_reply(one, "BLPOP k 1", "");
    session_wake(one, NOW + 2000);
    assert_reply(one, "PING", "+PONG\r\n");
    assert_reply(one, "CLIENT REPLY OFF", "");
    assert_reply(one, "PING", "");
    assert_reply(one, "SUBSCRIBE a", SUBSCRIBED);
    ask(two, "PUBLISH a hi");
    wake(one, NOW);
    assert_heard(one, text(MESSAGE));
    assert_reply(one, "RESET", "+RESET\r\n");
}

static void assert_listed(const char *word)
{
    struct buf list = {0};
    ask(two, "CLIENT LIST");
    list = hear(two);
    buf_append(&list, "", 1);
    if (strstr(list.data, word) == NULL)
        fail_msg("no \"%s\" in\n%s", word, list.data);
    buf_free(&list);
}

static void the_list_shows_what_they_do(void **state)
{
    (void)state;
    ask(one, "CLIENT SETNAME bob");
    assert_listed(" name=bob age=");
    assert_listed(" cmd=client|setname ");
    ask(one, "SELECT 1");
    assert_listed(" flags=N db=1 ");
    ask(one, "WATCH k");
    ask(one, "MULTI");
    ask(one, "SET x y");
    assert_listed(" flags=x db=1 sub=0 psub=0 ssub=0 multi=1 ");
    assert_reply(two, "SELECT 1", "+OK\r\n");
    assert_reply(two, "SET k v", "+OK\r\n");
    assert_listed(" flags=xd db=1 ");
    ask(one, "EXEC");
    ask(one, "BLPOP l 0");
    assert_listed(" flags=b db=1 ");
}

/* Whoever asks after something was published hears of that first, with or
 * without a bell. */
static void news_come_before_later_replies(void **state)
{
    (void)state;
    assert_reply(one, "SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews"
                                        "\r\n:1\r\n");
    assert_reply(two, "PUBLISH news now", ":1\r\n");
    assert_reply(one, "PING x", "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$3\r\n"
                                "now\r\n*2\r\n$4\r\npong\r\n$1\r\nx\r\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_both, close_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mail_comes_when_it_is_taken),
        TEST(messages_come_before_the_end),
        TEST(a_big_heap_of_mail_comes_in_portions),
        TEST(who_is_too_slow_is_cut_off),
        TEST(a_pause_holds_writes_back),
        TEST(a_pause_lets_reads_pass),
        TEST(a_pause_looks_into_exec),
        TEST(who_is_killed_runs_nothing_more),
        TEST(monitors_see_words_but_no_secrets),
        TEST(silence_swallows_replies),
        TEST(the_list_shows_what_they_do),
        TEST(news_come_before_later_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
