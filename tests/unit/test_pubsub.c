/* Who gets what: random subscriptions beside a table of them, and messages
 * while others come and go. */
#include "unit.h"

#include "base/glob.h"
#include "pubsub/pubsub.h"

enum { SUBSCRIBERS = 6, NAMES = 8, STEPS = 20000, MESSAGES = 3000 };

static const char *const names[NAMES] = {"a", "b", "ab", "*",
                                         "a*", "?", "", "[ab]"};

static const struct mail_limit no_limit;

static struct world {
    struct pubsub pubsub;
    struct mailbox boxes[SUBSCRIBERS];
    struct subscriber subscribers[SUBSCRIBERS];
    bool listens[SUBSCRIBERS][TOPIC_KINDS][NAMES];
    size_t due[SUBSCRIBERS]; /* letters */
} world;

static void ignore_ring(void *self)
{
    (void)self;
}

static int open_world(void **state)
{
    (void)state;
    struct wire wire = {.ring = ignore_ring};
    world = (struct world){0};
    for (size_t i = 0; i < SUBSCRIBERS; i++) {
        mailbox_open(&world.boxes[i], &wire);
        world.subscribers[i].mailbox = &world.boxes[i];
        world.subscribers[i].version = 2 + i % 2;
    }
    return !pubsub_open(&world.pubsub, &no_limit);
}

static int close_world(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUBSCRIBERS; i++) {
        pubsub_leave_all(&world.pubsub, &world.subscribers[i]);
        mailbox_close(&world.boxes[i]);
    }
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        assert_int_equal(world.pubsub.count[kind], 0);
    pubsub_close(&world.pubsub);
    return 0;
}

static size_t expect_kind(enum topic_kind kind, size_t name, bool as_pattern)
{
    size_t receivers = 0;
    for (size_t s = 0; s < SUBSCRIBERS; s++) {
        for (size_t n = 0; n < NAMES; n++) {
            bool fits = as_pattern ? glob_match(text(names[n]),
                                                text(names[name]))
                                   : n == name;
            if (!world.listens[s][kind][n] || !fits)
                continue;
            world.due[s]++;
            receivers++;
        }
    }
    return receivers;
}

static void publish(bool shard, size_t name)
{
    struct slice channel = text(names[name]);
    size_t due, got;
    if (shard) {
        due = expect_kind(TOPIC_SHARD, name, false);
        got = pubsub_publish_shard(&world.pubsub, channel, text("m"));
    } else {
        due = expect_kind(TOPIC_CHANNEL, name, false);
        due += expect_kind(TOPIC_PATTERN, name, true);
        got = pubsub_publish(&world.pubsub, channel, text("m"));
    }
    assert_int_equal(got, due);
}

static void change(size_t who, enum topic_kind kind, size_t name, bool on)
{
    struct subscriber *subscriber = &world.subscribers[who];
    if (on)
        assert_true(pubsub_subscribe(&world.pubsub, subscriber, kind,
                                     text(names[name])));
    else
        pubsub_unsubscribe(&world.pubsub, subscriber, kind, text(names[name]));
    world.listens[who][kind][name] = on;
}

static void leave(size_t who, enum topic_kind kind)
{
    struct dict gone =
        pubsub_leave(&world.pubsub, &world.subscribers[who], kind);
    size_t listened = 0;
    for (size_t n = 0; n < NAMES; n++) {
        listened += world.listens[who][kind][n];
        world.listens[who][kind][n] = false;
    }
    assert_int_equal(gone.count, listened);
    dict_free(&gone);
}

static void count_name(struct slice name, void *context)
{
    (void)name;
    ++*(size_t *)context;
}

static void assert_counts(enum topic_kind kind)
{
    size_t topics = 0, seen = 0;
    for (size_t n = 0; n < NAMES; n++) {
        size_t listeners = 0;
        for (size_t s = 0; s < SUBSCRIBERS; s++)
            listeners += world.listens[s][kind][n];
        topics += listeners > 0;
        assert_int_equal(
            pubsub_listeners(&world.pubsub, kind, text(names[n])), listeners);
    }
    pubsub_each(&world.pubsub, kind, count_name, &seen);
    assert_int_equal(seen, topics);
    assert_int_equal(world.pubsub.count[kind], topics);
}

