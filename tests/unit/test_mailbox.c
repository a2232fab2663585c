/* Mailboxes: letters that are shared, limits, and many who post at once. */
#include "unit.h"

#include "base/clock.h"
#include "pubsub/mailbox.h"

#include <pthread.h>

enum { POSTERS = 4, POSTS = 2000 };

static struct counts {
    atomic_int rung, hung_up;
} wire_of[2];

static void note_ring(void *self)
{
    ((struct counts *)self)->rung++;
}

static void note_hang_up(void *self, enum hang_up how)
{
    assert_int_equal(how, HANG_UP_BOTH);
    ((struct counts *)self)->hung_up++;
}

static struct mailbox box[2];

static int open_boxes(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct wire wire = {.self = &wire_of[i], .ring = note_ring,
                            .hang_up = note_hang_up};
        wire_of[i].rung = wire_of[i].hung_up = 0;
        mailbox_open(&box[i], &wire);
    }
    return 0;
}

static int close_boxes(void **state)
{
    (void)state;
    mailbox_close(&box[0]);
    mailbox_close(&box[1]);
    return 0;
}

static bool post(struct mailbox *to, const char *words,
                 const struct mail_limit *limit)
{
    struct letter *letter = letter_new(text(words));
    assert_non_null(letter);
    bool good = mailbox_post(to, letter, limit);
    letter_release(letter);
    return good;
}

static void assert_mail(struct mailbox *from, size_t most,
                        const char *expected)
{
    struct buf out = {0};
    assert_true(mailbox_take(from, &out, most));
    assert_bytes(buf_slice(&out), text(expected));
    buf_free(&out);
}

static void one_letter_for_two(void **state)
{
    (void)state;
    struct letter *letter = letter_new(text("hello"));
    assert_true(mailbox_post(&box[0], letter, NULL));
    assert_true(mailbox_post(&box[1], letter, NULL));
    assert_int_equal(letter->holders, 3);
    letter_release(letter);
    assert_mail(&box[0], 100, "hello");
    assert_int_equal(letter->holders, 1);
    assert_mail(&box[1], 100, "hello");
    assert_int_equal(box[1].waiting, 0);
    assert_int_equal(box[1].letters, 0);
}

static void the_first_letter_rings(void **state)
{
    (void)state;
    post(&box[0], "a", NULL);
    post(&box[0], "b", NULL);
    assert_int_equal(wire_of[0].rung, 1);
    assert_mail(&box[0], 100, "ab");
    post(&box[0], "c", NULL);
    assert_int_equal(wire_of[0].rung, 2);
}

/* Whole letters, and the bell again for the rest. */
static void mail_is_taken_in_portions(void **state)
{
    (void)state;
    post(&box[0], "abc", NULL);
    post(&box[0], "def", NULL);
    post(&box[0], "ghi", NULL);
    assert_mail(&box[0], 4, "abcdef");
    assert_int_equal(wire_of[0].rung, 2);
    assert_mail(&box[0], 4, "ghi");
    assert_int_equal(wire_of[0].rung, 2);
}

static void over_the_hard_limit_all_is_lost(void **state)
{
    (void)state;
    struct mail_limit limit = {.hard = 200};
    struct buf out = {0};
    int posted = 0;
    while (post(&box[0], "0123456789", &limit))
        posted++;
    assert_in_range(posted, 2, 20);
    assert_int_equal(wire_of[0].hung_up, 1);
    size_t waiting = box[0].waiting;
    assert_false(post(&box[0], "later", NULL));
    assert_int_equal(box[0].waiting, waiting);
    assert_false(mailbox_take(&box[0], &out, 100));
    assert_int_equal(buf_len(&out), 0);
    assert_int_equal(wire_of[0].hung_up, 1);
}

/* What the owner has taken and not yet sent counts as well. */
static void what_is_unsent_counts(void **state)
{
    (void)state;
    struct mail_limit limit = {.hard = 200};
    atomic_store(&box[0].unsent, 195);
    assert_true(mailbox_check(&box[0], &limit));
    assert_false(post(&box[0], "0123456789", &limit));
}

static void the_soft_limit_has_patience(void **state)
{
    (void)state;
    struct mail_limit limit = {.soft = 100, .seconds = 10};
    atomic_store(&box[0].unsent, 150);
    assert_true(mailbox_check(&box[0], &limit));
    assert_true(box[0].soft_since > 0);
    atomic_store(&box[0].unsent, 50);
    assert_true(mailbox_check(&box[0], &limit));
    assert_int_equal(box[0].soft_since, 0);
    atomic_store(&box[0].unsent, 150);
    atomic_store(&box[0].soft_since, clock_mono_ms() - 9000);
    assert_true(mailbox_check(&box[0], &limit));
    atomic_store(&box[0].soft_since, clock_mono_ms() - 11000);
    assert_false(mailbox_check(&box[0], &limit));
    assert_int_equal(wire_of[0].hung_up, 1);
}

/* Letters of two bytes: who posts, and a count that goes round. */
static void *post_many(void *argument)
{
    char words[2] = {*(char *)argument, 0};
    for (int i = 0; i < POSTS; i++) {
        struct letter *letter = letter_new((struct slice){words, 2});
        mailbox_post(&box[0], letter, NULL);
        letter_release(letter);
        words[1]++;
    }
    return NULL;
}

static void each_poster_keeps_its_order(void **state)
{
    (void)state;
    pthread_t threads[POSTERS];
    char names[POSTERS];
    char next[POSTERS] = {0};
    struct buf out = {0};
    for (int i = 0; i < POSTERS; i++) {
        names[i] = (char)i;
        assert_int_equal(
            pthread_create(&threads[i], NULL, post_many, &names[i]), 0);
    }
    size_t seen = 0;
    while (seen < (size_t)POSTERS * POSTS) {
        assert_true(mailbox_take(&box[0], &out, 64));
        struct slice mail = buf_slice(&out);
        for (size_t i = 0; i < mail.len; i += 2, seen++) {
            int from = mail.data[i];
            assert_in_range(from, 0, POSTERS - 1);
            assert_int_equal(mail.data[i + 1], next[from]);
            next[from]++;
        }
        buf_consume(&out, mail.len);
    }
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    buf_free(&out);
    assert_int_equal(box[0].waiting, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_boxes, close_boxes)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_letter_for_two),
        TEST(the_first_letter_rings),
        TEST(mail_is_taken_in_portions),
        TEST(over_the_hard_limit_all_is_lost),
        TEST(what_is_unsent_counts),
        TEST(the_soft_limit_has_patience),
        TEST(each_poster_keeps_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
