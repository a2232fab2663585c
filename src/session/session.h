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
#include "store/lockset.h"

enum { SESSION_OUTPUT_LIMIT = 1 << 20 /* bytes */ };

struct session {
    struct core *core;
    struct client client;
    struct resp_parser parser;
    struct buf in;    /* what is not yet a whole request, or had to wait */
    struct reply out; /* what has not been sent */
    int64_t measured; /* nanoseconds: what came before is accounted for; or 0 */
    const struct command *counted; /* what was done since, */
    unsigned runs;                 /* so many times */
    size_t replied;                /* bytes of output when it began */
    unsigned long long errors_noted; /* of out.errors */
    int64_t now;      /* milliseconds, monotonic; as of the last call */
    const struct command *latest; /* found in the table; or NULL */
    struct lockset held; /* if it holds: the locks of the last requests */
    bool holds;
    unsigned held_runs;    /* requests that were run under them */
    size_t held_at;        /* bytes of output when they were taken */
    struct entry *garbage; /* what is to be freed once they are released */
    struct transaction *transaction; /* session/transaction.h, or NULL */
    struct blocked *blocked;         /* session/blocked.h: it waits, or NULL */
    int64_t blocked_until;
};

/* NULL: no memory, or (then *full is true) `maxclients` are connected. */
struct session *session_open(struct core *core, const struct wire *wire,
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

/* Mail may come at any time: the model has to wait for the bell as well as for
 * the socket, until session_deadline, and to call session_wake after either. */
bool session_expects_mail(const struct session *session);
int64_t session_deadline(const struct session *session);

/* Takes the mail, and ends a wait that is over; goes on with what had to wait
 * for that. */
void session_wake(struct session *session, int64_t now);

/* Nothing is left to send or to say: close it. */
bool session_done(const struct session *session);

#endif
