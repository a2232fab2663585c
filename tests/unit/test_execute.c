/* From words to a command: who is admitted, which keys are locked, and that
 * nothing stays locked. What holds for every command is tried with every line
 * of the table. */
#include "talk.h"

#include "command/table.h"

#include <stdio.h>
#include <unistd.h>

static struct core core;

static int open_core(void **state)
{
    (void)state;
    alarm(30); /* a lock that is left is a failure, not a hang */
    return !open_still_core(&core);
}

static int close_core(void **state)
{
    (void)state;
    close_still_core(&core);
    alarm(0);
    return 0;
}

/* The command in `words` words: its name, then ones. */
static void append_call(struct buf *wire, const struct command *command,
                        size_t words)
{
    char line[256];
    size_t len = (size_t)snprintf(line, sizeof line, "%s", command->name);
    char *bar = strchr(line, '|');
    if (bar != NULL)
        *bar = ' ';
    for (size_t n = bar ? 2 : 1; n < words; n++)
        len += (size_t)snprintf(line + len, sizeof line - len, " 1");
    append_array(wire, (struct slice){line, len});
}

/* What the command replies to that many words; the caller frees it. */
static struct buf call(struct session *session, const struct command *command,
                       size_t words)
{
    struct buf wire = {0};
    append_call(&wire, command, words);
    say(session, buf_slice(&wire));
    buf_free(&wire);
    return hear(session);
}

static size_t least_words(const struct command *command)
{
    return (size_t)abs(command->arity);
}

static void assert_wrong_number(struct session *session,
                                const struct command *command, size_t words)
{
    char expected[128];
    struct buf heard = call(session, command, words);
    /* A refused EXEC says that it discards the transaction. */
    bool exec = strcmp(command->name, "exec") == 0;
    snprintf(expected, sizeof expected,
             "-%s wrong number of arguments for '%s' command\r\n",
             exec ? "EXECABORT Transaction discarded because of:" : "ERR",
             command->name);
    assert_bytes(buf_slice(&heard), text(expected));
    buf_free(&heard);
}

static void every_arity_is_kept(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        size_t least = least_words(command);
        if (least > (strchr(command->name, '|') ? 2 : 1))
            assert_wrong_number(session, command, least - 1);
        if (command->arity > 0 && !(command->flags & CMD_FAMILY))
            assert_wrong_number(session, command, least + 1);
    }
    session_close(session);
}

static void require_password(void)
{
    struct user *user = acl_with_password(&core.acl, SLICE("secret"));
    assert_non_null(user);
    acl_publish(&core.acl, user);
    user_release(user);
}

/* Without a password known, only a few commands are for everybody. */
static void strangers_are_told_to_log_in(void **state)
{
    (void)state;
    static const char noauth[] = "NOAUTH Authentication required.\r\n";
    require_password();
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        if (command->flags & CMD_FAMILY)
            continue;
        struct session *session = start_session(&core);
        struct buf heard = call(session, command, least_words(command));
        bool refused = memmem(buf_slice(&heard).data, buf_len(&heard), noauth,
                              sizeof noauth - 1) != NULL;
        bool anybody = command->flags & CMD_ANYBODY;
        if (refused == anybody)
            fail_msg("%s: %.*s", command->name, (int)buf_len(&heard),
                     buf_slice(&heard).data);
        buf_free(&heard);
        session_close(session);
    }
}

static bool locks_are_free(void)
{
    size_t shards = (size_t)TALK_DATABASES * SHARDS, taken = 0;
    for (size_t i = 0; i < GATES + shards; i++) {
        pthread_rwlock_t *lock = i < GATES ? &core.store.gates[i].lock
                                           : &core.store.shards[i - GATES].lock;
        if (pthread_rwlock_trywrlock(lock) != 0)
            return false;
        taken += pthread_rwlock_unlock(lock) == 0;
    }
    return taken == GATES + shards;
}

