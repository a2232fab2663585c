/* Sorted sets, packed and large, against a sorted array. */
#include "unit.h"

#include "types/zset.h"

#include <math.h>
#include <stdio.h>

enum { MEMBERS = 300, ROUNDS = 20000 };

static const struct zset_limits packed = {SIZE_MAX, SIZE_MAX};
static const struct zset_limits large = {0, 0};
static const struct zset_limits both = {50, 5};

/* Each member's score, nan if it is not there; and the elements in order. */
struct model {
    char names[MEMBERS][8];
    double scores[MEMBERS];
    struct scored order[MEMBERS];
    size_t count;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    size_t len = x->member.len < y->member.len ? x->member.len : y->member.len;
    int order = memcmp(x->member.data, y->member.data, len);
    return order != 0 ? order : (int)x->member.len - (int)y->member.len;
}

static void put_in_order(struct model *model)
{
    model->count = 0;
    for (size_t i = 0; i < MEMBERS; i++)
        if (!isnan(model->scores[i]))
            model->order[model->count++] = (struct scored){
                {model->names[i], strlen(model->names[i])}, model->scores[i]};
    qsort(model->order, model->count, sizeof *model->order, by_score);
}

static void assert_scored(const struct scored *got, const struct scored *due)
{
    assert_bytes(got->member, due->member);
    assert_true(got->score == due->score);
}

static void assert_walk(const struct zset *zset, const struct model *model,
                        size_t first, size_t count)
{
    struct scored got;
    struct zset_walk walk = zset_walk(zset, first, count, false);
    for (size_t i = 0; i < count; i++) {
        assert_true(zset_step(&walk, &got));
        assert_scored(&got, &model->order[first + i]);
    }
    assert_false(zset_step(&walk, &got));
    walk = zset_walk(zset, first, count, true);
    for (size_t i = count; i > 0; i--) {
        assert_true(zset_step(&walk, &got));
        assert_scored(&got, &model->order[first + i - 1]);
    }
    assert_false(zset_step(&walk, &got));
}

static void assert_borders(const struct zset *zset, const struct model *model,
                           double score)
{
    size_t below = 0, up_to = 0;
    for (size_t i = 0; i < model->count; i++) {
        below += model->order[i].score < score;
        up_to += model->order[i].score <= score;
        struct border border = {.kind = BORDER_ELEMENT,
                                .at = model->order[i]};
        assert_int_equal(zset_rank(zset, &border), i);
        border.behind = true;
        assert_int_equal(zset_rank(zset, &border), i + 1);
        border = (struct border){.kind = BORDER_RANK, .rank = i};
        assert_int_equal(zset_rank(zset, &border), i);
    }
    struct border border = {.kind = BORDER_SCORE, .at.score = score};
    assert_int_equal(zset_rank(zset, &border), below);
    border.behind = true;
    assert_int_equal(zset_rank(zset, &border), up_to);
}

static void assert_same(const struct zset *zset, const struct model *model)
{
    assert_int_equal(zset_count(zset), model->count);
    for (size_t i = 0; i < MEMBERS; i++) {
        double score = NAN;
        bool there = zset_score(zset, text(model->names[i]), &score);
        assert_true(there == !isnan(model->scores[i]));
        assert_true(!there || score == model->scores[i]);
    }
    assert_walk(zset, model, 0, model->count);
}

static void remove_range(struct zset *zset, struct model *model, size_t first,
                         size_t count)
{
    for (size_t i = first; i < first + count; i++)
        model->scores[(model->order[i].member.data - model->names[0]) /
                      (ptrdiff_t)sizeof model->names[0]] = NAN;
    zset_remove_range(zset, first, count);
}

/* Removes a range, or a member, or (mostly) gives one a score. */
static void change(struct zset *zset, struct model *model, uint64_t *random,
                   const struct zset_limits *limits)
{
    size_t i = random_below(random, MEMBERS);
    struct slice name = text(model->names[i]);
    size_t dice = random_below(random, 300);
    if (dice == 0 && model->count > 0) {
        put_in_order(model);
        size_t first = random_below(random, model->count + 1);
        remove_range(zset, model, first,
                     random_below(random, model->count - first + 1));
    } else if (dice < 100) {
        assert_true(zset_remove(zset, name) == !isnan(model->scores[i]));
        model->scores[i] = NAN;
    } else {
        double score = (double)random_below(random, 40) / 4 - 5;
        assert_true(zset_put(zset, name, score, limits));
        model->scores[i] = score;
    }
}

static void play(const struct zset_limits *limits)
{
    static struct model model;
    for (size_t i = 0; i < MEMBERS; i++) {
        snprintf(model.names[i], sizeof model.names[i], "m%zu", i);
        model.scores[i] = NAN;
    }
    uint64_t random = 7;
    struct zset *zset = zset_new();
    for (int round = 0; round < ROUNDS; round++) {
        change(zset, &model, &random, limits);
        if (round % 100 != 0)
            continue;
        put_in_order(&model);
        assert_same(zset, &model);
        assert_borders(zset, &model, (double)random_below(&random, 12) - 6);
        size_t first = random_below(&random, model.count + 1);
        assert_walk(zset, &model, first,
                    random_below(&random, model.count - first + 1));
    }
    struct zset *copy = zset_copy(zset);
    assert_true(zset_is_packed(copy) == zset_is_packed(zset));
    put_in_order(&model);
    assert_same(copy, &model);
    zset_free(copy);
    zset_free(zset);
}

