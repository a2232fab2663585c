/* The ringer: everybody is rung for, but not all at once, and who leaves is
 * not rung for any more. */
#include "unit.h"

#include "base/clock.h"
#include "pubsub/ringer.h"

#include <limits.h>
#include <sched.h>

enum { BOXES = 96, LEAVERS = 4, ROUNDS = 2000, PATIENCE = 20000 /* ms */ };

static struct ringer ringer;
static struct mailbox boxes[BOXES];
static struct letter *letter;

static struct owner {
    atomic_int rung;
    bool comes; /* as soon as it is rung for */
} owners[BOXES];

static void be_rung(void *self)
{
    struct owner *owner = self;
    struct buf out = {0};
    atomic_fetch_add(&owner->rung, 1);
    if (owner->comes)
        mailbox_take(&boxes[owner - owners], &out, SIZE_MAX);
    buf_free(&out);
}

static void open_box(size_t i)
{
    mailbox_open(&boxes[i], &(struct wire){.self = &owners[i],
                                           .ring = be_rung});
}

static int open_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < BOXES; i++) {
        owners[i].rung = 0;
        owners[i].comes = false;
        open_box(i);
    }
    letter = letter_new(text("hello"));
    return letter == NULL || !ringer_open(&ringer);
}

static int close_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < BOXES; i++) {
        ringer_forget(&ringer, &boxes[i]);
        mailbox_close(&boxes[i]);
    }
    assert_int_equal(ringer.awaited, 0);
    ringer_close(&ringer);
    letter_release(letter);
    return 0;
}

static void post_to(size_t from, size_t to)
{
    struct ring_list list = {0};
    for (size_t i = from; i < to; i++) {
        bool ring;
        assert_true(mailbox_put(&boxes[i], letter, NULL, &ring));
        if (ring)
            ring_list_add(&list, &boxes[i]);
    }
    ringer_take(&ringer, &list);
}

static void wait_until(const atomic_int *number, int least, int most)
{
    int64_t until = clock_mono_ms() + PATIENCE;
    int now = atomic_load(number);
    for (; now < least || now > most; now = atomic_load(number)) {
        assert_true(clock_mono_ms() < until);
        sched_yield();
    }
}

static void wait_until_rung(size_t from, size_t to, int times)
{
    for (size_t i = from; i < to; i++)
        wait_until(&owners[i].rung, times, INT_MAX);
}

/* 16 at once; for the next 16 it waits two milliseconds, in vain. */
static void who_does_not_come_is_waited_for_shortly(void **state)
{
    (void)state;
    int64_t began = clock_mono_ms();
    post_to(0, BOXES);
    wait_until_rung(0, BOXES, 1);
    assert_true(clock_mono_ms() - began >= (BOXES / 16 - 1) * 2);
    assert_int_equal(ringer.awaited, BOXES);
}

/* Whether at once, or late. */
static void who_comes_is_not_awaited(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 32; i < BOXES; i++)
        owners[i].comes = true;
    post_to(0, BOXES);
    wait_until_rung(0, BOXES, 1);
    wait_until(&ringer.awaited, 0, 32);
    for (size_t i = 0; i < 32; i++)
        assert_true(mailbox_take(&boxes[i], &out, SIZE_MAX));
    assert_int_equal(ringer.awaited, 0);
    buf_free(&out);
}

/* What is left is taken when the ringer comes round again. */
static void who_has_more_stands_in_line_again(void **state)
{
    (void)state;
    struct buf out = {0};
    post_to(0, 1);
    post_to(0, 1);
    post_to(0, 1);
    for (int i = 1; i <= 3; i++) {
        wait_until_rung(0, 1, i);
        assert_true(mailbox_take(&boxes[0], &out, (size_t)i * 5));
        assert_int_equal(buf_len(&out), i * 5);
    }
    assert_int_equal(owners[0].rung, 3);
    buf_free(&out);
}

/* Each owns one box, which it leaves, and opens again. */
static void *come_and_leave(void *argument)
{
    size_t i = (size_t)((struct owner *)argument - owners);
    for (int round = 0; round < ROUNDS; round++) {
        struct buf out = {0};
        post_to(i, i + 1);
        if (round % 3 == 0) {
            mailbox_take(&boxes[i], &out, 1);
            post_to(i, i + 1);
        }
        ringer_forget(&ringer, &boxes[i]);
        mailbox_close(&boxes[i]);
        memset(&boxes[i], 0x55, sizeof boxes[i]);
        open_box(i);
        buf_free(&out);
    }
    return NULL;
}

static void who_leaves_is_forgotten(void **state)
{
    (void)state;
    pthread_t threads[LEAVERS];
    for (size_t i = 0; i < LEAVERS; i++)
        pthread_create(&threads[i], NULL, come_and_leave, &owners[i]);
    for (int i = 0; i < 10; i++)
        post_to(LEAVERS, BOXES);
    for (int i = 0; i < LEAVERS; i++)
        pthread_join(threads[i], NULL);
    wait_until_rung(LEAVERS, BOXES, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_does_not_come_is_waited_for_shortly),
        TEST(who_comes_is_not_awaited),
        TEST(who_has_more_stands_in_line_again),
        TEST(who_leaves_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