static void who_listens_gets_it(void **state)
{
    (void)state;
    uint64_t random = 2024;
    for (int i = 0; i < STEPS; i++) {
        size_t who = random_below(&random, SUBSCRIBERS);
        size_t name = random_below(&random, NAMES);
        enum topic_kind kind =
            (enum topic_kind)random_below(&random, TOPIC_FEED);
        size_t what = random_below(&random, 12);
        if (what < 4)
            publish(what == 0, name);
        else if (what < 11)
            change(who, kind, name, what < 7);
        else
            leave(who, kind);
        if (i % 100 == 0)
            assert_counts(kind);
    }
    for (size_t s = 0; s < SUBSCRIBERS; s++)
        assert_int_equal(world.boxes[s].letters, world.due[s]);
}

static void assert_mail(size_t who, const char *expected)
{
    struct buf out = {0};
    assert_true(mailbox_take(&world.boxes[who], &out, SIZE_MAX));
    assert_bytes(buf_slice(&out), text(expected));
    buf_free(&out);
}

static void messages_look_like_their_version(void **state)
{
    (void)state;
    change(0, TOPIC_CHANNEL, 0, true);
    change(1, TOPIC_CHANNEL, 0, true);
    change(2, TOPIC_PATTERN, 4, true);
    change(3, TOPIC_SHARD, 0, true);
    pubsub_publish(&world.pubsub, text("a"), text("hi"));
    pubsub_publish_shard(&world.pubsub, text("a"), text("hi"));
    assert_mail(0, "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n");
    assert_mail(1, ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n");
    assert_mail(2, "*4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$1\r\na\r\n"
                   "$2\r\nhi\r\n");
    assert_mail(3, ">3\r\n$8\r\nsmessage\r\n$1\r\na\r\n$2\r\nhi\r\n");
}

static void the_feed_is_for_monitors(void **state)
{
    (void)state;
    pubsub_feed(&world.pubsub, text("+nobody\r\n"));
    assert_true(pubsub_subscribe(&world.pubsub, &world.subscribers[0],
                                 TOPIC_FEED, text("")));
    change(1, TOPIC_CHANNEL, 6, true); /* the channel with an empty name */
    pubsub_feed(&world.pubsub, text("+line\r\n"));
    assert_mail(0, "+line\r\n");
    assert_mail(1, "");
}

static void *publish_many(void *argument)
{
    (void)argument;
    for (int i = 0; i < MESSAGES; i++) {
        char words[2] = {(char)(i >> 8), (char)i};
        pubsub_publish(&world.pubsub, text("a"), (struct slice){words, 2});
    }
    return NULL;
}

/* Others come and go meanwhile; when they have gone, nothing comes. */
static void *come_and_go(void *argument)
{
    struct subscriber *me = argument;
    struct buf out = {0};
    for (int i = 0; i < MESSAGES; i++) {
        pubsub_subscribe(&world.pubsub, me, TOPIC_CHANNEL, text("a"));
        pubsub_subscribe(&world.pubsub, me, TOPIC_PATTERN, text("*"));
        pubsub_unsubscribe(&world.pubsub, me, TOPIC_CHANNEL, text("a"));
        pubsub_leave_all(&world.pubsub, me);
        mailbox_take(me->mailbox, &out, SIZE_MAX);
        buf_free(&out);
        assert_int_equal(me->mailbox->letters, 0);
    }
    return NULL;
}

/* Two publishers: both listeners get all messages, in the same order. */
static void all_get_them_in_one_order(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct buf got[2] = {{0}, {0}};
    change(0, TOPIC_CHANNEL, 0, true);
    change(2, TOPIC_CHANNEL, 0, true);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, publish_many, NULL);
        pthread_create(&threads[2 + i], NULL, come_and_go,
                       &world.subscribers[4 + i]);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(world.boxes[2 * i].letters, 2 * MESSAGES);
        mailbox_take(&world.boxes[2 * i], &got[i], SIZE_MAX);
    }
    assert_true(slice_equal(buf_slice(&got[0]), buf_slice(&got[1])));
    buf_free(&got[0]);
    buf_free(&got[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_listens_gets_it),
        TEST(messages_look_like_their_version),
        TEST(the_feed_is_for_monitors),
        TEST(all_get_them_in_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
