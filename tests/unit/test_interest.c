/* Who is told of a change, and in which order those who wait are served. */
#include "unit.h"

#include "store/interest.h"

#include <stdio.h>

enum { MOST = 200 };

static struct store store;
static struct keyspace space = {.store = &store, .now = 1};
static struct interest *told[MOST];
static size_t told_count;

static void tell(struct interest *interest)
{
    assert_true(told_count < MOST);
    told[told_count++] = interest;
}

static struct key key_of(const char *name)
{
    return store_key(&store, text(name));
}

static struct interest interest_in(const char *name, bool waits,
                                   enum value_type type)
{
    return (struct interest){
        .key = key_of(name), .waits = waits, .type = type, .told = tell};
}

static void add(struct interest *interest)
{
    assert_true(interest_add(&store, interest));
}

static void put_list(const char *name)
{
    struct key key = key_of(name);
    assert_non_null(keyspace_create(&space, &key, TYPE_LIST));
}

static void remove_key(const char *name)
{
    struct key key = key_of(name);
    keyspace_remove(&space, &key);
    keyspace_free_garbage(&space);
}

/* What a served one does: it leaves, and passes the turn on. */
static void serve_next(struct interest *expected)
{
    struct interest *next = interest_take_ready(&space);
    assert_ptr_equal(next, expected);
    if (next == NULL)
        return;
    next->is_ready = false;
    interest_remove(&store, next);
    interest_pass_on(&space, &next->key);
}

static void all_who_watch_are_told(void **state)
{
    (void)state;
    struct interest a = interest_in("k", false, TYPE_STRING);
    struct interest b = interest_in("k", false, TYPE_STRING);
    struct interest other = interest_in("other", false, TYPE_STRING);
    struct key key = key_of("k");
    told_count = 0;
    add(&a);
    add(&other);
    add(&b);
    assert_true(keyspace_put(&space, &key, SLICE("v"), NO_DEADLINE));
    assert_int_equal(told_count, 2);
    assert_ptr_equal(told[0], &a);
    assert_ptr_equal(told[1], &b);
    interest_remove(&store, &a);
    remove_key("k");
    assert_int_equal(told_count, 3);
    assert_null(space.ready);
    interest_remove(&store, &b);
    interest_remove(&store, &other);
}

static void one_turn_for_a_line(void **state)
{
    (void)state;
    struct interest line[3], stranger = interest_in("k", true, TYPE_ZSET);
    told_count = 0;
    add(&stranger);
    for (size_t i = 0; i < COUNT(line); i++) {
        line[i] = interest_in("k", true, TYPE_LIST);
        add(&line[i]);
    }
    struct key key = key_of("k");
    assert_true(keyspace_put(&space, &key, SLICE("v"), NO_DEADLINE));
    assert_null(space.ready); /* nobody waits for a string */
    put_list("k");
    keyspace_changed(&space, &key);
    assert_int_equal(told_count, 1);
    serve_next(&line[0]);
    serve_next(&line[1]);
    remove_key("k"); /* it is empty now */
    serve_next(&line[2]);
    assert_null(space.ready);
    interest_remove(&store, &stranger);
}

/* One that has the turn leaves before it is served, and another thread makes
 * the next one ready: who finds the first gone need not do that again. */
static void nobody_has_two_turns(void **state)
{
    (void)state;
    struct interest gone = interest_in("k", true, TYPE_LIST);
    struct interest next = interest_in("k", true, TYPE_LIST);
    struct key key = key_of("k");
    struct keyspace other = space;
    add(&gone);
    add(&next);
    put_list("k");
    interest_remove(&store, &gone);
    keyspace_changed(&other, &key);
    assert_ptr_equal(interest_take_ready(&space), &gone);
    interest_pass_on(&space, &key);
    assert_null(space.ready);
    assert_ptr_equal(interest_take_ready(&other), &next);
    interest_remove(&store, &next);
    remove_key("k");
}

/* Two keys changed, the second first: its whole line comes first. */
static void keys_in_the_order_of_their_changes(void **state)
{
    (void)state;
    struct interest a[2], b[2];
    for (size_t i = 0; i < 2; i++) {
        a[i] = interest_in("a", true, TYPE_LIST);
        b[i] = interest_in("b", true, TYPE_LIST);
        add(&a[i]);
        add(&b[i]);
    }
    put_list("b");
    put_list("a");
    serve_next(&b[0]);
    serve_next(&b[1]);
    serve_next(&a[0]);
    serve_next(&a[1]);
    serve_next(NULL);
    remove_key("a");
    remove_key("b");
}

/* Many keys in one table, some leaving before it grows, some after. */
static void many_keys(void **state)
{
    (void)state;
    static struct interest many[20000];
    static char names[COUNT(many)][12];
    for (size_t i = 0; i < COUNT(many); i++) {
        /* Two for each key, far apart. */
        snprintf(names[i], sizeof names[i], "key%zu", i % (COUNT(many) / 2));
        many[i] = interest_in(names[i], true, TYPE_LIST);
        add(&many[i]);
        if (i % 3 == 0 && i >= 3)
            interest_remove(&store, &many[i - 3]);
    }
    for (size_t i = 0; i < COUNT(many) / 2; i++) {
        bool first = i % 3 != 0;
        bool second = (i + COUNT(many) / 2) % 3 != 0;
        struct interest *in_line = interest_find(&space, &many[i].key, true);
        if (first)
            assert_ptr_equal(in_line, &many[i]);
        else if (second)
            assert_ptr_equal(in_line, &many[i + COUNT(many) / 2]);
        if (first && second)
            assert_ptr_equal(interest_next(in_line),
                             &many[i + COUNT(many) / 2]);
    }
    for (size_t i = 0; i < COUNT(many); i++)
        if (i % 3 != 0 || i + 3 >= COUNT(many))
            interest_remove(&store, &many[i]);
    for (size_t i = 0; i < SHARDS; i++) {
        assert_int_equal(store.shards[i].waiting.count, 0);
        assert_null(store.shards[i].waiting.lines);
    }
}

static void each_is_visited_once(void **state)
{
    (void)state;
    static struct interest many[100];
    struct key key = key_of("k");
    const struct interests *list =
        &store.shards[store_shard(0, key.hash)].watching;
    assert_null(interest_each(list, NULL));
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = interest_in("k", false, TYPE_STRING);
        many[i].key.hash += i; /* other lines of the same shard */
        add(&many[i]);
    }
    size_t seen = 0;
    struct interest *interest = NULL;
    while ((interest = interest_each(list, interest)) != NULL)
        seen++;
    assert_int_equal(seen, COUNT(many));
    for (size_t i = 0; i < COUNT(many); i++)
        interest_remove(&store, &many[i]);
}

static int open_store(void **state)
{
    (void)state;
    return store_open(&store, 1) ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    store_close(&store);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_who_watch_are_told),
        cmocka_unit_test(one_turn_for_a_line),
        cmocka_unit_test(nobody_has_two_turns),
        cmocka_unit_test(keys_in_the_order_of_their_changes),
        cmocka_unit_test(many_keys),
        cmocka_unit_test(each_is_visited_once),
    };
    return cmocka_run_group_tests_name("interest", tests, open_store,
                                       close_store);
}
