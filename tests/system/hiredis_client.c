/* Talks to a RESP server by way of hiredis:
 *
 *     hiredis_client PORT [complete]
 *
 * `complete`: also what chapter 06 has not: transactions, channels, waiting.
 * Ends with 1 and a line that says what went wrong, or with 0. */
#include <hiredis/hiredis.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONNECTIONS = 8, DEPTH = 1000, BIG = 1 << 20 };

static const char awkward[] = "\0\r\n\xff$5\r\nhello\r\n\0";
static const size_t awkward_len = sizeof awkward - 1;

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "hiredis: %s: %s\n", what, why);
    exit(1);
}

static redisContext *connect_to(int port)
{
    struct timeval patience = {.tv_sec = 20};
    redisContext *c = redisConnectWithTimeout("127.0.0.1", port, patience);
    if (c == NULL || c->err != 0)
        die("connect", c != NULL ? c->errstr : "out of memory");
    redisSetTimeout(c, patience);
    return c;
}

/* The reply that comes next in a pipeline. */
static redisReply *next(redisContext *c, const char *what)
{
    void *reply;
    if (redisGetReply(c, &reply) != REDIS_OK)
        die(what, c->errstr);
    return reply;
}

static redisReply *ask(redisContext *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    redisReply *reply = redisvCommand(c, format, args);
    va_end(args);
    if (reply == NULL)
        die(format, c->errstr);
    return reply;
}

/* The expect functions free the reply. */
static void expect_text(redisReply *reply, int type, const char *text,
                        size_t len)
{
    if (reply->type == REDIS_REPLY_ERROR)
        die("an error", reply->str);
    if (reply->type != type || reply->len != len ||
        memcmp(reply->str, text, len) != 0)
        die("a reply", "not the expected type or bytes");
    freeReplyObject(reply);
}

static void expect_ok(redisReply *reply)
{
    expect_text(reply, REDIS_REPLY_STATUS, "OK", 2);
}

static void expect_number(redisReply *reply, long long least, long long most)
{
    if (reply->type != REDIS_REPLY_INTEGER || reply->integer < least ||
        reply->integer > most)
        die("a number", "not the expected one");
    freeReplyObject(reply);
}

static void expect_nil(redisReply *reply)
{
    if (reply->type != REDIS_REPLY_NIL)
        die("a missing key", "not nil");
    freeReplyObject(reply);
}

static void binary_values(redisContext *c)
{
    char *big = malloc(BIG);
    if (big == NULL)
        die("a large value", "out of memory");
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)(i * 31 >> 3);
    expect_ok(ask(c, "SET hi:awkward %b", awkward, awkward_len));
    expect_ok(ask(c, "SET hi:big %b", big, (size_t)BIG));
    expect_ok(ask(c, "SET %b of-awkward", awkward, awkward_len));
    expect_text(ask(c, "GET hi:awkward"), REDIS_REPLY_STRING, awkward,
                awkward_len);
    expect_text(ask(c, "GET hi:big"), REDIS_REPLY_STRING, big, BIG);
    expect_text(ask(c, "GET %b", awkward, awkward_len), REDIS_REPLY_STRING,
                "of-awkward", 10);
    free(big);
}

static void several_keys(redisContext *c)
{
    redisReply *reply = ask(c, "MGET hi:none hi:awkward hi:big");
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 ||
        reply->element[0]->type != REDIS_REPLY_NIL ||
        reply->element[1]->len != awkward_len ||
        memcmp(reply->element[1]->str, awkward, awkward_len) != 0 ||
        reply->element[2]->len != BIG)
        die("MGET", "not the expected elements");
    freeReplyObject(reply);
}

static void expiry(redisContext *c)
{
    expect_ok(ask(c, "SET hi:ttl x EX 100"));
    expect_number(ask(c, "PTTL hi:ttl"), 1, 100000);
    expect_number(ask(c, "PERSIST hi:ttl"), 1, 1);
    expect_number(ask(c, "TTL hi:ttl"), -1, -1);
    expect_number(ask(c, "PEXPIRE hi:ttl 0"), 1, 1);
    expect_nil(ask(c, "GET hi:ttl"));
}

/* Every connection sends all its requests before it reads a reply. */
static void pipelines(redisContext *const connections[])
{
    for (int i = 0; i < CONNECTIONS; i++)
        expect_ok(ask(connections[i], "SET hi:n%d 0", i));
    for (int n = 0; n < DEPTH; n++)
        for (int i = 0; i < CONNECTIONS; i++) {
            redisAppendCommand(connections[i], "INCR hi:n%d", i);
            redisAppendCommand(connections[i], "ECHO %b", awkward,
                               awkward_len);
        }
    for (int i = 0; i < CONNECTIONS; i++)
        for (int n = 1; n <= DEPTH; n++) {
            expect_number(next(connections[i], "INCR"), n, n);
            expect_text(next(connections[i], "ECHO"), REDIS_REPLY_STRING,
                        awkward, awkward_len);
        }
}

/* ---- what the complete server has ---- */

