/* The hash table, against an array of 5000 possible keys. */
#include "unit.h"

#include "types/dict.h"

#include <stdio.h>

enum { KEYS = 5000 };

struct model {
    int payload[KEYS]; /* -1: not there; else its length */
    size_t count;
};

struct word {
    char bytes[16];
};

static struct slice key_name(size_t key, struct word *word)
{
    int len = snprintf(word->bytes, sizeof word->bytes, "key%zu", key);
    return (struct slice){word->bytes, (size_t)len};
}

static size_t key_number(const struct dict_entry *entry)
{
    struct slice key = dict_key(entry);
    char text[16] = "";
    assert_true(key.len > 3 && key.len < sizeof text);
    memcpy(text, key.data, key.len);
    return strtoul(text + 3, NULL, 10);
}

/* As many times the key's last digit as the model says. */
static struct slice payload_of(size_t key, int len, char *bytes)
{
    memset(bytes, '0' + (int)(key % 10), (size_t)len);
    return (struct slice){bytes, (size_t)len};
}

static void put_both(struct dict *dict, struct model *model, size_t key,
                     int len)
{
    char bytes[64];
    struct word word;
    bool added;
    struct dict_entry *entry = dict_put(dict, key_name(key, &word),
                                        payload_of(key, len, bytes), &added);
    assert_non_null(entry);
    assert_int_equal(added, model->payload[key] < 0);
    model->count += added;
    model->payload[key] = len;
}

static void remove_both(struct dict *dict, struct model *model, size_t key)
{
    struct word word;
    bool there = dict_remove(dict, key_name(key, &word));
    assert_int_equal(there, model->payload[key] >= 0);
    model->count -= there;
    model->payload[key] = -1;
}

static void assert_entry(const struct dict_entry *entry, size_t key,
                         const struct model *model)
{
    char bytes[64];
    struct word word;
    assert_bytes(dict_key(entry), key_name(key, &word));
    assert_bytes(dict_payload(entry),
                 payload_of(key, model->payload[key], bytes));
}

static void assert_same(const struct dict *dict, const struct model *model)
{
    struct word word;
    size_t walked = 0;
    assert_int_equal(dict->count, model->count);
    for (size_t key = 0; key < KEYS; key++) {
        const struct dict_entry *entry =
            dict_find(dict, key_name(key, &word));
        assert_int_equal(entry != NULL, model->payload[key] >= 0);
        if (entry != NULL)
            assert_entry(entry, key, model);
    }
    const struct dict_entry *entry = dict_first(dict);
    for (; entry != NULL; entry = dict_next(dict, entry), walked++)
        assert_entry(entry, key_number(entry), model);
    assert_int_equal(walked, model->count);
}

static void empty_model(struct model *model)
{
    for (size_t key = 0; key < KEYS; key++)
        model->payload[key] = -1;
    model->count = 0;
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    static struct model model;
    struct dict dict = {0}, copy = {0};
    uint64_t random = 11;
    empty_model(&model);
    for (int i = 0; i < 60000; i++) {
        size_t key = random_below(&random, KEYS);
        bool growing = i / 15000 % 2 == 0;
        if (random_below(&random, 10) < (growing ? 8 : 1))
            put_both(&dict, &model, key, (int)random_below(&random, 40));
        else
            remove_both(&dict, &model, key);
        if (i % 3000 == 0)
            assert_same(&dict, &model);
        assert_true(dict.count <= dict.bucket_count);
        assert_true(dict.bucket_count <= 8 || /* it shrinks too */
                    dict.bucket_count <= 2 * dict.count);
    }
    assert_true(dict_copy(&copy, &dict));
    dict_free(&dict);
    assert_same(&copy, &model);
    dict_free(&copy);
}

/* Half of them are there before; one is named three times. */
static void many_are_put_as_one_by_one(void **state)
{
    (void)state;
    enum { MANY = 50 };
    struct dict one = {0}, many = {0};
    struct word names[MANY];
    struct slice words[2 * MANY];
    size_t added = 0;
    for (size_t i = 0; i < MANY; i++) {
        words[2 * i] = key_name(i == 20 || i == 30 ? 10 : i, &names[i]);
        words[2 * i + 1] = text(i % 3 == 0 ? "three" : "no");
        if (i % 2 == 0)
            dict_put(&many, words[2 * i], SLICE("old"), NULL);
        dict_put(&one, words[2 * i], words[2 * i + 1], NULL);
    }
    size_t before = many.count;
    assert_true(dict_put_all(&many, words, COUNT(words), 2, &added));
    assert_int_equal(added, many.count - before);
    assert_int_equal(many.count, one.count);
    for (size_t i = 0; i < MANY; i++)
        assert_bytes(dict_payload(dict_find(&many, words[2 * i])),
                     dict_payload(dict_find(&one, words[2 * i])));
    dict_free(&many);
    assert_true(dict_put_all(&many, words, COUNT(words), 1, &added));
    assert_int_equal(added, one.count + 2);
    assert_true(dict_put_all(&many, words, COUNT(words), 1, &added));
    assert_int_equal(added, 0);
    assert_true(dict_put_all(&many, words, 0, 1, &added));
    dict_free(&many);
    dict_free(&one);
}

