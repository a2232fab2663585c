/* The command table keeps the promises that its readers rely on. */
#include "unit.h"

#include "command/catalog.h"
#include "command/table.h"

#include <ctype.h>

static const struct command *at(size_t i)
{
    return &command_table[i];
}

static bool is_member(const struct command *command)
{
    return strchr(command->name, '|') != NULL;
}

/* bsearch needs it; it is the first pair out of order that is named. */
static void names_are_in_order(void **state)
{
    (void)state;
    for (size_t i = 1; i < command_count; i++)
        if (strcmp(at(i - 1)->name, at(i)->name) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", at(i - 1)->name,
                     at(i)->name);
}

static void names_are_in_lower_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++)
        for (const char *c = at(i)->name; *c != '\0'; c++)
            if (!islower((unsigned char)*c) && strchr("|_-", *c) == NULL)
                fail_msg("\"%s\"", at(i)->name);
}

static void every_command_is_found_in_any_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char upper[64];
        struct slice name = text(at(i)->name);
        for (size_t c = 0; c < name.len; c++)
            upper[c] = (char)toupper((unsigned char)name.data[c]);
        assert_ptr_equal(command_find(name), at(i));
        assert_ptr_equal(command_find((struct slice){upper, name.len}), at(i));
        /* Neither a part of it nor more than it. */
        struct slice part = {name.data, name.len - 1};
        const struct command *other = command_find(part);
        assert_true(other == NULL || strlen(other->name) == part.len);
    }
}

static void nothing_else_is_found(void **state)
{
    (void)state;
    static const struct slice names[] = {
        BYTES(""),        BYTES("a"),    BYTES("ge"),   BYTES("gets"),
        BYTES("get\0"),   BYTES("ge\0"), BYTES("\0"),   BYTES("zzz"),
        BYTES("client|"), BYTES("\xff"), BYTES("get "), BYTES("|get"),
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        char *copy = exact_copy(names[i]);
        assert_null(command_find((struct slice){copy, names[i].len}));
        free(copy);
    }
}

/* A negative arity is a minimum; the keys lie among the words that must be
 * there, and are read or written, not both. */
static void arity_and_keys_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = at(i);
        int words = abs(command->arity);
        int lock =
            command->flags & (CMD_READ | CMD_WRITE | CMD_EXCLUSIVE);
        bool good = words >= (is_member(command) ? 2 : 1);
        if (command->keys.first == 0)
            good = good && command->keys.last == 0 && command->keys.step == 0;
        else
            good = good && command->keys.first < words &&
                   command->keys.step >= 1 &&
                   (command->keys.last < 0 ||
                    (command->keys.last >= command->keys.first &&
                     command->keys.last < words)) &&
                   (lock == CMD_READ || lock == CMD_WRITE ||
                    lock == CMD_EXCLUSIVE);
        if (!good)
            fail_msg("\"%s\"", command->name);
    }
}

/* Without keys and without the whole store there is nothing to touch. */
static void flags_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        int flags = at(i)->flags;
        int lock = flags & (CMD_READ | CMD_WRITE | CMD_EXCLUSIVE);
        bool touches = at(i)->keys.first > 0 || at(i)->keys.count_at > 0 ||
                       (flags & (CMD_WHOLE | CMD_WALKS));
        if (touches != (lock != 0) || lock == (CMD_READ | CMD_WRITE) ||
            ((flags & CMD_GROWS) && !(flags & CMD_WRITE)))
            fail_msg("\"%s\"", at(i)->name);
    }
}

static void every_command_runs_and_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        assert_true(at(i)->run != NULL || (at(i)->flags & CMD_FAMILY));
        assert_true(at(i)->summary != NULL && at(i)->summary[0] != '\0');
        assert_in_range(at(i)->group, GROUP_STRING, GROUP_PUBSUB);
    }
}

/* What Redis says of a command fits what the table says. */
static void facts_fit_the_table(void **state)
{
    (void)state;
    static const struct {
        int flag;
        const char *word;
    } same[] = {
        {CMD_WRITE, "write"},       {CMD_GROWS, "denyoom"},
        {CMD_FAST, "fast"},         {CMD_ADMIN, "admin"},
        {CMD_BLOCKING, "blocking"}, {CMD_ANYBODY, "no_auth"},
        {CMD_NO_MULTI, "no_multi"},
    };
    for (size_t i = 0; i < command_count; i++) {
        const struct facts *facts = command_facts(at(i));
        assert_string_equal(facts->name, at(i)->name);
        for (size_t f = 0; f < COUNT(same); f++)
            if ((at(i)->flags & same[f].flag ? 1 : 0) !=
                has_word(facts->flags, text(same[f].word)))
                fail_msg("\"%s\": %s", at(i)->name, same[f].word);
        if ((at(i)->keys.first > 0 || at(i)->keys.count_at > 0) &&
            facts->specs[0].flags == NULL)
            fail_msg("\"%s\" has keys", at(i)->name);
    }
}

static bool is_member_of(const struct command *member,
                         const struct command *family)
{
    size_t len = strlen(family->name);
    return strncmp(member->name, family->name, len) == 0 &&
           member->name[len] == '|';
}

static void every_family_has_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++)
        if ((at(i)->flags & CMD_FAMILY) &&
            (i + 1 == command_count || !is_member_of(at(i + 1), at(i))))
            fail_msg("\"%s\" has no members", at(i)->name);
}

/* They stand right behind it: COMMAND counts on that. */
static void every_member_has_a_family(void **state)
{
    (void)state;
    const struct command *family = NULL;
    for (size_t i = 0; i < command_count; i++) {
        if (!is_member(at(i))) {
            family = at(i)->flags & CMD_FAMILY ? at(i) : NULL;
            continue;
        }
        if (family == NULL || !is_member_of(at(i), family))
            fail_msg("\"%s\" is not behind its family", at(i)->name);
        assert_false(at(i)->flags & CMD_FAMILY);
        struct slice word = text(strchr(at(i)->name, '|') + 1);
        assert_ptr_equal(command_find_member(family, word), at(i));
    }
}

static void members_of_no_family(void **state)
{
    (void)state;
    const struct command *client = command_find(SLICE("client"));
    char longest[100];
    memset(longest, 'x', sizeof longest);
    assert_non_null(command_find_member(client, SLICE("GetName")));
    assert_null(command_find_member(client, SLICE("")));
    assert_null(command_find_member(client, SLICE("get")));
    for (size_t len = 50; len < sizeof longest; len++)
        assert_null(command_find_member(client, (struct slice){longest, len}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_in_order),
        cmocka_unit_test(names_are_in_lower_case),
        cmocka_unit_test(every_command_is_found_in_any_case),
        cmocka_unit_test(nothing_else_is_found),
        cmocka_unit_test(arity_and_keys_make_sense),
        cmocka_unit_test(flags_make_sense),
        cmocka_unit_test(every_command_runs_and_is_described),
        cmocka_unit_test(facts_fit_the_table),
        cmocka_unit_test(every_family_has_members),
        cmocka_unit_test(every_member_has_a_family),
        cmocka_unit_test(members_of_no_family),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