static void nothing_stays_locked(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        if ((command->flags & CMD_FAMILY) ||
            strcmp(command->name, "client|pause") == 0) /* stops the others */
            continue;
        struct session *session = start_session(&core);
        assert_reply(session, "SET 1 1", "+OK\r\n");
        struct buf heard = call(session, command, least_words(command));
        if (buf_len(&heard) == 0 && !session->client.closing)
            fail_msg("%s does not reply", command->name);
        buf_free(&heard);
        if (!locks_are_free())
            fail_msg("%s left a lock", command->name);
        session_close(session);
    }
}

/* --- what Redis says to what it does not know --- */

static const struct {
    const char *line, *reply;
} unknown[] = {
    {"nope", "-ERR unknown command 'nope', with args beginning with: \r\n"},
    {"\"\"", "-ERR unknown command '', with args beginning with: \r\n"},
    {"\"\" \"\"", "-ERR unknown command '', with args beginning with: '' \r\n"},
    {"\"a\\r\\nb\" \"c\\nd\"",
     "-ERR unknown command 'a  b', with args beginning with: 'c d' \r\n"},
    {"client|id", "-ERR unknown command 'client|id', with args beginning "
                  "with: \r\n"},
    {"client", "-ERR wrong number of arguments for 'client' command\r\n"},
    {"CLIENT Foo", "-ERR unknown subcommand 'Foo'. Try CLIENT HELP.\r\n"},
    {"CLIENT \"\"", "-ERR unknown subcommand ''. Try CLIENT HELP.\r\n"},
    {"config \"get\\x00\" a",
     "-ERR unknown subcommand 'get'. Try CONFIG HELP.\r\n"},
    {"command nope", "-ERR unknown subcommand 'nope'. Try COMMAND HELP.\r\n"},
    {"c123456789d123456789e123456789f123456789g123456789h123456789i123456789"
     "j123456789k123456789l123456789m123456789n123456789o123456789",
     "-ERR unknown command 'c123456789d123456789e123456789f123456789g123456789"
     "h123456789i123456789j123456789k123456789l123456789m123456789n123456789"
     "o1234567', with args beginning with: \r\n"},
    {"nope c123456789d123456789e123456789f123456789 g123456789h123456789"
     "i123456789j123456789 k123456789l123456789m123456789n123456789o123456789 "
     "p q",
     "-ERR unknown command 'nope', with args beginning with: "
     "'c123456789d123456789e123456789f123456789' 'g123456789h123456789"
     "i123456789j123456789' 'k123456789l123456789m123456789n123456789o1' "
     "\r\n"},
};

static void the_unknown_is_quoted(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    for (size_t i = 0; i < COUNT(unknown); i++) {
        say(session, text(unknown[i].line));
        say(session, SLICE("\r\n"));
        assert_heard(session, text(unknown[i].reply));
    }
    session_close(session);
}

/* --- logging in --- */

static void passwords_open_the_door(void **state)
{
    (void)state;
    static const char wrong[] = "-WRONGPASS invalid username-password pair or "
                                "user is disabled.\r\n";
    require_password();
    static const char *const keys[] = {"AUTH secret", "auth default secret"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct session *session = start_session(&core);
        assert_reply(session, "AUTH secre", wrong);
        assert_reply(session, "AUTH secrets", wrong);
        assert_reply(session, "AUTH secretsecret", wrong);
        assert_reply(session, "AUTH root secret", wrong);
        assert_reply(session, "AUTH default secreT", wrong);
        assert_reply(session, "AUTH a b c", "-ERR syntax error\r\n");
        assert_reply(session, "HELLO 3 AUTH default wrong", wrong);
        assert_reply(session, "HELLO 3",
                     "-NOAUTH HELLO must be called with the client already "
                     "authenticated, otherwise the HELLO AUTH <user> <pass> "
                     "option can be used to authenticate the client and "
                     "select the RESP protocol version at the same time\r\n");
        assert_reply(session, "GET k", "-NOAUTH Authentication required.\r\n");
        assert_reply(session, keys[i], "+OK\r\n");
        assert_reply(session, "GET k", "$-1\r\n");
        assert_reply(session, "AUTH nonsense", wrong);
        assert_reply(session, "GET k", "$-1\r\n"); /* still in */
        assert_reply(session, "RESET", "+RESET\r\n");
        assert_reply(session, "GET k", "-NOAUTH Authentication required.\r\n");
        session_close(session);
    }
}

