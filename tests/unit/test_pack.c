/* The packed list, against an array of strings that does the same. */
#include "unit.h"

#include "types/pack.h"

enum { MOST = 400 /* elements */, LONGEST = 40000 /* bytes */ };

struct model {
    struct slice element[MOST + 1]; /* each an allocation of its own */
    size_t count;
};

static const size_t lengths[] = {0,     1,     2,     125,   126,   127,
                                 128,   129,   16380, 16381, 16382, 16383,
                                 16384, 16385, LONGEST};

static struct slice any_element(uint64_t *random)
{
    static char bytes[LONGEST];
    size_t len = random_below(random, 20);
    if (random_below(random, 30) == 0)
        len = lengths[random_below(random, COUNT(lengths))];
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)next_random(random);
    return (struct slice){bytes, len};
}

static void model_insert(struct model *model, size_t i, struct slice element)
{
    memmove(model->element + i + 1, model->element + i,
            (model->count - i) * sizeof element);
    model->element[i] = (struct slice){exact_copy(element), element.len};
    model->count++;
}

static void model_remove(struct model *model, size_t i, size_t count)
{
    for (size_t n = i; n < i + count; n++)
        free((char *)model->element[n].data);
    model->count -= count;
    memmove(model->element + i, model->element + i + count,
            (model->count - i) * sizeof *model->element);
}

static void assert_same(const struct pack *pack, const struct model *model)
{
    size_t at = 0;
    assert_int_equal(pack->count, model->count);
    for (size_t i = 0; i < model->count; i++) {
        assert_int_equal(pack_index(pack, i), at);
        assert_bytes(pack_get(pack, at), model->element[i]);
        at = pack_next(pack, at);
    }
    assert_int_equal(at, pack_end(pack));
    assert_int_equal(pack_index(pack, model->count), at);
    for (size_t i = model->count; i > 0; i--) {
        at = pack_previous(pack, at);
        assert_bytes(pack_get(pack, at), model->element[i - 1]);
    }
    assert_int_equal(at, 0);
}

static void insert_both(struct pack *pack, struct model *model,
                        uint64_t *random)
{
    size_t i = random_below(random, model->count + 1);
    struct slice element = any_element(random);
    if (i == 0)
        assert_true(pack_push_front(pack, element));
    else if (i == model->count)
        assert_true(pack_push_back(pack, element));
    else
        assert_true(pack_insert(pack, pack_index(pack, i), element));
    model_insert(model, i, element);
}

static void remove_both(struct pack *pack, struct model *model,
                        uint64_t *random)
{
    size_t i = random_below(random, model->count);
    size_t count = random_below(random, 4);
    if (count > model->count - i)
        count = model->count - i;
    pack_remove(pack, pack_index(pack, i), count);
    model_remove(model, i, count);
}

static void replace_both(struct pack *pack, struct model *model,
                         uint64_t *random)
{
    size_t i = random_below(random, model->count);
    struct slice element = any_element(random);
    assert_true(pack_replace(pack, pack_index(pack, i), element));
    model_remove(model, i, 1);
    model_insert(model, i, element);
}

static void move_both(struct pack *pack, struct model *model, uint64_t *random)
{
    struct slice moved[4];
    size_t from = random_below(random, model->count);
    size_t count = 1 + random_below(random, 4);
    size_t to = random_below(random, model->count + 1);
    uint32_t capacity = pack->capacity;
    if (count > model->count - from)
        count = model->count - from;
    if (to > from && to < from + count)
        to = from;
    memcpy(moved, model->element + from, count * sizeof *moved);
    size_t at = pack_move(pack, pack_index(pack, from), count,
                          pack_index(pack, to));
    model->count -= count;
    memmove(model->element + from, model->element + from + count,
            (model->count - from) * sizeof *moved);
    to -= to > from ? count : 0;
    memmove(model->element + to + count, model->element + to,
            (model->count - to) * sizeof *moved);
    memcpy(model->element + to, moved, count * sizeof *moved);
    model->count += count;
    assert_int_equal(at, pack_index(pack, to));
    assert_int_equal(pack->capacity, capacity);
}

static void change_both(struct pack *pack, struct model *model,
                        uint64_t *random, bool growing)
{
    size_t choice = random_below(random, 10);
    bool insert = growing ? choice < 6 : choice < 2;
    if (model->count == 0 || (insert && model->count < MOST))
        insert_both(pack, model, random);
    else if (choice < 7)
        remove_both(pack, model, random);
    else if (choice < 8)
        move_both(pack, model, random);
    else
        replace_both(pack, model, random);
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    static struct model model;
    struct pack pack = {0};
    uint64_t random = 7;
    for (int i = 0; i < 4000; i++) {
        change_both(&pack, &model, &random, i / 500 % 2 == 0);
        assert_same(&pack, &model);
        assert_true(pack.used <= pack.capacity);
        assert_true(pack.used >= pack.capacity / 4);
    }
    struct pack copy = {0};
    assert_true(pack_copy(&copy, &pack));
    pack_free(&pack);
    assert_same(&copy, &model);
    model_remove(&model, 0, model.count);
    pack_remove(&copy, 0, copy.count);
    assert_null(copy.bytes);
}

static void zero_is_empty(void **state)
{
    (void)state;
    struct pack pack = {0}, copy = {0};
    assert_int_equal(pack_end(&pack), 0);
    assert_int_equal(pack_index(&pack, 0), 0);
    pack_remove(&pack, 0, 0);
    assert_true(pack_copy(&copy, &pack));
    assert_int_equal(copy.count, 0);
    pack_free(&pack);
    pack_free(&copy);
}

static void the_size_of_an_element_is_known(void **state)
{
    (void)state;
    static char bytes[LONGEST];
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct pack pack = {0};
        struct slice element = {bytes, lengths[i]};
        assert_true(pack_push_back(&pack, element));
        assert_int_equal(pack_end(&pack), pack_element_size(lengths[i]));
        assert_true(pack_end(&pack) <= lengths[i] + 6);
        pack_free(&pack);
    }
    assert_int_equal(pack_element_size(10), 12);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct pack pack = {0};
    struct slice huge = {"x", (size_t)PACK_MAX};
    assert_true(pack_push_back(&pack, SLICE("abc")));
    assert_false(pack_push_front(&pack, huge));
    assert_false(pack_replace(&pack, 0, huge));
    huge.len = SIZE_MAX;
    assert_false(pack_push_back(&pack, huge));
    assert_int_equal(pack.count, 1);
    assert_bytes(pack_get(&pack, 0), SLICE("abc"));
    pack_free(&pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(zero_is_empty),
        cmocka_unit_test(the_size_of_an_element_is_known),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