/* The array's elements are these texts; a number is a text here. */
static void expect_texts(redisReply *reply, size_t n, const char *const texts[])
{
    if (reply->element == NULL || reply->elements != n)
        die("an array", reply->str ? reply->str : "not the expected length");
    for (size_t i = 0; i < n; i++) {
        const redisReply *element = reply->element[i];
        char digits[24];
        snprintf(digits, sizeof digits, "%lld", element->integer);
        if (strcmp(element->str ? element->str : digits, texts[i]) != 0)
            die(texts[i], element->str ? element->str : digits);
    }
    freeReplyObject(reply);
}

static void transactions(redisContext *c, redisContext *other)
{
    expect_ok(ask(c, "SET hi:sum 10"));
    redisAppendCommand(c, "MULTI");
    redisAppendCommand(c, "INCRBY hi:sum 5");
    redisAppendCommand(c, "GET hi:sum");
    redisAppendCommand(c, "EXEC");
    expect_ok(next(c, "MULTI"));
    for (int i = 0; i < 2; i++)
        expect_text(next(c, "queued"), REDIS_REPLY_STATUS, "QUEUED", 6);
    expect_texts(next(c, "EXEC"), 2, (const char *[]){"15", "15"});

    expect_ok(ask(c, "WATCH hi:sum"));
    expect_number(ask(other, "INCR hi:sum"), 16, 16);
    expect_ok(ask(c, "MULTI"));
    expect_text(ask(c, "SET hi:sum 0"), REDIS_REPLY_STATUS, "QUEUED", 6);
    expect_nil(ask(c, "EXEC"));
    expect_number(ask(c, "INCR hi:sum"), 17, 17);
}

/* All but the first listen; each hears every message, in order. */
static void channels(redisContext *const connections[])
{
    enum { MESSAGES = 100 };
    for (int i = 1; i < CONNECTIONS; i++)
        expect_texts(ask(connections[i], "SUBSCRIBE hi:news"), 3,
                     (const char *[]){"subscribe", "hi:news", "1"});
    for (int n = 0; n < MESSAGES; n++)
        expect_number(ask(connections[0], "PUBLISH hi:news %d", n),
                      CONNECTIONS - 1, CONNECTIONS - 1);
    for (int i = 1; i < CONNECTIONS; i++) {
        for (int n = 0; n < MESSAGES; n++) {
            char text[16];
            snprintf(text, sizeof text, "%d", n);
            expect_texts(next(connections[i], "a message"), 3,
                         (const char *[]){"message", "hi:news", text});
        }
        expect_texts(ask(connections[i], "UNSUBSCRIBE hi:news"), 3,
                     (const char *[]){"unsubscribe", "hi:news", "0"});
    }
}

static void await_blocked(redisContext *c, int count)
{
    char line[32];
    snprintf(line, sizeof line, "blocked_clients:%d\r", count);
    for (int looks = 0; looks < 2000; looks++) {
        redisReply *reply = ask(c, "INFO clients");
        bool found = reply->str != NULL && strstr(reply->str, line) != NULL;
        freeReplyObject(reply);
        if (found)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    die("a client", "does not wait");
}

/* All but the first wait for one list: first come, first served. */
static void waiting(redisContext *const connections[])
{
    expect_number(ask(connections[0], "DEL hi:row"), 0, 1);
    for (int i = 1; i < CONNECTIONS; i++) {
        int done = 0;
        redisAppendCommand(connections[i], "BLPOP hi:none hi:row 0");
        while (!done)
            if (redisBufferWrite(connections[i], &done) != REDIS_OK)
                die("BLPOP", connections[i]->errstr);
        await_blocked(connections[0], i);
    }
    for (int i = 1; i < CONNECTIONS; i++)
        expect_number(ask(connections[0], "RPUSH hi:row %d", i), 1, 1);
    for (int i = 1; i < CONNECTIONS; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        expect_texts(next(connections[i], "BLPOP"), 2,
                     (const char *[]){"hi:row", text});
    }
    expect_number(ask(connections[0], "EXISTS hi:row"), 0, 0);
}

static void everything(redisContext *const connections[], bool complete)
{
    binary_values(connections[0]);
    several_keys(connections[1]);
    expiry(connections[2]);
    pipelines(connections);
    if (!complete)
        return;
    transactions(connections[0], connections[1]);
    channels(connections);
    waiting(connections);
}

/* Where the library is new enough (1.0). */
static bool speak_resp3(redisContext *const connections[])
{
#ifdef REDIS_REPLY_MAP
    for (int i = 0; i < CONNECTIONS; i++) {
        redisReply *reply = ask(connections[i], "HELLO 3");
        if (reply->type != REDIS_REPLY_MAP)
            die("HELLO 3", "not a map");
        freeReplyObject(reply);
        redisSetPushCallback(connections[i], NULL); /* we read them ourselves */
    }
    return true;
#else
    (void)connections;
    return false;
#endif
}

int main(int argc, char **argv)
{
    redisContext *connections[CONNECTIONS];
    int port = argc > 1 ? atoi(argv[1]) : 0;
    bool complete = argc > 2;
    for (int i = 0; i < CONNECTIONS; i++)
        connections[i] = connect_to(port);
    everything(connections, complete);
    bool resp3 = speak_resp3(connections);
    if (resp3)
        everything(connections, complete);
    for (int i = 0; i < CONNECTIONS; i++)
        redisFree(connections[i]);
    printf("%d.%d.%d, RESP2%s\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH,
           resp3 ? " and RESP3" : "");
    return 0;
}
