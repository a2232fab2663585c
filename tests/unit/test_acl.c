/* Users: the rules that make them, what these allow, and what is shown. */
#include "unit.h"

#include "command/acl_rules.h"
#include "command/permit.h"
#include "command/table.h"

#include <stdio.h>

static struct user *user;

static int new_user(void **state)
{
    (void)state;
    user = user_new(SLICE("joe"));
    return user == NULL;
}

static int free_user(void **state)
{
    (void)state;
    user_release(user);
    return 0;
}

static const char *apply(const char *rule)
{
    char *copy = exact_copy(text(rule));
    const char *why =
        acl_apply(user, (struct slice){copy, strlen(rule)}, false);
    free(copy);
    return why;
}

/* Rules with one space between. */
static void apply_all(const char *rules)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", rules);
    for (char *rule = strtok(copy, " "); rule != NULL; rule = strtok(NULL, " "))
        if (apply(rule) != NULL)
            fail_msg("%s", rule);
}

static void assert_shown(const char *expected)
{
    struct buf shown = {0};
    acl_describe(user, &shown);
    assert_bytes(buf_slice(&shown), text(expected));
    buf_free(&shown);
}

static enum permit ask(const char *request)
{
    struct slice words[8];
    size_t n = 0;
    size_t word = 0;
    char copy[128];
    snprintf(copy, sizeof copy, "%s", request);
    for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " "))
        words[n++] = text(w);
    const struct command *command = command_find(words[0]);
    if (command->flags & CMD_FAMILY)
        command = command_find_member(command, words[1]);
    assert_non_null(command);
    return user_permits(user, command, words, n, &word);
}

static const struct {
    const char *rules, *shown;
} shown[] = {
    {"", "user joe off resetchannels -@all"},
    {"on nopass allkeys allchannels allcommands",
     "user joe on nopass ~* &* +@all"},
    {"+@all -get", "user joe off resetchannels +@all -get"},
    {"+get ~a* %R~b %W~c %RW~d &x &y",
     "user joe off ~a* %R~b %W~c ~d resetchannels &x &y -@all +get"},
    {"%R~a %W~a", "user joe off ~a resetchannels -@all"},
    {"+config -config|set", "user joe off resetchannels -@all +config "
                            "-config|set"},
    {"+@all -@all", "user joe off resetchannels -@all"},
    {"+@read", "user joe off resetchannels -@all +@read"},
    {"+select|0 +select|A +select|a +get|k +@all -@connection",
     "user joe off resetchannels +@all -@connection"},
    {"+select|1 +get|k +select|0 +Select|A +select|a +acl",
     "user joe off resetchannels -@all +acl +get|k +select|1 +select|0 "
     "+select|A"},
    {"+get +get|k", "user joe off resetchannels -@all +get"},
    {"+get|k +set|k -get", "user joe off resetchannels -@all +set|k"},
    {"+get|k +set|k -@read", "user joe off resetchannels -@all +set|k"},
    {"+get|k nocommands", "user joe off resetchannels -@all"},
    {"+@read +@connection -ping",
     "user joe off resetchannels -@all +@read +@connection -ping"},
    {"+@all -@dangerous", "user joe off resetchannels +@all -@dangerous"},
    {"~* resetkeys ~b &* resetchannels", "user joe off ~b resetchannels -@all"},
    {">abc", "user joe off #ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb41"
             "0ff61f20015ad resetchannels -@all"},
    {">abc <abc", "user joe off resetchannels -@all"},
    {">abc nopass resetpass", "user joe off resetchannels -@all"},
    {"(+get) (~x)", "user joe off resetchannels -@all (resetchannels -@all "
                    "+get) (~x resetchannels -@all)"},
    {"(+get) clearselectors", "user joe off resetchannels -@all"},
    {"on ~* +@all reset",
     "user joe off sanitize-payload resetchannels -@all"},
};

static void rules_are_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(shown); i++) {
        free_user(NULL);
        new_user(NULL);
        apply_all(shown[i].rules);
        assert_shown(shown[i].shown);
    }
}

static const char *const mistakes[] = {
    "foo", "+nosuch", "+@nosuch", "-nosuch", "+", "-", "+@", "%X~a", "%~a",
    "%RR~a", "%", "<missing", "!abc", "#abc", "(+nosuch)", "((", ")",
    "+config|", "+|get", "+get|", "-get|x", "+nosuch|x", "+config|x",
    "+config|get|x", "+get|x|y",
};

static void mistakes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++)
        if (apply(mistakes[i]) == NULL)
            fail_msg("%s", mistakes[i]);
    apply_all("~* &*");
    assert_non_null(apply("~a"));
    assert_non_null(apply("&a"));
}

/* Whatever commands a user may run: the rules that are shown make the same. */
static void what_is_shown_makes_the_same(void **state)
{
    (void)state;
    uint64_t random = 42;
    for (int round = 0; round < 200; round++) {
        struct permissions *own = &user->own;
        apply_all(random_below(&random, 2) ? "+@all" : "-@all");
        for (size_t i = random_below(&random, 12); i > 0; i--) {
            char rule[64];
            size_t n = random_below(&random, command_count);
            snprintf(rule, sizeof rule, "%c%s", "+-"[random_below(&random, 2)],
                     command_table[n].name);
            apply_all(rule);
            snprintf(rule, sizeof rule, "%c@%s",
                     "+-"[random_below(&random, 2)],
                     acl_categories[random_below(&random, 21)]);
            if (random_below(&random, 3) == 0)
                apply_all(rule);
        }
        uint64_t commands[USER_COMMANDS / 64];
        memcpy(commands, own->commands, sizeof commands);
        struct buf text_of = {0};
        acl_describe_commands(own, &text_of);
        buf_append(&text_of, "", 1);
        char *rest = text_of.data;
        for (char *rule; (rule = strsep(&rest, " ")) != NULL;)
            assert_null(apply(rule));
        assert_memory_equal(own->commands, commands, sizeof commands);
        buf_free(&text_of);
    }
}

