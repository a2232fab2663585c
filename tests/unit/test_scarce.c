/* The allocations of each request fail: one alone, and with all that come
 * behind it. The request is then refused or done whole, the data are as before
 * or as after, the server goes on, and no memory is lost. */
#include "talk.h"

#include "base/memory.h"
#include "command/acl_rules.h"
#include "scarce/scarce.h"
#include "store/keyspace.h"
#include "types/hash.h"
#include "types/list.h"
#include "types/set.h"
#include "types/zset.h"

#include <stdio.h>

enum {
    DENSE = 8, /* the first allocations are all tried, then fewer and fewer */
    MOST_ALLOCATIONS = 2000, /* of one request */
    REQUESTS = 16,           /* of one case */
    LONG = 200               /* bytes: what is this long is packed nowhere */
};

/* Requests have a ";" between them; "@" before one: another client says it. A
 * third one, who never hears anything else, makes and clears the scene.
 * "%" is a word of LONG bytes, "#n" the words 1 to n. */
struct scene {
    const char *before; /* what is there */
    const char *then;   /* what memory is scarce for */
    const char *undo;   /* what FLUSHALL leaves; or NULL */
    const char *instead; /* makes of nothing what may be there as well; or NULL */
};

static struct core core;
static struct session *us, *them, *stage;

/* --- what there is, as a number --- */

static uint64_t mix(uint64_t sum, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        sum = (sum ^ (unsigned char)bytes.data[i]) * 1099511628211U;
    return (sum ^ bytes.len) * 1099511628211U;
}

static uint64_t mix_number(uint64_t sum, int64_t number)
{
    return mix(sum, (struct slice){(const char *)&number, sizeof number});
}

static uint64_t print_list(const struct list *list)
{
    uint64_t sum = 1;
    struct list_position at;
    struct slice element;
    list_find(list, 0, &at);
    for (; list_get(&at, &element); list_step(&at, LIST_TAIL))
        sum = mix(sum, element);
    return sum;
}

static uint64_t print_set(const struct set *set)
{
    uint64_t sum = 2;
    struct set_walk walk = {.set = set};
    struct slice member;
    while (set_step(&walk, &member))
        sum += mix(2, member);
    return sum;
}

static uint64_t print_hash(const struct hash *hash)
{
    uint64_t sum = 3;
    struct hash_walk walk = {.hash = hash};
    struct pair pair;
    while (hash_step(&walk, &pair))
        sum += mix(mix(3, pair.field), pair.value);
    return sum;
}

static uint64_t print_zset(const struct zset *zset)
{
    uint64_t sum = 4;
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), false);
    struct scored element;
    while (zset_step(&walk, &element)) {
        int64_t score;
        memcpy(&score, &element.score, sizeof score);
        sum = mix_number(mix(sum, element.member), score);
    }
    return sum;
}

static void print_entry(const struct entry *entry, void *context)
{
    uint64_t sum = mix_number(mix(5, entry_key(entry)), entry_deadline(entry));
    const void *object =
        entry->type != TYPE_STRING ? entry_object(entry) : NULL;
    if (entry->type == TYPE_STRING)
        sum = mix(sum, entry_value(entry));
    else if (entry->type == TYPE_LIST)
        sum ^= print_list(object);
    else if (entry->type == TYPE_SET)
        sum ^= print_set(object);
    else if (entry->type == TYPE_HASH)
        sum ^= print_hash(object);
    else
        sum ^= print_zset(object);
    *(uint64_t *)context += sum;
}

