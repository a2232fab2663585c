/* What the three parts of an exchange share: exchange.c sends and waits,
 * incoming.c takes the answers, verdict.c says how it ended. Private. */
#ifndef STATE_H
#define STATE_H

#include "base/clock.h"
#include "exchange.h"
#include "trace.h"

struct state {
    struct talk *talk;
    const struct parcel *parcel;
    struct trace trace;

    size_t sent;      /* bytes that were taken from us */
    size_t goal;      /* bytes that may be sent by now */
    bool closed_half; /* no more will be sent */
    bool refused;     /* the server takes no more */

    size_t answers;   /* complete ones */
    size_t traced;    /* bytes at the start of link.in already shown */
    bool streaming;   /* SUBSCRIBE, MONITOR: answers without end */

    bool warned;      /* that it takes long */
    int64_t started;  /* us: the first write; 0: not yet */
    int64_t moved;    /* us: the last write or complete answer */
    int64_t heard;    /* us: the last read; 0: none */
};

enum outcome {
    GOING_ON,
    COMPLETE,
    ENDED,       /* the server closed the connection */
    BROKEN,      /* it reset the connection, or the network failed: errno */
    NONSENSE,    /* what came is no answer: talk->answer.error */
    UNASKED,     /* more came than the answer */
    SILENT,      /* the timeout is over */
    INTERRUPTED, /* Ctrl-C */
};

/* Reads once and takes the answers that are complete. */
enum outcome incoming_receive(struct state *state);

/* Raw bytes have no end: takes all that came for the answer. */
void incoming_take_raw(struct state *state);

/* Shows the pushes that are complete. UNASKED: there are other bytes. */
enum outcome incoming_settle(struct state *state);

/* Says that it takes long, with what is there and what is missing. */
void verdict_waiting(struct state *state);

/* Says how it ended, unless all is well. Was it what we wanted? */
bool verdict_pass(struct state *state, enum outcome outcome);

static inline int64_t now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

static inline size_t state_total(const struct state *state)
{
    return buf_len(&state->parcel->requests->bytes);
}

static inline bool state_is_raw(const struct state *state)
{
    return state->talk->options->proto == PROTO_RAW;
}

/* Were all the answers seen, and is the end of the stream not wanted? */
static inline bool state_has_answers(const struct state *state)
{
    return !state->streaming && !state->parcel->half_close &&
           state->answers >= state->parcel->requests->count;
}

#endif