static void packed_ones_are_as_the_model(void **state)
{
    (void)state;
    play(&packed);
}

static void large_ones_are_as_the_model(void **state)
{
    (void)state;
    play(&large);
}

static void they_grow_from_packed_to_large(void **state)
{
    (void)state;
    play(&both);
}

static void limits_are_kept_to_the_member_and_the_byte(void **state)
{
    (void)state;
    struct zset_limits limits = {3, 4};
    struct zset *zset = zset_new();
    assert_true(zset_put(zset, text("four"), 1, &limits));
    assert_true(zset_put(zset, text(""), 2, &limits));
    assert_true(zset_put(zset, text("b"), 3, &limits));
    assert_true(zset_put(zset, text("b"), 4, &limits));
    assert_true(zset_is_packed(zset));
    assert_true(zset_put(zset, text("c"), 5, &limits));
    assert_false(zset_is_packed(zset));
    zset_free(zset);
    zset = zset_new();
    assert_true(zset_put(zset, text("fives"), 1, &limits));
    assert_false(zset_is_packed(zset));
    assert_true(zset_remove(zset, text("fives")));
    assert_int_equal(zset_count(zset), 0);
    zset_free(zset);
}

static struct zset *make_large(size_t count, const char *last)
{
    struct zset *zset = zset_new();
    char name[24];
    for (size_t i = 1; i < count; i++) {
        snprintf(name, sizeof name, "%zu", i);
        assert_true(zset_put(zset, text(name), (double)i, &large));
    }
    assert_true(zset_put(zset, text(last), (double)count, &large));
    return zset;
}

static void a_large_one_is_packed_within_the_limits(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        const char *last;
        bool packed;
    } cases[] = {{5, "four", true}, {6, "four", false}, {5, "fives", false}};
    struct zset_limits limits = {5, 4};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct zset *zset = make_large(cases[i].count, cases[i].last);
        zset_pack(zset, &limits);
        assert_true(zset_is_packed(zset) == cases[i].packed);
        struct zset_walk walk = zset_walk(zset, 0, cases[i].count, false);
        struct scored element;
        for (size_t n = 1; zset_step(&walk, &element); n++)
            assert_true(element.score == (double)n);
        assert_bytes(element.member, text(cases[i].last));
        zset_free(zset);
    }
}

static void a_packed_zero_has_no_sign(void **state)
{
    (void)state;
    const struct zset_limits *all[] = {&packed, &large};
    for (size_t l = 0; l < COUNT(all); l++) {
        struct zset *zset = zset_new();
        double score = 1;
        assert_true(zset_put(zset, text("m"), -0.0, all[l]));
        assert_true(zset_score(zset, text("m"), &score));
        assert_true(score == 0 && !signbit(score) == (all[l] == &packed));
        zset_free(zset);
    }
}

static void members_have_an_order_of_bytes(void **state)
{
    (void)state;
    static const struct slice sorted[] = {
        BYTES(""), BYTES("\0"), BYTES("\0\0"), BYTES("a"), BYTES("a\0"),
        BYTES("ab"), BYTES("b"), BYTES("\x80"), BYTES("\xff")};
    const struct zset_limits *all[] = {&packed, &large};
    for (size_t l = 0; l < COUNT(all); l++) {
        struct zset *zset = zset_new();
        for (size_t i = COUNT(sorted); i > 0; i--)
            assert_true(zset_put(zset, sorted[i - 1], 0, all[l]));
        for (size_t i = 0; i < COUNT(sorted); i++) {
            struct border border = {.kind = BORDER_MEMBER,
                                    .at.member = sorted[i]};
            assert_int_equal(zset_rank(zset, &border), i);
            border.behind = true;
            assert_int_equal(zset_rank(zset, &border), i + 1);
        }
        zset_free(zset);
    }
}

static void count_visit(const struct scored *element, void *context)
{
    ((int *)context)[(int)element->score]++;
}

static void a_scan_visits_each(void **state)
{
    (void)state;
    const struct zset_limits *all[] = {&packed, &large};
    for (size_t l = 0; l < COUNT(all); l++) {
        struct zset *zset = zset_new();
        int visits[MEMBERS] = {0};
        char name[24];
        for (int i = 0; i < MEMBERS; i++) {
            snprintf(name, sizeof name, "%d", i);
            assert_true(zset_put(zset, text(name), i, all[l]));
        }
        uint64_t cursor = 0;
        do
            cursor = zset_scan(zset, cursor, count_visit, visits);
        while (cursor != 0);
        for (int i = 0; i < MEMBERS; i++)
            assert_int_equal(visits[i], 1);
        zset_free(zset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_ones_are_as_the_model),
        cmocka_unit_test(large_ones_are_as_the_model),
        cmocka_unit_test(they_grow_from_packed_to_large),
        cmocka_unit_test(limits_are_kept_to_the_member_and_the_byte),
        cmocka_unit_test(a_large_one_is_packed_within_the_limits),
        cmocka_unit_test(a_packed_zero_has_no_sign),
        cmocka_unit_test(members_have_an_order_of_bytes),
        cmocka_unit_test(a_scan_visits_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
