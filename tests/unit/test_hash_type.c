/* Hashes, packed and as tables, against an array of possible fields. */
#include "unit.h"

#include "types/hash.h"

#include <stdio.h>

enum { FIELDS = 300 };

static const struct hash_limits usual = {128, 64};

struct model {
    int value[FIELDS]; /* -1: not there */
    size_t count;
};

struct words {
    char field[16], value[128];
};

/* Field and value n; every fiftieth value is too long to be packed. */
static struct pair pair_of(size_t field, int value, struct words *words)
{
    int field_len = snprintf(words->field, sizeof words->field, "f%zu", field);
    int value_len = snprintf(words->value, sizeof words->value, "%0*d",
                             value % 50 == 49 ? 65 : 1, value);
    return (struct pair){{words->field, (size_t)field_len},
                         {words->value, (size_t)value_len}};
}

static void put_both(struct hash *hash, struct model *model, size_t field,
                     int value, const struct hash_limits *limits)
{
    struct words words;
    struct pair pair = pair_of(field, value, &words);
    bool added;
    assert_true(hash_put(hash, &pair, limits, &added));
    assert_int_equal(added, model->value[field] < 0);
    model->count += added;
    model->value[field] = value;
}

static void remove_both(struct hash *hash, struct model *model, size_t field)
{
    struct words words;
    bool there = hash_remove(hash, pair_of(field, 0, &words).field);
    assert_int_equal(there, model->value[field] >= 0);
    model->count -= there;
    model->value[field] = -1;
}

static void assert_pair(struct pair pair, const struct model *model)
{
    struct words words;
    char number[16] = "";
    assert_true(pair.field.len < sizeof number);
    memcpy(number, pair.field.data, pair.field.len);
    size_t field = strtoul(number + 1, NULL, 10);
    assert_true(field < FIELDS && model->value[field] >= 0);
    struct pair expected = pair_of(field, model->value[field], &words);
    assert_bytes(pair.field, expected.field);
    assert_bytes(pair.value, expected.value);
}

struct visits {
    const struct model *model;
    size_t count;
};

static void visit(struct pair pair, void *context)
{
    struct visits *visits = context;
    assert_pair(pair, visits->model);
    visits->count++;
}

static void assert_same(const struct hash *hash, const struct model *model)
{
    struct words words;
    struct slice value;
    struct visits visits = {model, 0};
    size_t walked = 0;
    assert_int_equal(hash_count(hash), model->count);
    for (size_t field = 0; field < FIELDS; field++) {
        struct pair pair = pair_of(field, model->value[field], &words);
        bool there = hash_get(hash, pair.field, &value);
        assert_int_equal(there, model->value[field] >= 0);
        if (there)
            assert_bytes(value, pair.value);
    }
    struct hash_walk walk = {.hash = hash};
    struct pair pair;
    for (; hash_step(&walk, &pair); walked++)
        assert_pair(pair, model);
    assert_int_equal(walked, model->count);
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, visit, &visits);
    while (cursor != 0);
    assert_int_equal(visits.count, model->count);
    if (model->count > 0)
        assert_pair(hash_random(hash), model);
}

static void empty_model(struct model *model)
{
    for (size_t field = 0; field < FIELDS; field++)
        model->value[field] = -1;
    model->count = 0;
}

/* One life of a hash: it fills, and empties again. */
static void live(uint64_t *random, size_t fields, bool long_values)
{
    struct model model;
    struct hash *hash = hash_new();
    assert_non_null(hash);
    empty_model(&model);
    for (int i = 0; i < 600; i++) {
        size_t field = random_below(random, fields);
        int value = (int)random_below(random, long_values ? 1000 : 49);
        if (random_below(random, 10) < (i < 300 ? 8 : 2))
            put_both(hash, &model, field, value, &usual);
        else
            remove_both(hash, &model, field);
        if (i % 20 == 0)
            assert_same(hash, &model);
        if (hash_is_packed(hash))
            assert_true(hash_count(hash) <= usual.fields);
    }
    struct hash *copy = hash_copy(hash);
    assert_non_null(copy);
    assert_int_equal(hash_is_packed(copy), hash_is_packed(hash));
    assert_int_equal(hash_is_packed(hash), fields < 128 && !long_values);
    hash_free(hash);
    assert_same(copy, &model);
    hash_free(copy);
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int round = 0; round < 5; round++) {
        live(&random, 50, false);
        live(&random, 50, true);
        live(&random, FIELDS, false);
    }
}

static bool packed_after(size_t fields, const char *field, const char *value)
{
    struct hash_limits limits = {fields, 4};
    struct hash *hash = hash_new();
    struct pair first = {SLICE("a"), SLICE("1")};
    struct pair second = {text(field), text(value)};
    assert_true(hash_put(hash, &first, &limits, NULL));
    assert_true(hash_put(hash, &second, &limits, NULL));
    bool packed = hash_is_packed(hash);
    hash_free(hash);
    return packed;
}

static void limits_are_exact(void **state)
{
    (void)state;
    assert_true(packed_after(2, "b", "2"));
    assert_false(packed_after(1, "b", "2"));
    assert_true(packed_after(1, "a", "2"));
    assert_false(packed_after(0, "a", "2"));
    assert_true(packed_after(2, "bbbb", "2222"));
    assert_false(packed_after(2, "bbbbb", "2"));
    assert_false(packed_after(2, "b", "22222"));
}

static void once_a_table_always_a_table(void **state)
{
    (void)state;
    struct hash_limits none = {0, 0};
    struct hash *hash = hash_new();
    struct pair pair = {SLICE("a"), SLICE("1")};
    assert_true(hash_put(hash, &pair, &none, NULL));
    assert_false(hash_is_packed(hash));
    assert_true(hash_remove(hash, SLICE("a")));
    assert_true(hash_put(hash, &pair, &usual, NULL));
    assert_false(hash_is_packed(hash));
    assert_true(hash_memory(hash) > 40);
    hash_free(hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(once_a_table_always_a_table),
    };
    return cmocka_run_group_tests_name("hash type", tests, NULL, NULL);
}
