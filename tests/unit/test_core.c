/* The housekeeper, who does what no request asks for. */
#include "talk.h"

#include "base/clock.h"

#include <ctype.h>
#include <unistd.h>

static struct core core;

static int open_core(void **state)
{
    (void)state;
    memset(&core, 0, sizeof core);
    alarm(30);
    return !config_open(&core.config) || !configure(&core, "databases", "2") ||
           !log_open(&core.log, "/dev/null", LOG_NOTHING) || !core_open(&core);
}

static int close_core(void **state)
{
    (void)state;
    core_close(&core);
    log_close(&core.log);
    config_close(&core.config);
    alarm(0);
    return 0;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
}

/* Nobody asks for these keys again, and yet they go. */
static void expired_keys_are_swept(void **state)
{
    (void)state;
    enum { KEYS = 1000 };
    struct session *session = start_session(&core);
    int64_t now = clock_mono_ms();
    for (size_t i = 0; i < KEYS; i++) {
        char name[4] = {(char)('a' + i / 100), (char)('a' + i / 10 % 10),
                        (char)('a' + i % 10), '\0'};
        struct buf line = {0};
        buf_append(&line, "SET ", 4);
        buf_append(&line, name, 3);
        buf_append(&line, i % 10 ? " v PX 1\r\n" : " v\r\n", i % 10 ? 9 : 4);
        say_at(session, buf_slice(&line), now);
        buf_free(&line);
    }
    while (atomic_load(&core.expired) < KEYS / 10 * 9)
        nap();
    say_at(session, SLICE("FLUSHDB\r\nDBSIZE\r\n"), now);
    struct buf heard = hear_at(session, SIZE_MAX, now);
    assert_int_equal(buf_len(&heard), KEYS * 5 + 5 + 4);
    assert_int_equal(atomic_load(&core.expired), KEYS / 10 * 9);
    buf_free(&heard);
    session_close(session);
}

static void note_hang_up(void *wire, enum hang_up how)
{
    if (how == HANG_UP_BOTH)
        atomic_fetch_add((atomic_int *)wire, 1);
}

static void silent_clients_are_hung_up_on(void **state)
{
    (void)state;
    bool full;
    atomic_int silent = 0, lively = 0;
    int64_t now = clock_mono_ms();
    struct wire quiet = no_wire, loud = no_wire;
    quiet.self = &silent;
    loud.self = &lively;
    quiet.hang_up = loud.hang_up = note_hang_up;
    struct session *one = session_open(&core, &quiet, now - 100000, &full);
    struct session *other = session_open(&core, &loud, now, &full);
    assert_non_null(one);
    assert_non_null(other);
    assert_true(configure(&core, "timeout", "90"));
    while (atomic_load(&silent) == 0)
        nap();
    assert_int_equal(atomic_load(&lively), 0);
    session_close(one);
    session_close(other);
}

static void each_run_has_a_name(void **state)
{
    (void)state;
    char before[41];
    assert_int_equal(strlen(core.run_id), 40);
    for (size_t i = 0; i < 40; i++)
        assert_true(isdigit((unsigned char)core.run_id[i]) ||
                    (core.run_id[i] >= 'a' && core.run_id[i] <= 'f'));
    strcpy(before, core.run_id);
    close_core(NULL);
    assert_int_equal(open_core(NULL), 0);
    assert_string_not_equal(before, core.run_id);
}

/* It sleeps for a tenth of a second, but nobody has to wait for that. */
static void closes_at_once(void **state)
{
    (void)state;
    int64_t began = clock_mono_ms();
    for (int i = 0; i < 20; i++) {
        nap(); /* until the housekeeper sleeps too */
        close_core(NULL);
        assert_int_equal(open_core(NULL), 0);
    }
    assert_in_range(clock_mono_ms() - began, 0, 1500);
}

#define WITH_CORE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_core, close_core)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CORE(expired_keys_are_swept),
        WITH_CORE(silent_clients_are_hung_up_on),
        WITH_CORE(each_run_has_a_name),
        WITH_CORE(closes_at_once),
    };
    return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
