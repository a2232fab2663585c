/* The list, against an array of strings that does the same. */
#include "unit.h"

#include "types/list.h"

enum { MOST = 1500 /* elements */, LONGEST = 20000 /* bytes */ };

struct model {
    struct slice element[MOST + 1]; /* each an allocation of its own */
    size_t count;
};

static struct slice any_element(uint64_t *random)
{
    static char bytes[LONGEST];
    size_t len = random_below(random, 60);
    if (random_below(random, 50) == 0)
        len = random_below(random, LONGEST);
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

static struct list_position at(const struct list *list, size_t i)
{
    struct list_position position;
    assert_true(list_find(list, i, &position));
    return position;
}

static void assert_element(const struct list_position *position,
                           struct slice expected)
{
    struct slice element;
    assert_true(list_get(position, &element));
    assert_bytes(element, expected);
}

/* Walks both ways. */
static void assert_same(const struct list *list, const struct model *model)
{
    size_t n = model->count;
    struct list_position position;
    struct slice element;
    assert_int_equal(list_length(list), n);
    assert_false(list_find(list, n, &position));
    assert_false(list_get(&position, &element));
    if (n == 0)
        return;
    position = at(list, 0);
    for (size_t i = 0; i < n; i++, list_step(&position, LIST_TAIL))
        assert_element(&position, model->element[i]);
    assert_false(list_get(&position, &element));
    position = at(list, n - 1);
    for (size_t i = n; i > 0; i--, list_step(&position, LIST_HEAD))
        assert_element(&position, model->element[i - 1]);
    assert_false(list_get(&position, &element));
}

static void push_both(struct list *list, struct model *model, uint64_t *random)
{
    struct slice element = any_element(random);
    enum list_end end = random_below(random, 2) ? LIST_TAIL : LIST_HEAD;
    assert_true(list_push(list, end, element));
    model_insert(model, end == LIST_HEAD ? 0 : model->count, element);
}

static void insert_both(struct list *list, struct model *model,
                        uint64_t *random)
{
    struct slice element = any_element(random);
    enum list_end side = random_below(random, 2) ? LIST_TAIL : LIST_HEAD;
    size_t i = random_below(random, model->count);
    struct list_position position = at(list, i);
    assert_true(list_insert(list, &position, side, element));
    model_insert(model, i + (side == LIST_TAIL), element);
}

static void replace_both(struct list *list, struct model *model,
                         uint64_t *random)
{
    struct slice element = any_element(random);
    size_t i = random_below(random, model->count);
    struct list_position position = at(list, i);
    assert_true(list_replace(list, &position, element));
    model_remove(model, i, 1);
    model_insert(model, i, element);
}

/* Removes one, and goes on to the next, which is then removed, too. */
static void remove_both(struct list *list, struct model *model,
                        uint64_t *random)
{
    enum list_end towards = random_below(random, 2) ? LIST_TAIL : LIST_HEAD;
    size_t i = random_below(random, model->count);
    struct list_position position = at(list, i);
    for (size_t n = random_below(random, 3) + 1; n > 0; n--) {
        struct slice element;
        list_remove(list, &position, towards);
        model_remove(model, i, 1);
        bool more = towards == LIST_TAIL ? i < model->count : i-- > 0;
        assert_int_equal(list_get(&position, &element), more);
        if (!more)
            return;
        assert_bytes(element, model->element[i]);
    }
}

static void remove_range_both(struct list *list, struct model *model,
                              uint64_t *random)
{
    size_t i = random_below(random, model->count);
    size_t count = random_below(random, 10);
    if (random_below(random, 20) == 0)
        count = random_below(random, MOST);
    if (count > model->count - i)
        count = model->count - i;
    list_remove_range(list, i, count);
    model_remove(model, i, count);
}

static void change_both(struct list *list, struct model *model,
                        uint64_t *random, bool growing)
{
    size_t choice = random_below(random, 20);
    bool full = model->count == MOST;
    if (model->count == 0 || (choice < (growing ? 8U : 3U) && !full))
        push_both(list, model, random);
    else if (choice < (growing ? 14U : 6U) && !full)
        insert_both(list, model, random);
    else if (choice < 16)
        replace_both(list, model, random);
    else if (choice < 19)
        remove_both(list, model, random);
    else
        remove_range_both(list, model, random);
}

static void behaves_as_an_array(void **state)
{
    (void)state;
    static const int limits[] = {-2, -1, -5, 0, 1, 2, 7, -100, 1000000};
    static struct model model;
    uint64_t random = 11;
    for (size_t l = 0; l < COUNT(limits); l++) {
        struct list *list = list_new();
        assert_non_null(list);
        list_limit(list, limits[l]);
        for (int i = 0; i < 2000; i++) {
            change_both(list, &model, &random, i / 500 % 2 == 0);
            if (i % 10 == 0)
                assert_same(list, &model);
        }
        assert_same(list, &model);
        struct list *copy = list_copy(list);
        list_free(list);
        assert_same(copy, &model);
        list_free(copy);
        model_remove(&model, 0, model.count);
    }
}

static void an_empty_list_is_a_list(void **state)
{
    (void)state;
    struct list *list = list_new();
    struct list *copy = list_copy(list);
    struct list_position position;
    assert_int_equal(list_length(copy), 0);
    assert_false(list_find(copy, 0, &position));
    list_remove_range(copy, 0, 0);
    list_free(list);
    list_free(copy);
}

/* Two bytes for each element, and little more. */
static void takes_little_memory(void **state)
{
    (void)state;
    enum { N = 100000, SIZE = 10 };
    struct list *list = list_new();
    for (int i = 0; i < N; i++)
        assert_true(list_push(list, LIST_TAIL, SLICE("0123456789")));
    assert_true(list_memory(list) < (size_t)N * (SIZE + 2) * 3 / 2);
    list_free(list);
}

/* However often something is inserted at the same place, nodes stay filled. */
static void does_not_crumble(void **state)
{
    (void)state;
    enum { N = 20000 };
    for (size_t where = 0; where < 3; where++) {
        struct list *list = list_new();
        for (int i = 0; i < 5000; i++)
            list_push(list, LIST_TAIL, SLICE("0123456789"));
        for (int i = 0; i < N; i++) {
            struct list_position position = at(list, 2500);
            enum list_end side = where == 0 ? LIST_HEAD : LIST_TAIL;
            if (where == 2)
                position = at(list, (size_t)i);
            assert_true(list_insert(list, &position, side, SLICE("0123")));
        }
        assert_true(list_memory(list) < (5000 * 12 + N * 6) * 4);
        list_free(list);
    }
}

static struct list *many(int limit, size_t count)
{
    struct list *list = list_new();
    list_limit(list, limit);
    for (size_t i = 0; i < count; i++)
        assert_true(list_push(list, LIST_TAIL, SLICE("0123456789")));
    return list;
}

/* Behind the last element of a full node, too. */
static void does_not_crumble_between_nodes(void **state)
{
    (void)state;
    struct list *list = many(100, 200);
    for (int i = 0; i < 2000; i++) {
        struct list_position position = at(list, 99);
        assert_true(list_insert(list, &position, LIST_TAIL, SLICE("0123")));
    }
    assert_true(list_memory(list) < 2200 * 12 * 2);
    list_free(list);
}

static void nodes_are_limited(void **state)
{
    (void)state;
    struct list *one = many(1, 1000), *hundred = many(100, 1000);
    assert_true(list_memory(one) > list_memory(hundred) + 900 * 24);
    list_free(one);
    list_free(hundred);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),
        cmocka_unit_test(an_empty_list_is_a_list),
        cmocka_unit_test(takes_little_memory),
        cmocka_unit_test(does_not_crumble),
        cmocka_unit_test(does_not_crumble_between_nodes),
        cmocka_unit_test(nodes_are_limited),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
