/* A conversation of 210 requests, in arrays and in lines: the replies must not
 * depend on where the bytes were cut, and they are what Redis 7.0.15 says. */
#include "talk.h"

enum { ROUNDS = 3 };

/* A request that begins with "*" or has quotes in it is sent as it stands; the
 * others take turns as an array and as a line. */
static const struct {
    struct slice request, reply;
} requests[] = {
    {BYTES("FLUSHALL"), BYTES("+OK\r\n")},
    {BYTES("SET k v"), BYTES("+OK\r\n")},
    {BYTES("GET k"), BYTES("$1\r\nv\r\n")},
    {BYTES("get none"), BYTES("$-1\r\n")},
    {BYTES("SET empty \"\""), BYTES("+OK\r\n")},
    {BYTES("GET empty"), BYTES("$0\r\n\r\n")},
    {BYTES("SET k w NX"), BYTES("$-1\r\n")},
    {BYTES("SET k w XX"), BYTES("+OK\r\n")},
    {BYTES("SET k x GET"), BYTES("$1\r\nw\r\n")},
    {BYTES("SET n 10 EX 100"), BYTES("+OK\r\n")},
    {BYTES("TTL n"), BYTES(":100\r\n")},
    {BYTES("SET n 11 KEEPTTL"), BYTES("+OK\r\n")},
    {BYTES("TTL n"), BYTES(":100\r\n")},
    {BYTES("INCR n"), BYTES(":12\r\n")},
    {BYTES("INCRBY n 30"), BYTES(":42\r\n")},
    {BYTES("DECR n"), BYTES(":41\r\n")},
    {BYTES("DECRBY n 41"), BYTES(":0\r\n")},
    {BYTES("INCRBY n 9223372036854775807"), BYTES(":9223372036854775807\r\n")},
    {BYTES("INCR n"), BYTES("-ERR increment or decrement would overflow\r\n")},
    {BYTES("INCR k"),
     BYTES("-ERR value is not an integer or out of range\r\n")},
    {BYTES("TTL k"), BYTES(":-1\r\n")},
    {BYTES("PTTL none"), BYTES(":-2\r\n")},
    {BYTES("EXPIRE k 50"), BYTES(":1\r\n")},
    {BYTES("EXPIRE k 40 GT"), BYTES(":0\r\n")},
    {BYTES("TTL k"), BYTES(":50\r\n")},
    {BYTES("PERSIST k"), BYTES(":1\r\n")},
    {BYTES("PERSIST k"), BYTES(":0\r\n")},
    {BYTES("APPEND a hello"), BYTES(":5\r\n")},
    {BYTES("APPEND a ' world'"), BYTES(":11\r\n")},
    {BYTES("STRLEN a"), BYTES(":11\r\n")},
    {BYTES("GET a"), BYTES("$11\r\nhello world\r\n")},
    {BYTES("MSET x 1 y 2 z 3"), BYTES("+OK\r\n")},
    {BYTES("MGET x y none z"),
     BYTES("*4\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n$1\r\n3\r\n")},
    {BYTES("DEL x y none"), BYTES(":2\r\n")},
    {BYTES("EXISTS z z none"), BYTES(":2\r\n")},
    {BYTES("TYPE z"), BYTES("+string\r\n")},
    {BYTES("TYPE none"), BYTES("+none\r\n")},
    {BYTES("DBSIZE"), BYTES(":5\r\n")},
    {BYTES("KEYS [y-z]*"), BYTES("*1\r\n$1\r\nz\r\n")},
    {BYTES("EXPIREAT z 1"), BYTES(":1\r\n")},
    {BYTES("KEYS z"), BYTES("*0\r\n")},
    {BYTES("SELECT 1"), BYTES("+OK\r\n")},
    {BYTES("DBSIZE"), BYTES(":0\r\n")},
    {BYTES("SET k other"), BYTES("+OK\r\n")},
    {BYTES("SELECT 0"), BYTES("+OK\r\n")},
    {BYTES("GET k"), BYTES("$1\r\nx\r\n")},
    {BYTES("SELECT 99"), BYTES("-ERR DB index is out of range\r\n")},
    {BYTES("PING"), BYTES("+PONG\r\n")},
    {BYTES("PING 'a \\'b'"), BYTES("$4\r\na 'b\r\n")},
    {BYTES("*2\r\n$4\r\nECHO\r\n$8\r\n\r\n\0$1\r\n*\r\n"),
     BYTES("$8\r\n\r\n\0$1\r\n*\r\n")},
    {BYTES("ECHO \"\\x00\\n\""), BYTES("$2\r\n\0\n\r\n")},
    {BYTES("*0\r\n"), BYTES("")},
    {BYTES("*-1\r\n"), BYTES("")},
    {BYTES("foo a b"), BYTES("-ERR unknown command 'foo', with args beginning "
                             "with: 'a' 'b' \r\n")},
    {BYTES("Get"),
     BYTES("-ERR wrong number of arguments for 'get' command\r\n")},
    {BYTES("SET k v EX"), BYTES("-ERR syntax error\r\n")},
    {BYTES("SET k v EX 0"),
     BYTES("-ERR invalid expire time in 'set' command\r\n")},
    {BYTES("CLIENT foo"),
     BYTES("-ERR unknown subcommand 'foo'. Try CLIENT HELP.\r\n")},
    {BYTES("CLIENT SETNAME bob"), BYTES("+OK\r\n")},
    {BYTES("HELLO 3"),
     BYTES("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n"
           "$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n"
           "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"
           "$7\r\nmodules\r\n*0\r\n")},
    {BYTES("GET none"), BYTES("_\r\n")},
    {BYTES("CLIENT GETNAME"), BYTES("$3\r\nbob\r\n")},
    {BYTES("CONFIG GET maxclients"),
     BYTES("%1\r\n$10\r\nmaxclients\r\n$5\r\n10000\r\n")},
    {BYTES("RESET"), BYTES("+RESET\r\n")},
    {BYTES("CLIENT GETNAME"), BYTES("$-1\r\n")},
    {BYTES("CONFIG SET timeout 0"), BYTES("+OK\r\n")},
    {BYTES("CONFIG SET timeout 0 port"), BYTES("-ERR syntax error\r\n")},
    {BYTES("CONFIG SET timeout 0 TimeOut 0"),
     BYTES("-ERR CONFIG SET failed (possibly related to argument 'TimeOut') - "
           "duplicate parameter\r\n")},
    {BYTES("CONFIG SET save '' appendonly no"), BYTES("+OK\r\n")},
    {BYTES("FLUSHDB ASYNC"), BYTES("+OK\r\n")},
};

