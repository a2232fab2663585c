/* Sessions to talk to, without sockets: a core in which nothing happens by
 * itself (it has no housekeeper), at a time that the test tells. */
#ifndef TALK_H
#define TALK_H

#include "unit.h"

#include "session/session.h"

enum { NOW = 1000000 /* milliseconds, monotonic */, TALK_DATABASES = 2 };

static inline void ignore_hang_up(void *wire, enum hang_up how)
{
    (void)wire;
    (void)how;
}

static inline void ignore_ring(void *wire)
{
    (void)wire;
}

static inline bool never_leaves(void *wire)
{
    (void)wire;
    return false;
}

static const struct wire no_wire = {.hang_up = ignore_hang_up,
                                    .ring = ignore_ring,
                                    .has_left = never_leaves,
                                    .peer = "127.0.0.1:1",
                                    .local = ""};

static inline void ignore_stop(void)
{
}

static inline bool configure(struct core *core, const char *name,
                             const char *value)
{
    struct slice word = text(value);
    struct config_error error;
    return config_set(&core->config, CONFIG_START, text(name), &word, 1,
                      &error);
}

static inline bool open_still_core(struct core *core)
{
    memset(core, 0, sizeof *core);
    core->io_model = "none";
    core->stop = ignore_stop;
    tracking_open(&core->tracking);
    return config_open(&core->config) && configure(core, "databases", "2") &&
           log_open(&core->log, "/dev/null", LOG_NOTHING) &&
           store_open(&core->store, TALK_DATABASES) &&
           core_open_records(core) && clients_open(&core->clients) &&
           pubsub_open(&core->pubsub,
                       &core->config.output_limits[CLASS_PUBSUB]);
}

static inline void close_still_core(struct core *core)
{
    tracking_close(&core->tracking);
    pubsub_close(&core->pubsub);
    clients_close(&core->clients);
    core_close_records(core);
    store_close(&core->store);
    log_close(&core->log);
    config_close(&core->config);
}

static inline struct session *start_session(struct core *core)
{
    bool full;
    struct session *session =
        session_open(core, &no_wire, NOW, &full);
    assert_non_null(session);
    return session;
}

/* Feeds a copy that is gone afterwards. */
static inline void say_at(struct session *session, struct slice bytes,
                          int64_t now)
{
    char *copy = exact_copy(bytes);
    session_feed(session, copy, bytes.len, now);
    free(copy);
}

static inline void say(struct session *session, struct slice bytes)
{
    say_at(session, bytes, NOW);
}

/* Takes all replies, in portions of `portion` bytes; the caller frees them. */
static inline struct buf hear_at(struct session *session, size_t portion,
                                 int64_t now)
{
    struct buf heard = {0};
    struct slice output = session_output(session);
    while (output.len > 0) {
        size_t len = output.len < portion ? output.len : portion;
        buf_append(&heard, output.data, len);
        session_sent(session, len, now);
        output = session_output(session);
    }
    assert_false(heard.failed);
    return heard;
}

static inline struct buf hear(struct session *session)
{
    return hear_at(session, SIZE_MAX, NOW);
}

/* Words with one space between become the array that a client sends. */
static inline void append_array(struct buf *wire, struct slice words)
{
    struct reply array = {.bytes = *wire, .version = 2};
    size_t n = 1;
    for (size_t i = 0; i < words.len; i++)
        n += words.data[i] == ' ';
    reply_array(&array, n);
    while (n-- > 0) {
        const char *space = memchr(words.data, ' ', words.len);
        size_t len = space ? (size_t)(space - words.data) : words.len;
        reply_bulk(&array, (struct slice){words.data, len});
        words.data += len + 1;
        words.len -= space ? len + 1 : len;
    }
    *wire = array.bytes;
    assert_false(wire->failed);
}

static inline void ask(struct session *session, const char *words)
{
    struct buf wire = {0};
    append_array(&wire, text(words));
    say(session, buf_slice(&wire));
    buf_free(&wire);
}

static inline void check_heard(struct session *session, struct slice expected,
                               const char *file, int line)
{
    struct buf heard = hear(session);
    check_bytes(buf_slice(&heard), expected, file, line);
    buf_free(&heard);
}

#define assert_heard(session, ...)                                             \
    check_heard((session), (__VA_ARGS__), __FILE__, __LINE__)

/* Asks, and compares the reply. */
#define assert_reply(session, words, reply)                                    \
    do {                                                                       \
        ask((session), (words));                                               \
        assert_heard((session), text(reply));                                  \
    } while (0)

#endif