static void without_a_password_all_are_in(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    assert_reply(session, "GET k", "$-1\r\n");
    assert_reply(session, "AUTH default anything", "+OK\r\n");
    assert_reply(session, "AUTH anything",
                 "-ERR AUTH <password> called without any password configured "
                 "for the default user. Are you sure your configuration is "
                 "correct?\r\n");
    session_close(session);
}

/* As soon as a client is in, in the same portion, it may say more. */
static void strangers_may_not_say_much(void **state)
{
    (void)state;
    require_password();
    struct session *session = start_session(&core);
    say(session, SLICE("*11\r\n"));
    assert_heard(session, SLICE("-ERR Protocol error: unauthenticated "
                                "multibulk length\r\n"));
    assert_true(session_done(session));
    session_close(session);

    session = start_session(&core);
    say(session, SLICE("*1\r\n$16385\r\n"));
    assert_heard(session,
                 SLICE("-ERR Protocol error: unauthenticated bulk length\r\n"));
    session_close(session);

    session = start_session(&core);
    say(session, SLICE("AUTH secret\r\n*12\r\n$20000\r\n"));
    assert_heard(session, SLICE("+OK\r\n"));
    assert_true(session_wants_input(session));
    session_close(session);
}

/* --- keys --- */

static void keys_may_come_twice(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    assert_reply(session, "MSET a 1 a 2 b 3", "+OK\r\n");
    assert_reply(session, "MGET a a b",
                 "*3\r\n$1\r\n2\r\n$1\r\n2\r\n$1\r\n"
                 "3\r\n");
    assert_reply(session, "EXISTS a a a b c", ":4\r\n");
    assert_reply(session, "DEL a a b", ":2\r\n");
    assert_reply(session, "MSET a 1 b",
                 "-ERR wrong number of arguments for 'mset' command\r\n");
    assert_reply(session, "MSET a b", "+OK\r\n");
    session_close(session);
}

/* From one key to more than fit in a call, and in a set of locks. */
static void any_number_of_keys(void **state)
{
    (void)state;
    struct session *session = start_session(&core);
    for (size_t n = 1; n < 100; n++) {
        struct buf set = {0}, del = {0};
        char word[32];
        buf_append(&set, "mset", 4);
        buf_append(&del, "del", 3);
        for (size_t i = 0; i < n; i++) {
            int len = snprintf(word, sizeof word, " key:%zu value", i);
            buf_append(&set, word, (size_t)len);
            buf_append(&del, word, (size_t)len - 6);
        }
        buf_append(&set, "", 1);
        buf_append(&del, "", 1);
        assert_reply(session, set.data, "+OK\r\n");
        snprintf(word, sizeof word, ":%zu\r\n", n);
        assert_reply(session, "DBSIZE", word);
        assert_reply(session, del.data, word);
        buf_free(&set);
        buf_free(&del);
    }
    assert_true(locks_are_free());
    session_close(session);
}

#define WITH_CORE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_core, close_core)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CORE(every_arity_is_kept),
        WITH_CORE(strangers_are_told_to_log_in),
        WITH_CORE(nothing_stays_locked),
        WITH_CORE(the_unknown_is_quoted),
        WITH_CORE(passwords_open_the_door),
        WITH_CORE(without_a_password_all_are_in),
        WITH_CORE(strangers_may_not_say_much),
        WITH_CORE(keys_may_come_twice),
        WITH_CORE(any_number_of_keys),
    };
    return cmocka_run_group_tests_name("execute", tests, NULL, NULL);
}
