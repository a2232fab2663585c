/* Patterns. What Redis 7.0.15 found with KEYS, down to classes that never end
 * and ranges that run backwards. */
#include "unit.h"

#include "base/glob.h"

#include <unistd.h>

static const struct {
    struct slice pattern;
    struct slice text;
    bool matches;
} cases[] = {
    {BYTES(""), BYTES(""), true},
    {BYTES(""), BYTES("a"), false},
    {BYTES("a"), BYTES(""), false},
    {BYTES("abc"), BYTES("abc"), true},
    {BYTES("abc"), BYTES("abcd"), false},
    {BYTES("abcd"), BYTES("abc"), false},
    {BYTES("ABC"), BYTES("abc"), false},
    {BYTES("*"), BYTES("anything"), true},
    {BYTES("*"), BYTES(""), false},
    {BYTES("**"), BYTES(""), false},
    {BYTES(""), BYTES(""), true},
    {BYTES("a*"), BYTES("a"), true},
    {BYTES("a**"), BYTES("a"), true},
    {BYTES("*a*"), BYTES("bab"), true},
    {BYTES("*ab"), BYTES("aab"), true},
    {BYTES("*aab"), BYTES("aaab"), true},
    {BYTES("a*b*c"), BYTES("axbxbxc"), true},
    {BYTES("a*b*c"), BYTES("axbxbx"), false},
    {BYTES("?"), BYTES("a"), true},
    {BYTES("?"), BYTES(""), false},
    {BYTES("a?c"), BYTES("abc"), true},
    {BYTES("a?c"), BYTES("ac"), false},
    {BYTES("??*"), BYTES("a"), false},
    {BYTES("[abc]"), BYTES("b"), true},
    {BYTES("[abc]"), BYTES("d"), false},
    {BYTES("[abc]"), BYTES(""), false},
    {BYTES("[a-c]x"), BYTES("bx"), true},
    {BYTES("[a-c]x"), BYTES("dx"), false},
    {BYTES("[c-a]"), BYTES("b"), true},
    {BYTES("[c-a]"), BYTES("d"), false},
    {BYTES("[a-]"), BYTES("a"), true}, /* a range up to "]", without an end */
    {BYTES("[a-]"), BYTES("^"), true},
    {BYTES("[a-]"), BYTES("-"), false},
    {BYTES("[-a]"), BYTES("-"), true},
    {BYTES("[^a]"), BYTES("b"), true},
    {BYTES("[^a]"), BYTES("a"), false},
    {BYTES("[^a-c]"), BYTES("b"), false},
    {BYTES("[a^]"), BYTES("^"), true},
    {BYTES("[]"), BYTES("a"), false},
    {BYTES("[^]"), BYTES("a"), true},
    {BYTES("[]a]"), BYTES("a]"), false},
    {BYTES("[\\]]"), BYTES("]"), true},
    {BYTES("[\\a]"), BYTES("a"), true},
    {BYTES("[\\a]"), BYTES("\\"), false},
    {BYTES("["), BYTES("["), false},
    {BYTES("[^"), BYTES("a"), true},
    {BYTES("[a"), BYTES("a"), true},
    {BYTES("[a-"), BYTES("-"), true},
    {BYTES("\\*"), BYTES("*"), true},
    {BYTES("\\*"), BYTES("a"), false},
    {BYTES("\\a"), BYTES("a"), true},
    {BYTES("\\\\"), BYTES("\\"), true},
    {BYTES("\\"), BYTES("\\"), true},
    {BYTES("a\\"), BYTES("a\\"), true},
    {BYTES("a\0?"), BYTES("a\0b"), true},
    {BYTES("a\0b"), BYTES("a\0c"), false},
    {BYTES("[\x80-\xff]"), BYTES("\xe4"), true},
    {BYTES("[\x80-\xff]"), BYTES("a"), false},
};

static void matches_what_redis_matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *pattern = exact_copy(cases[i].pattern);
        char *text = exact_copy(cases[i].text);
        bool got = glob_match((struct slice){pattern, cases[i].pattern.len},
                              (struct slice){text, cases[i].text.len});
        free(pattern);
        free(text);
        if (got != cases[i].matches)
            fail_msg("case %zu: \"%s\" on \"%s\"", i, cases[i].pattern.data,
                     cases[i].text.data);
    }
}

static void a_star_alone_is_all(void **state)
{
    (void)state;
    assert_true(glob_is_all(SLICE("*")));
    assert_false(glob_is_all(SLICE("**")));
    assert_false(glob_is_all(SLICE("a")));
    assert_false(glob_is_all(SLICE("")));
}

/* With a second chance for every star this takes longer than the sun lasts. */
static void many_stars_take_no_time(void **state)
{
    (void)state;
    char many[3000];
    memset(many, 'a', sizeof many);
    alarm(20);
    assert_false(glob_match(SLICE("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
                            (struct slice){many, sizeof many}));
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_what_redis_matches),
        cmocka_unit_test(a_star_alone_is_all),
        cmocka_unit_test(many_stars_take_no_time),
    };
    return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
