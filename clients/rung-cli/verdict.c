#include "state.h"

#include "say.h"

#include <errno.h>
#include <stdio.h>

/* How far it has come, in words. */
static void describe(const struct state *state, char *text, size_t size)
{
    size_t wanted = state->parcel->requests->count, used = 0;
    if (state->sent < state_total(state))
        used = (size_t)snprintf(text, size,
                                "%zu of %zu bytes of the request were taken; ",
                                state->sent, state_total(state));
    if (wanted > 1 || state->answers > 0)
        used += (size_t)snprintf(text + used, size - used,
                                 "%zu of %zu replies are complete; ",
                                 state->answers, wanted);
    if (state->answers >= wanted && state->closed_half)
        snprintf(text + used, size - used,
                 "the server does not close the connection");
    else
        answer_missing(&state->talk->answer, buf_slice(&state->talk->link.in),
                       text + used, size - used);
}

/* Shows bytes even when nobody asked for a trace. */
static void show_rest(const struct state *state, const char *what)
{
    struct slice in = buf_slice(&state->talk->link.in);
    if (in.len > 0 && !state->trace.on)
        trace_bytes(&(struct trace){.on = true}, in, "%s", what);
    fflush(stdout);
}

static void report(const struct state *state, const char *what)
{
    char text[256];
    describe(state, text, sizeof text);
    say("%s: %s", what, text);
    show_rest(state, "not a whole reply");
}

void verdict_waiting(struct state *state)
{
    char what[64];
    snprintf(what, sizeof what, "Still waiting after %g s%s",
             state->talk->options->timeout,
             state->talk->patient ? " (Ctrl-C gives up)" : "");
    report(state, what);
    state->warned = true;
}

/* The server closed the connection. Is that what the user wanted to see? */
static bool pass_end(struct state *state)
{
    size_t wanted = state->parcel->requests->count;
    size_t rest = buf_len(&state->talk->link.in);
    bool all = state->answers > 0 && rest == 0 &&
               (state->answers >= wanted || state_is_raw(state));
    if (!all || !(state->parcel->half_close || state_is_raw(state))) {
        report(state, "The server closed the connection");
        return false;
    }
    say("The server closed the connection after %zu repl%s", state->answers,
        state->answers == 1 ? "y" : "ies");
    return true;
}

static bool pass_interrupt(struct state *state)
{
    if (state->talk->patient)
        printf("\n"); /* behind the terminal's ^C */
    if (!state->streaming)
        report(state, "Given up");
    return state->streaming;
}

bool verdict_pass(struct state *state, enum outcome outcome)
{
    switch (outcome) {
    case COMPLETE:
        return true;
    case ENDED:
        return pass_end(state);
    case INTERRUPTED:
        return pass_interrupt(state);
    case BROKEN:
        report(state, errno == ECONNRESET || errno == EPIPE
                          ? "The server reset the connection"
                          : strerror(errno));
        return false;
    case NONSENSE:
        say("Error: %s", state->talk->answer.error);
        show_rest(state, "not a reply");
        return false;
    case UNASKED:
        say("More came than the reply: %zu bytes",
            buf_len(&state->talk->link.in));
        show_rest(state, "nobody asked for these");
        return false;
    case SILENT:
    case GOING_ON:
        break;
    }
    return false;
}