static void zero_is_empty(void **state)
{
    (void)state;
    struct dict dict = {0}, copy = {0};
    assert_null(dict_find(&dict, SLICE("a")));
    assert_false(dict_remove(&dict, SLICE("a")));
    assert_null(dict_first(&dict));
    assert_int_equal(dict_scan(&dict, 0, NULL, NULL), 0);
    assert_true(dict_copy(&copy, &dict));
    dict_free(&dict);
    assert_int_equal(copy.count, 0);
}

static void a_payload_of_the_same_length_stays_in_place(void **state)
{
    (void)state;
    struct dict dict = {0};
    struct dict_entry *entry =
        dict_put(&dict, SLICE("a"), SLICE("12345678"), NULL);
    assert_ptr_equal(dict_put(&dict, SLICE("a"), SLICE("87654321"), NULL),
                     entry);
    assert_bytes(dict_payload(entry), SLICE("87654321"));
    assert_int_equal(dict.count, 1);
    assert_true(dict_remove(&dict, dict_key(entry))); /* its very own key */
    assert_int_equal(dict.count, 0);
    dict_free(&dict);
}

static void memory_is_counted(void **state)
{
    (void)state;
    static struct model model;
    struct dict dict = {0};
    empty_model(&model);
    for (size_t key = 0; key < KEYS; key++)
        put_both(&dict, &model, key, 32);
    assert_in_range(dict.memory, KEYS * (32 + 20), KEYS * 100);
    for (size_t key = 0; key < KEYS; key++)
        remove_both(&dict, &model, key);
    assert_in_range(dict.memory, 0, 8 * sizeof(void *));
    dict_free(&dict);
}

/* Chi-squared over `keys` keys: about as large as they are many when every key
 * is equally likely. */
static double unfairness(const struct dict *dict, size_t keys)
{
    static size_t hits[KEYS];
    double expected = 200, sum = 0;
    memset(hits, 0, sizeof hits);
    for (size_t i = 0; i < keys * (size_t)expected; i++)
        hits[key_number(dict_random(dict))]++;
    for (size_t key = 0; key < KEYS; key++) {
        double off = (double)hits[key] - expected;
        if (hits[key] > 0)
            sum += off * off / expected;
        assert_true((double)hits[key] < 4 * expected);
    }
    return sum / (double)keys;
}

static void random_is_fair(void **state)
{
    (void)state;
    static struct model model;
    struct dict dict = {0};
    empty_model(&model);
    for (size_t key = 0; key < KEYS; key++)
        put_both(&dict, &model, key, 0);
    assert_true(unfairness(&dict, KEYS) < 2);
    for (size_t key = 10; key < KEYS; key++)
        remove_both(&dict, &model, key);
    assert_true(unfairness(&dict, 10) < 6);
    dict_free(&dict);
}

static void note_visit(const struct dict_entry *entry, void *context)
{
    bool *visited = context;
    visited[key_number(entry)] = true;
}

/* Keys below 100 stay; the others come and go, so that the table grows and
 * shrinks many times while it is scanned. */
static void a_scan_meets_all_that_stays(void **state)
{
    (void)state;
    static struct model model;
    struct dict dict = {0};
    uint64_t random = 3;
    empty_model(&model);
    for (size_t key = 0; key < 100; key++)
        put_both(&dict, &model, key, 0);
    for (int round = 0; round < 20; round++) {
        bool visited[KEYS] = {false};
        uint64_t cursor = 0;
        do {
            bool growing = random_below(&random, 2) == 0;
            size_t changes = random_below(&random, 50) == 0 ? 3 * KEYS : 0;
            for (size_t i = 0; i < changes; i++) {
                size_t key = 100 + random_below(&random, KEYS - 100);
                if (growing)
                    put_both(&dict, &model, key, 0);
                else
                    remove_both(&dict, &model, key);
            }
            cursor = dict_scan(&dict, cursor, note_visit, visited);
        } while (cursor != 0);
        for (size_t key = 0; key < 100; key++)
            assert_true(visited[key]);
    }
    dict_free(&dict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(many_are_put_as_one_by_one),
        cmocka_unit_test(zero_is_empty),
        cmocka_unit_test(a_payload_of_the_same_length_stays_in_place),
        cmocka_unit_test(memory_is_counted),
        cmocka_unit_test(random_is_fair),
        cmocka_unit_test(a_scan_meets_all_that_stays),
    };
    return cmocka_run_group_tests_name("dict", tests, NULL, NULL);
}