/* The data, the users and the settings. */
static uint64_t print_all(void)
{
    uint64_t sum = 0;
    for (unsigned db = 0; db < TALK_DATABASES; db++) {
        struct keyspace space = {.store = &core.store, .db = db, .now = NOW};
        uint64_t one = db;
        keyspace_each(&space, print_entry, &one);
        sum = mix_number(sum, (int64_t)one);
    }
    struct buf users = {0};
    if (core.acl.first->next != NULL) /* to describe takes its time */
        acl_describe_all(&core.acl, &users);
    sum = mix(sum, buf_slice(&users));
    buf_free(&users);
    for (int i = 0; i < SETTINGS; i++) {
        struct buf value = config_text(&core.config, (enum setting)i);
        sum = mix(sum, buf_slice(&value));
        buf_free(&value);
    }
    return sum;
}

/* --- what is said --- */

/* The words of a request, with what stands for others put in. */
static void append_request(struct buf *wire, struct slice text_of)
{
    struct buf words = {0};
    for (size_t i = 0; i < text_of.len; i++) {
        char c = text_of.data[i];
        char number[16];
        int most = 0;
        if (c == '%')
            for (int j = 0; j < LONG; j++)
                buf_append(&words, "x", 1);
        else if (c == '#' && sscanf(text_of.data + i + 1, "%d", &most) == 1)
            for (int j = 1; j <= most; j++)
                buf_append(&words, number,
                           (size_t)snprintf(number, sizeof number, "%d%s", j,
                                            j < most ? " " : ""));
        else
            buf_append(&words, &c, 1);
        if (c == '#')
            i += strspn(text_of.data + i + 1, "0123456789");
    }
    append_array(wire, buf_slice(&words));
    buf_free(&words);
}

struct said {
    struct session **by;
    struct buf wire;
};

static size_t prepare_all(const char *requests, struct said said[REQUESTS])
{
    size_t n = 0;
    while (*requests != '\0') {
        size_t len = strcspn(requests, ";");
        bool theirs = *requests == '@';
        assert_true(n < REQUESTS);
        said[n] = (struct said){.by = theirs ? &them : &us};
        append_request(&said[n++].wire, (struct slice){requests + theirs,
                                                       len - theirs});
        requests += len + (requests[len] == ';');
    }
    return n;
}

static void free_all(struct said *said, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_free(&said[i].wire);
}

static void feed_all(const struct said *said, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct slice bytes = buf_slice(&said[i].wire);
        if (session_wants_input(*said[i].by))
            session_feed(*said[i].by, bytes.data, bytes.len, NOW);
    }
}

/* With memory for all. */
static void say_all(const char *requests)
{
    struct said said[REQUESTS];
    size_t n = prepare_all(requests, said);
    feed_all(said, n);
    free_all(said, n);
    struct buf heard[2] = {hear(us), hear(them)};
    buf_free(&heard[0]);
    buf_free(&heard[1]);
}

/* What must succeed. */
static void tidy(const char *requests)
{
    struct said said[REQUESTS];
    size_t n = prepare_all(requests, said);
    for (size_t i = 0; i < n; i++)
        said[i].by = &stage;
    feed_all(said, n);
    free_all(said, n);
    struct buf heard = hear(stage);
    if (heard.data[heard.start] == '-')
        fail_msg("%s: %.*s", requests, (int)buf_len(&heard),
                 buf_slice(&heard).data);
    buf_free(&heard);
}

/* --- what is replied --- */

/* reply = line / "$" number CRLF bytes CRLF / "*" number CRLF { reply } */
static bool skip_reply(struct slice *rest)
{
    const char *end = memchr(rest->data, '\n', rest->len);
    if (end == NULL)
        return false;
    char type = rest->data[0];
    long number = strtol(rest->data + 1, NULL, 10);
    size_t len = (size_t)(end - rest->data) + 1;
    if (strchr("$=", type) != NULL && number >= 0)
        len += (size_t)number + 2;
    if (len > rest->len)
        return false;
    rest->data += len;
    rest->len -= len;
    if (strchr("*~>%", type) == NULL)
        return true;
    for (number *= type == '%' ? 2 : 1; number > 0; number--)
        if (!skip_reply(rest))
            return false;
    return true;
}

