/* Playing a script against a server.
 *
 *     struct wire_script script;
 *     struct wire_failure failure;
 *     char error[WIRE_ERROR];
 *     if (!wire_load(&script, "ping.wire", error))
 *         ...
 *     struct wire_target target = {.host = "127.0.0.1", .port = "7000"};
 *     if (!wire_play(&script, &target, &failure)) {
 *         wire_report(stderr, &script, &target, &failure, NULL);
 *         wire_failure_free(&failure);
 *     }
 *     wire_free(&script);
 */
#ifndef WIRE_PLAY_H
#define WIRE_PLAY_H

#include "base/buf.h"
#include "wire/script.h"

#include <stdio.h>

struct wire_target {
    const char *host, *port;
    double timeout_scale; /* 0 is 1: wait at most 5 s for the next byte */
    /* Called before each step, when not NULL: for a player that shows what it
     * does. `counter` is the innermost repeat's, or 0. */
    void (*trace)(void *context, const struct wire_step *step, long counter);
    void *context;
};

enum wire_trouble {
    WIRE_DIFFERENT, /* other bytes came */
    WIRE_SILENCE,   /* no more bytes came */
    WIRE_ENDED,     /* the server closed the connection instead */
    WIRE_ABORTED,   /* the server reset the connection instead */
    WIRE_OPEN,      /* the server should have closed the connection */
    WIRE_EXTRA,     /* bytes came after the last that is due */
    WIRE_REFUSED,   /* connecting failed */
    WIRE_STUCK,     /* the server does not take the bytes it is sent */
    WIRE_GREEDY,    /* the server takes requests without end (flood) */
    WIRE_LOCAL,     /* it is us: no memory, no descriptor */
};

enum { WIRE_TRAIL = 8 /* steps that a report looks back */ };

struct wire_moment {
    const struct wire_step *step;
    long counter; /* of the innermost repeat, or 0 */
};

/* What went wrong, with all that a report needs to explain it. */
struct wire_failure {
    enum wire_trouble trouble;
    int error;                            /* errno, for REFUSED and LOCAL */
    struct wire_moment trail[WIRE_TRAIL]; /* the last one is the culprit */
    size_t trail_len;
    bool at_end;                   /* all steps done: closing down */
    char conn[64];                 /* which connection, such as "c[7]" */
    char detail[96];               /* "cut at byte 7 of 40", or "" */
    struct buf expected, received; /* by the step, from its first byte */
    struct buf wild;               /* 1 for each expected byte that varies */
    size_t same;                   /* the first bytes, which agree */

    /* For the guess at the cause. */
    struct buf sent; /* on this connection, its first WIRE_SENT bytes */
    size_t sent_total;
    bool split;     /* the last send went out in pieces */
    size_t frames;  /* items in the last send */
    size_t others;  /* other connections that are open */
    bool was_reset; /* an earlier step reset a connection */
};

enum { WIRE_SENT = 1024 };

/* Plays the steps, then closes down every open connection: our side first,
 * and then the server must close too, having sent nothing more. True when all
 * of it went as written; otherwise `failure` is filled. */
bool wire_play(const struct wire_script *script,
               const struct wire_target *target, struct wire_failure *failure);
void wire_failure_free(struct wire_failure *failure);

/* What only the caller knows; any of them may be NULL. */
struct wire_context {
    const char *again; /* the command that runs just this test once more */
    const char *died;  /* what became of the server: "the server died of ..." */
    const char *port;  /* to use in an example, when target->port is gone */
};

/* Prints the failure for a human. `context` may be NULL. */
void wire_report(FILE *out, const struct wire_script *script,
                 const struct wire_target *target,
                 const struct wire_failure *failure,
                 const struct wire_context *context);

#endif