static void passwords_let_in(void **state)
{
    (void)state;
    apply_all(">one >two");
    assert_false(user_accepts(user, SLICE("one"))); /* off */
    apply_all("on");
    assert_true(user_accepts(user, SLICE("one")));
    assert_true(user_accepts(user, SLICE("two")));
    assert_false(user_accepts(user, SLICE("three")));
    assert_false(user_accepts(user, SLICE("")));
    apply_all("<one");
    assert_false(user_accepts(user, SLICE("one")));
    apply_all("nopass");
    assert_true(user_accepts(user, SLICE("anything")));
    apply_all("resetpass");
    assert_false(user_accepts(user, SLICE("anything")));
}

static void keys_and_channels_are_looked_at(void **state)
{
    (void)state;
    apply_all("+get +set +del +publish +subscribe +psubscribe +config|get ~a* "
              "%R~r* %W~w* &c* &p*");
    assert_int_equal(ask("get a1"), PERMITTED);
    assert_int_equal(ask("get b"), DENIED_KEY);
    assert_int_equal(ask("get r"), PERMITTED);
    assert_int_equal(ask("set r x"), DENIED_KEY);
    assert_int_equal(ask("set w x"), PERMITTED);
    assert_int_equal(ask("set w x get"), DENIED_KEY);
    assert_int_equal(ask("del a w"), PERMITTED);
    assert_int_equal(ask("del a b"), DENIED_KEY);
    assert_int_equal(ask("incr a"), DENIED_COMMAND);
    assert_int_equal(ask("config get x"), PERMITTED);
    assert_int_equal(ask("config set x y"), DENIED_COMMAND);
    assert_int_equal(ask("publish c1 b"), PERMITTED);
    assert_int_equal(ask("publish x c1"), DENIED_CHANNEL);
    assert_int_equal(ask("subscribe c1 x"), DENIED_CHANNEL);
    assert_int_equal(ask("psubscribe p*"), PERMITTED);
    assert_int_equal(ask("psubscribe p1"), DENIED_CHANNEL);
    assert_int_equal(ask("auth x"), PERMITTED);
}

static void first_words_are_looked_at(void **state)
{
    (void)state;
    apply_all("~* +select|0 +get|Key +config|get");
    assert_int_equal(ask("select 0"), PERMITTED);
    assert_int_equal(ask("select 1"), DENIED_COMMAND);
    assert_int_equal(ask("select 00"), DENIED_COMMAND);
    assert_int_equal(ask("get kEY"), PERMITTED);
    assert_int_equal(ask("get k"), DENIED_COMMAND);
    assert_int_equal(ask("lolwut 0"), DENIED_COMMAND);
    assert_int_equal(ask("lolwut"), DENIED_COMMAND);
    apply_all("resetkeys");
    assert_int_equal(ask("get key"), DENIED_KEY);
    apply_all("-get");
    assert_int_equal(ask("get key"), DENIED_COMMAND);
    assert_int_equal(ask("select 0"), PERMITTED);
}

/* One set has to allow all of a request. */
static void selectors_stand_alone(void **state)
{
    (void)state;
    apply_all("+get ~a");
    assert_null(apply("(+set ~b)"));
    assert_int_equal(ask("get a"), PERMITTED);
    assert_int_equal(ask("set b x"), PERMITTED);
    assert_int_equal(ask("get b"), DENIED_KEY);
    assert_int_equal(ask("set a x"), DENIED_KEY);
    assert_int_equal(ask("del a"), DENIED_COMMAND);
}

static void copies_are_equal_and_apart(void **state)
{
    (void)state;
    apply_all("on >pw ~a* &c +@read +select|0 +select|1 (+set|k) (~b)");
    struct user *original = user;
    struct buf before = {0}, after = {0};
    acl_describe(original, &before);
    user = user_copy(original);
    assert_non_null(user);
    acl_describe(user, &after);
    assert_bytes(buf_slice(&after), buf_slice(&before));
    apply_all("reset allcommands allkeys allchannels");
    assert_true(user->unrestricted);
    buf_free(&after);
    acl_describe(original, &after);
    assert_bytes(buf_slice(&after), buf_slice(&before));
    user_release(original);
    buf_free(&before);
    buf_free(&after);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, new_user, free_user)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(rules_are_shown),
        FRESH(mistakes_are_refused),
        FRESH(what_is_shown_makes_the_same),
        FRESH(passwords_let_in),
        FRESH(keys_and_channels_are_looked_at),
        FRESH(first_words_are_looked_at),
        FRESH(selectors_stand_alone),
        FRESH(copies_are_equal_and_apart),
    };
    return cmocka_run_group_tests_name("acl", tests, NULL, NULL);
}
