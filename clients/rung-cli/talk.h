/* The conversation with a server: the connection, and what is known about its
 * state. */
#ifndef TALK_H
#define TALK_H

#include "answer.h"
#include "link.h"
#include "slices.h"

struct talk {
    const struct options *options; /* the prompt may change them */
    struct link link;
    struct answer answer; /* the one that is arriving */
    bool used;            /* something was exchanged over this connection */
    bool patient;         /* at the prompt: after --timeout, wait on */
    long db;              /* selected, as far as the answers say */
    bool transaction;     /* MULTI, and no EXEC yet */
    bool error_seen;      /* an answer was an error */
    double took;          /* ms from the last request to its last answer */
};

void talk_init(struct talk *talk, const struct options *options);

/* Makes sure that there is a connection: opens one, or another one when the
 * server has closed it; then logs in and selects the database. False after
 * saying why not. */
bool talk_connect(struct talk *talk);

/* Closes the connection; talk_connect opens another one. */
void talk_hang_up(struct talk *talk);

/* Takes note of what an answer to these words means for the state. `bytes` are
 * the answer's. */
void talk_note(struct talk *talk, const struct slices *words,
               struct slice bytes);

void talk_free(struct talk *talk);

#endif