/* So many replies, all of them whole? */
static bool is_whole(struct slice heard, size_t requests)
{
    while (requests > 0 && skip_reply(&heard))
        requests--;
    return requests == 0 && heard.len == 0;
}

/* Is one of them that there is no memory? */
static bool is_denied(struct slice heard)
{
    static const char *const errors[] = {"-OOM", "-EXECABORT", "out of memory\r"};
    bool found = false;
    for (size_t i = 0; i < COUNT(errors); i++)
        found |= memmem(heard.data, heard.len, errors[i],
                        strlen(errors[i])) != NULL;
    return found;
}

/* --- the test --- */

static void set_the_scene(const struct scene *scene)
{
    us = start_session(&core);
    them = start_session(&core);
    tidy("FLUSHALL");
    say_all(scene->before);
}

static void clear_the_scene(const struct scene *scene)
{
    session_close(us);
    session_close(them);
    if (scene->undo != NULL)
        tidy(scene->undo);
}

/* What is done when there is memory. */
static uint64_t outcome(const struct scene *scene)
{
    set_the_scene(scene);
    say_all(scene->then);
    uint64_t after = print_all();
    clear_the_scene(scene);
    return after;
}

/* One attempt. */
struct attempt {
    const struct scene *scene;
    unsigned long nth;
    bool only_once;
    uint64_t before, after, instead, now; /* what there is */
    size_t requests;
    bool over;        /* the conversation */
    struct buf heard; /* the replies */
};

static bool is_fine(const struct attempt *it)
{
    struct slice heard = buf_slice(&it->heard);
    bool is_after = it->now == it->after || it->now == it->instead;
    if (!is_after && it->now != it->before)
        return false;
    if (it->over)
        return true;
    if (!is_whole(heard, it->requests))
        return false;
    return is_denied(heard) ? it->now == it->before || it->requests > 1
                            : is_after;
}

static void complain(const struct attempt *it)
{
    struct slice heard = buf_slice(&it->heard);
    print_error("\"%s\" after \"%s\", without %s %lu: %s, replied \"%.*s\"\n",
                it->scene->then, it->scene->before,
                it->only_once ? "allocation" : "any allocation from", it->nth,
                it->now == it->before  ? "as before"
                : it->now == it->after ? "as after"
                                       : "neither as before nor as after",
                (int)heard.len, heard.data);
}

/* Returns how many allocations were refused. */
static unsigned long make(struct attempt *it)
{
    struct said said[REQUESTS];
    size_t n = prepare_all(it->scene->then, said);
    set_the_scene(it->scene);
    it->before = print_all();
    it->requests = n;
    scarce_begin(it->nth, it->only_once);
    feed_all(said, n);
    session_wake(them, NOW);
    unsigned long refused = scarce_end();
    if (us->blocked != NULL)
        session_wake(us, session_deadline(us));
    it->over = us->out.bytes.failed || us->client.closing;
    it->heard = hear(us);
    it->now = print_all();
    free_all(said, n);
    clear_the_scene(it->scene);
    return refused;
}

/* The first failure is told. */
static bool play(const struct scene *scene, bool only_once)
{
    struct attempt it = {.scene = scene, .only_once = only_once};
    it.after = it.instead = outcome(scene);
    if (scene->instead != NULL)
        it.instead = outcome(&(struct scene){"", scene->instead, NULL, NULL});
    unsigned long refused;
    bool fine;
    do {
        it.nth += 1 + it.nth / DENSE;
        refused = make(&it);
        fine = is_fine(&it) && it.nth < MOST_ALLOCATIONS;
        if (!fine)
            complain(&it);
        buf_free(&it.heard);
    } while (fine && refused > 0);
    return fine;
}

static void all_or_nothing(void **state)
{
    size_t used = memory_used();
    assert_true(open_still_core(&core));
    stage = start_session(&core);
    bool fine = play(*state, true) && play(*state, false);
    session_close(stage);
    close_still_core(&core);
    assert_true(fine);
    assert_int_equal(memory_used(), used);
}

