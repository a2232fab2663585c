/* Sessions in several threads on one core, as the thread model runs them: every
 * command is atomic, and what all of them did adds up. */
#include "talk.h"

#include <stdio.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 400, PATIENCE = 60 /* seconds */ };

static struct core core;

static int open_core(void **state)
{
    (void)state;
    alarm(PATIENCE);
    return !open_still_core(&core);
}

static int close_core(void **state)
{
    (void)state;
    close_still_core(&core);
    alarm(0);
    return 0;
}

struct worker {
    pthread_t thread;
    size_t number;
    struct session *session;
    size_t wrong; /* asserting is for the main thread */
};

/* Says `line`, and gives the reply as a C string; the caller frees it. */
static char *answer(struct worker *worker, const char *line)
{
    session_feed(worker->session, line, strlen(line), NOW);
    session_feed(worker->session, "\r\n", 2, NOW);
    struct buf heard = {0};
    struct slice output = session_output(worker->session);
    buf_append(&heard, output.data, output.len);
    session_sent(worker->session, output.len, NOW);
    buf_append(&heard, "", 1);
    return heard.data;
}

static void expect(struct worker *worker, const char *line, const char *reply)
{
    char *heard = answer(worker, line);
    worker->wrong += heard == NULL || strcmp(heard, reply) != 0;
    free(heard);
}

static void run_workers(void *(*run)(void *))
{
    struct worker workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.number = i};
        workers[i].session = start_session(&core);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    size_t wrong = 0;
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
        session_close(workers[i].session);
    }
    assert_int_equal(wrong, 0);
}

static void *count_up(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        free(answer(worker, "INCR number"));
        free(answer(worker, "DECRBY other 2"));
        free(answer(worker, "APPEND text ab"));
        free(answer(worker, "SET shared 1 EX 100"));
        free(answer(worker, "PERSIST shared"));
    }
    return NULL;
}

static void what_all_did_adds_up(void **state)
{
    (void)state;
    unsigned long long sums[COUNTERS];
    run_workers(count_up);
    clients_sum(&core.clients, sums);
    assert_int_equal(sums[COUNT_COMMANDS], THREADS * ROUNDS * 5);
    assert_int_equal(sums[COUNT_ERRORS], 0);
    struct session *session = start_session(&core);
    assert_reply(session, "GET number", "$4\r\n1600\r\n");
    assert_reply(session, "GET other", "$5\r\n-3200\r\n");
    assert_reply(session, "STRLEN text", ":3200\r\n");
    assert_reply(session, "EXISTS shared", ":1\r\n");
    session_close(session);
}

/* Even workers write pairs of equals, odd ones look for pairs that differ. The
 * keys of the writers come in both orders. */
static void *write_or_read_pairs(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        char line[64];
        if (worker->number % 2 == 0) {
            const char *format = worker->number == 0 ? "MSET a %d b %d"
                                                     : "MSET b %d a %d";
            snprintf(line, sizeof line, format, 1000 + i, 1000 + i);
            expect(worker, line, "+OK\r\n");
            continue;
        }
        char *pair = answer(worker, "MGET a b");
        worker->wrong += pair == NULL || strlen(pair) != 24 ||
                         memcmp(pair + 4, pair + 14, 10) != 0;
        free(pair);
    }
    return NULL;
}

static void many_keys_change_at_once(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    assert_reply(session, "MSET a 0000 b 0000", "+OK\r\n");
    session_close(session);
    run_workers(write_or_read_pairs);
}

/* One takes the whole store again and again while the others come and go, in
 * both databases. */
static void *flush_or_fill(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        if (worker->number == 0) {
            expect(worker, i % 2 ? "FLUSHALL" : "FLUSHDB", "+OK\r\n");
            free(answer(worker, "KEYS *"));
            free(answer(worker, "INFO keyspace"));
            continue;
        }
        expect(worker, i % 2 ? "SELECT 1" : "SELECT 0", "+OK\r\n");
        expect(worker, "MSET a 1 b 2 c 3 d 4", "+OK\r\n");
        free(answer(worker, "DEL a b c d"));
        free(answer(worker, "EXISTS a b c d"));
    }
    return NULL;
}

static void the_whole_store_among_others(void **state)
{
    (void)state;
    run_workers(flush_or_fill);
    struct session *session = start_session(&core);
    assert_reply(session, "FLUSHALL", "+OK\r\n");
    assert_reply(session, "DBSIZE", ":0\r\n");
    session_close(session);
}

/* Settings change under those who read them, and clients under those who count
 * them. */
static void *look_around(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS / 4; i++) {
        bool even = worker->number % 2 == 0;
        expect(worker,
               even ? "CONFIG SET requirepass one timeout 1"
                    : "CONFIG SET requirepass two timeout 2",
               "+OK\r\n");
        char *shown = answer(worker, "CONFIG GET requirepass");
        worker->wrong += shown == NULL || (!strstr(shown, "\r\none\r\n") &&
                                           !strstr(shown, "\r\ntwo\r\n"));
        free(shown);
        free(answer(worker, "AUTH one"));
        free(answer(worker, "INFO stats"));
        bool full;
        struct session *visitor = session_open(&core, &no_wire, NOW, &full);
        if (visitor != NULL)
            session_close(visitor);
        worker->wrong += visitor == NULL;
        clients_hang_up(&core.clients, NOW + 1, HANG_UP_INPUT);
    }
    return NULL;
}

static void settings_and_clients_change(void **state)
{
    (void)state;
    run_workers(look_around);
    assert_int_equal(clients_count(&core.clients), 0);
    assert_int_equal(core.clients.accepted, THREADS * (ROUNDS / 4 + 1));
}

#define WITH_CORE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_core, close_core)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CORE(what_all_did_adds_up),
        WITH_CORE(many_keys_change_at_once),
        WITH_CORE(the_whole_store_among_others),
        WITH_CORE(settings_and_clients_change),
    };
    return cmocka_run_group_tests_name("session_threads", tests, NULL, NULL);
}
