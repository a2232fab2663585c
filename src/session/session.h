/* One client's conversation, without its socket: bytes in, bytes out, and what
 * it wants next. The I/O model that owns the socket also owns the session; all
 * calls come from one thread at a time. Nothing here waits for the network.
 *
 *     session_feed ----> requests are run ----> session_output
 *                                               session_sent
 *
 * A client that does not read its replies is not listened to: while more than
 * SESSION_OUTPUT_LIMIT bytes wait, session_wants_input is false and requests
 * that have come already stay where they are. */
#ifndef SESSION_H
#define SESSION_H

#include "core/core.h"
#include "resp/reply.h"
#include "resp/resp.h"

enum { SESSION_OUTPUT_LIMIT = 1 << 20 /* bytes */ };

struct session {
    struct core *core;
    struct client client;
    struct resp_parser parser;
    struct buf in;    /* what is not yet a whole request, or had to wait */
    struct reply out; /* what has not been sent */
    int64_t now;      /* milliseconds, monotonic; as of the last call */
};

/* NULL: no memory, or (then *full is true) `maxclients` are connected. `wire`
 * is what hang_up gets (core/clients.h). */
struct session *session_open(struct core *core, void *wire,
                             void (*hang_up)(void *wire, enum hang_up how),
                             int64_t now, bool *full);
void session_close(struct session *session);

/* Takes `len` bytes that came; runs what is whole. */
void session_feed(struct session *session, const void *data, size_t len,
                  int64_t now);

/* Bytes to send now: borrowed until the next call. */
struct slice session_output(const struct session *session);

/* The first `len` of them are gone; runs requests that had to wait for that. */
void session_sent(struct session *session, size_t len, int64_t now);

/* False: a slow reader, or the conversation is over. */
bool session_wants_input(const struct session *session);

/* Nothing is left to send or to say: close it. */
bool session_done(const struct session *session);

#endif