struct conversation {
    struct core core;
    struct buf requests, replies;
};

static void append_request(struct buf *wire, struct slice request, size_t turn)
{
    if (request.data[0] == '*') {
        buf_append(wire, request.data, request.len);
    } else if (turn % 3 == 0 && strpbrk(request.data, "\"'") == NULL) {
        append_array(wire, request);
    } else {
        const char *end = turn % 3 == 1 ? "\n" : "\r\n";
        buf_append(wire, request.data, request.len);
        buf_append(wire, end, strlen(end));
    }
}

static int open_conversation(void **state)
{
    static struct conversation talk;
    *state = &talk;
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < COUNT(requests); i++) {
            append_request(&talk.requests, requests[i].request, i + round);
            buf_append(&talk.replies, requests[i].reply.data,
                       requests[i].reply.len);
        }
    }
    return !open_still_core(&talk.core) || talk.replies.failed;
}

static int close_conversation(void **state)
{
    struct conversation *talk = *state;
    close_still_core(&talk->core);
    buf_free(&talk->requests);
    buf_free(&talk->replies);
    return 0;
}

/* The first client again, as its number is part of a reply. */
static struct session *begin(struct conversation *talk)
{
    talk->core.clients.accepted = 0;
    return start_session(&talk->core);
}

static void end(struct conversation *talk, struct session *session)
{
    assert_heard(session, buf_slice(&talk->replies));
    assert_true(session_wants_input(session));
    assert_int_equal(buf_len(&session->in), 0);
    assert_int_equal(session->in.cap, 0); /* idle clients cost little */
    session_close(session);
}

static struct slice part(const struct conversation *talk, size_t from,
                         size_t to)
{
    struct slice all = buf_slice(&talk->requests);
    return (struct slice){all.data + from, to - from};
}

static void all_at_once(void **state)
{
    struct conversation *talk = *state;
    assert_int_equal(COUNT(requests) * ROUNDS, 210);
    struct session *session = begin(talk);
    say(session, buf_slice(&talk->requests));
    end(talk, session);
}

static void cut_at_every_byte(void **state)
{
    struct conversation *talk = *state;
    size_t len = buf_len(&talk->requests);
    for (size_t cut = 1; cut < len; cut++) {
        struct session *session = begin(talk);
        say(session, part(talk, 0, cut));
        say(session, part(talk, cut, len));
        end(talk, session);
    }
}

static void byte_by_byte(void **state)
{
    struct conversation *talk = *state;
    struct session *session = begin(talk);
    for (size_t i = 0; i < buf_len(&talk->requests); i++)
        say(session, part(talk, i, i + 1));
    end(talk, session);
}

static void in_portions_of_any_size(void **state)
{
    struct conversation *talk = *state;
    size_t len = buf_len(&talk->requests);
    for (size_t size = 2; size < 300; size++) {
        struct session *session = begin(talk);
        for (size_t at = 0; at < len; at += size)
            say(session, part(talk, at, at + size < len ? at + size : len));
        end(talk, session);
    }
}

/* A reply after each request, as for a client that waits for it. */
static void one_at_a_time(void **state)
{
    struct conversation *talk = *state;
    struct session *session = begin(talk);
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct buf wire = {0};
        append_request(&wire, requests[i].request, i);
        say(session, buf_slice(&wire));
        struct buf heard = hear(session);
        if (!slice_equal(buf_slice(&heard), requests[i].reply))
            fail_msg("%s: got %.*s", requests[i].request.data,
                     (int)buf_len(&heard), buf_slice(&heard).data);
        buf_free(&heard);
        buf_free(&wire);
    }
    session_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(all_at_once),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(in_portions_of_any_size),
    };
    return cmocka_run_group_tests_name("conversation", tests, open_conversation,
                                       close_conversation);
}
