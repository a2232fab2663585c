/* Who tracks: whom an invalidation reaches, and what is remembered. */
#include "talk.h"

#include <stdio.h>

static struct core core;
static struct session *reader, *writer, *listener;

static void pass_on(void *context, unsigned long long who, struct slice key)
{
    tracking_changed(context, who, key);
}

static int open_all(void **state)
{
    (void)state;
    if (!open_still_core(&core))
        return -1;
    core.store.listener =
        (struct store_listener){.changed = pass_on, .context = &core};
    reader = start_session(&core);   /* client 1 */
    writer = start_session(&core);   /* client 2 */
    listener = start_session(&core); /* client 3 */
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    session_close(reader);
    session_close(writer);
    if (listener != NULL)
        session_close(listener);
    assert_int_equal(core.tracking.count, 0);
    assert_int_equal(core.tracking.prefixes.count, 0);
    close_still_core(&core);
    return 0;
}

/* What the session says to the request, or, without one, what its mail is. */
static void expect(struct session *session, const char *request,
                   const char *reply)
{
    if (request != NULL)
        ask(session, request);
    else
        session_wake(session, NOW);
    check_heard(session, text(reply), __FILE__, __LINE__);
}

static void change(const char *key)
{
    char request[64];
    snprintf(request, sizeof request, "SET %s 1", key);
    expect(writer, request, "+OK\r\n");
}

static void tells_whom_it_redirects_to(void **state)
{
    (void)state;
    expect(listener, "SUBSCRIBE __redis__:invalidate",
           "*3\r\n$9\r\nsubscribe\r\n$20\r\n__redis__:invalidate\r\n:1\r\n");
    expect(reader, "CLIENT TRACKING ON REDIRECT 3", "+OK\r\n");
    expect(reader, "GET a", "$-1\r\n");
    change("a");
    change("a");
    expect(listener, NULL, "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate"
                           "\r\n*1\r\n$1\r\na\r\n");
    expect(reader, NULL, "");
    expect(writer, "FLUSHALL", "+OK\r\n");
    expect(listener, NULL, "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate"
                           "\r\n$-1\r\n");
}

static void says_that_who_is_redirected_to_has_left(void **state)
{
    (void)state;
    expect(reader, "CLIENT TRACKING ON REDIRECT 3", "+OK\r\n");
    expect(reader, "GET a", "$-1\r\n");
    session_close(listener);
    listener = NULL;
    reader->out.version = 3;
    atomic_store(&reader->client.subscriber.version, 3);
    change("a");
    expect(reader, NULL, ">2\r\n$21\r\ntracking-redir-broken\r\n:3\r\n");
    expect(reader, "CLIENT TRACKINGINFO",
           "%3\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$15\r\nbroken_redirect\r\n"
           "$8\r\nredirect\r\n:3\r\n$8\r\nprefixes\r\n*0\r\n");
}

/* The reply with the value comes before the word that it has changed. */
static void the_value_comes_before_its_end(void **state)
{
    (void)state;
    reader->out.version = 3;
    atomic_store(&reader->client.subscriber.version, 3);
    expect(reader, "CLIENT TRACKING ON", "+OK\r\n");
    ask(reader, "EXISTS a");
    change("a");
    expect(reader, NULL, ":0\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n");
}

static void remembers_no_more_than_it_may(void **state)
{
    (void)state;
    assert_true(configure(&core, "tracking-table-max-keys", "2"));
    expect(reader, "CLIENT TRACKING ON", "+OK\r\n");
    expect(listener, "CLIENT TRACKING ON", "+OK\r\n");
    expect(reader, "EXISTS a b c d", ":0\r\n");
    expect(listener, "EXISTS d e", ":0\r\n");
    struct tracking_size size = tracking_size(&core.tracking);
    assert_int_equal(size.keys, 2);
    assert_true(size.items >= 2 && size.items <= 3);
}

/* Clients that have left are forgotten when others come. */
static void forgets_who_has_left(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct session *guest = start_session(&core);
        expect(guest, "CLIENT TRACKING ON", "+OK\r\n");
        expect(guest, "EXISTS a", ":0\r\n");
        session_close(guest);
    }
    assert_int_equal(tracking_size(&core.tracking).items, 1);
    change("a");
    expect(reader, "CLIENT TRACKING ON", "+OK\r\n");
    expect(reader, "EXISTS a", ":1\r\n");
    change("a");
    assert_int_equal(tracking_size(&core.tracking).items, 0);
}

#define TRACKED(test) \
    cmocka_unit_test_setup_teardown((test), open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRACKED(tells_whom_it_redirects_to),
        TRACKED(says_that_who_is_redirected_to_has_left),
        TRACKED(the_value_comes_before_its_end),
        TRACKED(remembers_no_more_than_it_may),
        TRACKED(forgets_who_has_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
