/* One exchange: requests go out, their answers come in, and both are shown as
 * they do. It never waits longer than the user allowed without saying what it
 * is waiting for. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "talk.h"

/* Requests that go out together, and how. */
struct parcel {
    const struct slices *requests; /* their bytes */
    const struct slices *words;    /* what each of them says, or NULL */
    size_t first;    /* bytes that the first write may hold; 0: all */
    size_t step;     /* bytes of each of the next */
    long pause;      /* ms between two writes */
    bool half_close; /* then send no more, and read to the end */
    bool no_answer;  /* wait for none */
    bool unshown;    /* do not show the answers */
    struct buf *keep; /* when not NULL: gets a copy of their bytes */
};

/* Sends the parcel and waits for an answer to each of its requests. False,
 * after saying what happened and hanging up, when they did not all come. */
bool exchange(struct talk *talk, const struct parcel *parcel);

#endif