static const struct scene scenes[] = {
    {"", "SET k v", NULL, NULL},
    {"", "SET k % EX 100 GET", NULL, NULL},
    {"SET k v", "SET k % KEEPTTL", NULL, NULL},
    {"SET k v EX 10", "GETEX k PERSIST", NULL, NULL},
    {"SET k v", "GETEX k EX 10", NULL, NULL},
    {"SET k v", "GETDEL k", NULL, NULL},
    {"SET k v", "GETSET k %", NULL, NULL},
    {"", "SETNX k v", NULL, NULL},
    {"", "APPEND k %", NULL, NULL},
    {"SET k v", "APPEND k %", NULL, NULL},
    {"SET k v", "SETRANGE k 1000 x", NULL, NULL},
    {"SET k 10", "INCR k", NULL, NULL},
    {"", "INCRBY k 1000000", NULL, NULL},
    {"SET k 1.5", "INCRBYFLOAT k 1e10", NULL, NULL},
    {"", "MSET a 1 b 2 c 3", NULL, NULL},
    {"SET a old;SET c %", "MSET a 1 b 2 c 3 d %", NULL, NULL},
    {"SET a old", "MSET a new b 2 a % c 3", NULL, NULL},
    {"MSET #20", "MSET #40", NULL, NULL},
    {"", "MSETNX a 1 b 2 c 3", NULL, NULL},
    {"MSET a % b %", "MGET a b c", NULL, NULL},
    {"MSET a ohmytext b mynewtext", "LCS a b IDX", NULL, NULL},
    {"SET k v", "COPY k other", NULL, NULL},
    {"SET k v;LPUSH other %", "COPY k other REPLACE", NULL, NULL},
    {"SET k v", "RENAME k other", NULL, NULL},
    {"SET k v;SET other %", "RENAME k other", NULL, NULL},
    {"SET k v", "MOVE k 1", NULL, NULL},
    {"SET k v", "EXPIRE k 100", NULL, NULL},
    {"RPUSH k 1 2", "PEXPIREAT k 99999999999999", NULL, NULL},
    {"MSET a 1 b 2", "SWAPDB 0 1", NULL, NULL},
    {"MSET a 1 b 2", "DEL a b c", NULL, NULL},
    {"MSET #400", "KEYS *", NULL, NULL},
    {"MSET #40", "SCAN 0 COUNT 100", NULL, NULL},
    {"MSET #40", "RANDOMKEY", NULL, NULL},
    {"MSET #40", "FLUSHALL", NULL, NULL},
    {"MSET #40", "OBJECT ENCODING 1", NULL, NULL},

    {"", "SETBIT k 1000 1", NULL, NULL},
    {"SET k v", "SETBIT k 1000 1", NULL, NULL},
    {"SET a foo;SET b %", "BITOP XOR c a b", NULL, NULL},
    {"SET k v", "BITFIELD k SET u8 0 1 INCRBY u8 800 7 GET u8 0", NULL, NULL},

    {"", "RPUSH k #300", NULL, NULL},
    {"RPUSH k #300", "LPUSH k % % % a b % %", NULL, NULL},
    {"RPUSH k #40", "LPUSHX k a b c", NULL, NULL},
    {"RPUSH k #40", "LINSERT k BEFORE 20 %", NULL, NULL},
    {"RPUSH k #40", "LSET k 20 %", NULL, NULL},
    {"RPUSH k #40", "LREM k 0 7", NULL, NULL},
    {"RPUSH k #40", "LTRIM k 3 5", NULL, NULL},
    {"RPUSH k #40", "LPOP k 30", NULL, NULL},
    {"RPUSH k #40;RPUSH other %", "LMOVE k other LEFT RIGHT", NULL, NULL},
    {"RPUSH k % b", "LMOVE k new LEFT RIGHT", NULL, NULL},
    {"RPUSH k #40", "RPOPLPUSH k k", NULL, NULL},
    {"RPUSH k #40", "LMPOP 2 none k RIGHT COUNT 10", NULL, NULL},
    {"RPUSH k #400", "LRANGE k 0 -1", NULL, NULL},
    {"RPUSH k #40", "LPOS k 7 COUNT 0", NULL, NULL},
    {"RPUSH k #40", "SORT k DESC STORE other", NULL, NULL},
    {"RPUSH k #4;MSET w1 3 w2 1 w3 2", "SORT k BY w* GET # GET w*", NULL, NULL},

    {"", "HSET k a 1 b 2 c 3", NULL, NULL},
    {"HSET k a 1 b 2", "HSET k a % c 3 b 7 d %", NULL, NULL},
    {"HSET k a 1 b 2", "HSET k a 123456789 c 3 b 1 d 4 a 1", NULL, NULL},
    {"HSET k #1000", "HSET k 1 new 2001 x 3 % 2003 y 5 6", NULL, NULL},
    {"HSET k #1000", "HMSET k 1 % 1 a 1 bb 2001 1", NULL, NULL},
    {"HSET k #1020", "HSET k #1100", NULL, NULL},
    {"HSET k % %", "HSET k a 1 b 2", NULL, NULL},
    {"HSET k a 1", "HSETNX k b %", NULL, NULL},
    {"HSET k a 1", "HINCRBY k a 1000", NULL, NULL},
    {"HSET k a 1", "HINCRBYFLOAT k b 1.5", NULL, NULL},
    {"HSET k #40", "HDEL k 1 3 5 7 9", NULL, NULL},
    {"HSET k #40", "HGETALL k", NULL, NULL},
    {"HSET k #40", "HRANDFIELD k -10 WITHVALUES", NULL, NULL},
    {"HSET k #40", "HSCAN k 0", NULL, NULL},

    {"", "SADD k #20", NULL, NULL},
    {"SADD k #20", "SADD k 1 2 3 x y z", NULL, NULL},
    {"SADD k #20", "SADD k 21 22 21 23 24 25 26 27 28 29 30 31 32 33", NULL, NULL},
    {"SADD k a b c", "SADD k a d b e d f %", NULL, NULL},
    {"SADD k #510", "SADD k 1001 1002 1003 1004", NULL, NULL},
    {"SADD k a b c;SADD other 1", "SMOVE k other a", NULL, NULL},
    {"SADD k a b c", "SREM k a b", NULL, NULL},
    {"SADD k a b c", "SPOP k 3", NULL, NULL},
    {"SADD k a b c", "SRANDMEMBER k -10", NULL, NULL},
    {"SADD k a b c;SADD l b c d", "SINTER k l", NULL, NULL},
    {"SADD k a b c;SADD l b c d", "SUNIONSTORE m k l", NULL, NULL},
    {"SADD k a b c;SADD l b c d;SET m x", "SDIFFSTORE m k l", NULL, NULL},
    {"SADD k a b c;SADD l b c d", "SINTERCARD 2 k l", NULL, NULL},
    {"SADD k #40", "SSCAN k 0", NULL, NULL},

    {"", "ZADD k 1 a 2 b 3 c", NULL, NULL},
    {"ZADD k 1 a 2 b", "ZADD k 5 a 3 c 1 b 4 d 9 a", NULL, NULL},
    {"ZADD k 1 a 2 b", "ZADD k 5 a 3 % 1 b 4 d", NULL, NULL},
    {"ZADD k 1 %", "ZADD k 5 a 3 % 1 b 4 d 2 a", NULL, NULL},
    {"ZADD k #256", "ZADD k 3 1001 5 2 4 1002 7 1003", NULL, NULL},
    {"ZADD k 1 a", "ZADD k XX CH 5 a 6 b", NULL, NULL},
    {"ZADD k 1 a", "ZADD k INCR 5 a", NULL, NULL},
    {"ZADD k 1 a", "ZINCRBY k 5 b", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c", "ZREM k a b", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c", "ZPOPMIN k 2", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c", "ZMPOP 2 none k MAX COUNT 2", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c;ZADD l 5 b", "ZUNIONSTORE m 2 k l", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c;ZADD l 5 b", "ZINTER 2 k l WITHSCORES", NULL, NULL},
    {"ZADD k 1 a 2 b 3 c;ZADD l 5 b", "ZDIFFSTORE m 2 k l", NULL, NULL},
    {"ZADD k #40", "ZRANGESTORE m k 0 5", NULL, NULL},
    {"ZADD k #40", "ZRANGE k 0 -1 WITHSCORES", NULL, NULL},
    {"ZADD k #40", "ZREMRANGEBYRANK k 3 9", NULL, NULL},
    {"ZADD k #40", "ZRANDMEMBER k -10", NULL, NULL},
    {"ZADD k #40", "ZSCAN k 0", NULL, NULL},

    {"", "MULTI;SET k v;EXEC", NULL, NULL},
    {"SET k 1", "WATCH k l;MULTI;INCR k;EXEC", NULL, NULL},
    {"SET k 1", "MULTI;INCR k;LPUSH l %;DISCARD", NULL, NULL},
    {"", "BLPOP k 1", NULL, NULL},
    {"@BLPOP k 0", "LPUSH k 1 2", NULL, NULL},
    {"@BLMOVE k l LEFT LEFT 0", "RPUSH k 1", NULL,
     "RPUSH k 1"},
    {"@BZPOPMIN k 0", "ZADD k 1 a 2 b", NULL, NULL},
    {"@BLPOP k 0", "MULTI;LPUSH k 1 2;EXEC", NULL, NULL},

    {"", "SUBSCRIBE c", NULL, NULL},
    {"", "PSUBSCRIBE c*", NULL, NULL},
    {"", "SSUBSCRIBE c", NULL, NULL},
    {"SUBSCRIBE c;UNSUBSCRIBE c", "SUBSCRIBE c", NULL, NULL},
    {"@SUBSCRIBE c;@PSUBSCRIBE c*", "PUBLISH c %", NULL, NULL},
    {"@SSUBSCRIBE c", "SPUBLISH c %", NULL, NULL},
    {"@SUBSCRIBE c d", "PUBSUB CHANNELS", NULL, NULL},
    {"@SUBSCRIBE c d", "PUBSUB NUMSUB c d e", NULL, NULL},
    {"CONFIG SET notify-keyspace-events KEA;@PSUBSCRIBE *", "SET k v",
     "CONFIG SET notify-keyspace-events x;CONFIG SET notify-keyspace-events ", NULL},
    {"@MONITOR", "SET k %", NULL, NULL},
    {"", "MONITOR", NULL, NULL},
    {"SET k v;@HELLO 3;@CLIENT TRACKING ON;@GET k", "SET k w", NULL, NULL},
    {"SET k v;@HELLO 3;@CLIENT TRACKING ON BCAST PREFIX k", "SET k w", NULL, NULL},
    {"HELLO 3;CLIENT TRACKING ON", "GET k", NULL, NULL},
    {"HELLO 3", "CLIENT TRACKING ON BCAST PREFIX a PREFIX b", NULL, NULL},

    {"", "HELLO 3 AUTH default x SETNAME me", NULL, NULL},
    {"", "CLIENT SETNAME me", NULL, NULL},
    {"", "CLIENT LIST", NULL, NULL},
    {"", "CLIENT INFO", NULL, NULL},
    {"", "CLIENT KILL TYPE pubsub", NULL, NULL},
    {"", "COMMAND", NULL, NULL},
    {"", "COMMAND DOCS get set", NULL, NULL},
    {"", "COMMAND GETKEYS MSET a 1 b 2", NULL, NULL},
    {"", "COMMAND LIST FILTERBY PATTERN s*", NULL, NULL},
    {"", "CONFIG GET *", NULL, NULL},
    {"", "CONFIG SET maxmemory 1gb timeout 7",
     "CONFIG SET maxmemory 0 timeout 0", NULL},
    {"", "CONFIG SET requirepass x", "CONFIG SET requirepass ", NULL},
    {"", "CONFIG SET timeout 7 requirepass x save  maxclients 77",
     "CONFIG SET timeout 0 requirepass  maxclients 10000", NULL},
    {"", "INFO everything", NULL, NULL},
    {"MSET #40", "MEMORY USAGE 1", NULL, NULL},
    {"", "MEMORY STATS", NULL, NULL},
    {"CONFIG SET slowlog-log-slower-than 0", "SET k %",
     "CONFIG SET slowlog-log-slower-than 10000", NULL},
    {"CONFIG SET slowlog-log-slower-than 0;SET k %", "SLOWLOG GET",
     "CONFIG SET slowlog-log-slower-than 10000;SLOWLOG RESET", NULL},
    {"", "LATENCY HISTOGRAM", NULL, NULL},
    {"", "DBSIZE", NULL, NULL},
    {"", "NOSUCHCOMMAND a b", NULL, NULL},

    {"", "ACL SETUSER u on >pw ~a* &c +get +select|0 (+set ~b)",
     "ACL DELUSER u", NULL},
    {"ACL SETUSER u on >pw ~a* +@all +select|0 (+set ~b)",
     "ACL SETUSER u >two ~b +get -set", "ACL DELUSER u", NULL},
    {"ACL SETUSER u on", "ACL DELUSER u", NULL, NULL},
    {"ACL SETUSER u on >pw ~a* +@all +select|0 (+set ~b)", "ACL GETUSER u",
     "ACL DELUSER u", NULL},
    {"ACL SETUSER u on nopass +@all ~a;AUTH u x", "MGET a a a",
     "ACL DELUSER u", NULL},
    {"ACL SETUSER u on nopass +@all ~a;AUTH u x", "GET b",
     "ACL DELUSER u;ACL LOG RESET", NULL},
    {"ACL SETUSER u on nopass +@all ~a;AUTH u wrong;AUTH u x", "ACL LOG",
     "ACL DELUSER u;ACL LOG RESET", NULL},
    {"", "AUTH default x", NULL, NULL},
    {"", "RESET", NULL, NULL},
};

/* A client for whom there is no memory is not let in. */
static void a_session_without_memory(void **state)
{
    (void)state;
    size_t used = memory_used();
    struct session *session;
    bool full;
    assert_true(open_still_core(&core));
    unsigned long nth = 0;
    do {
        scarce_begin(++nth, true);
        session = session_open(&core, &no_wire, NOW, &full);
        assert_true(scarce_end() == 1 || session != NULL);
        assert_false(full);
        if (session != NULL)
            session_close(session);
    } while (session == NULL);
    close_still_core(&core);
    assert_int_equal(memory_used(), used);
}

/* The thread sanitizer takes twenty times as long and looks for what there is
 * not, threads: every twentieth scene is enough for it. */
#ifdef __SANITIZE_THREAD__
#define STEP 20
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define STEP 20
#endif
#endif
#ifndef STEP
#define STEP 1
#endif

int main(void)
{
    struct CMUnitTest tests[COUNT(scenes) / STEP + 2] = {
        cmocka_unit_test(a_session_without_memory)};
    for (size_t i = 0; i < COUNT(scenes); i += STEP)
        tests[i / STEP + 1] = (struct CMUnitTest){
            .name = scenes[i].then, .test_func = all_or_nothing,
            .initial_state = (void *)&scenes[i]};
    return _cmocka_run_group_tests("scarce", tests,
                                   (COUNT(scenes) - 1) / STEP + 2, NULL, NULL);
}
