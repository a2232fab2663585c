/* The loop waits in poll() for whatever comes first: room to send the next
 * piece, bytes from the server, the time for the next piece, the moment to
 * lose patience, or Ctrl-C. It reads while it still sends, so a big request and
 * its big answer never wait for each other. */
#include "exchange.h"

#include "interrupt.h"
#include "state.h"

#include <errno.h>
#include <stdio.h>

/* Raw bytes have no end, so an answer counts as complete when nothing has
 * arrived for so long. */
enum { QUIET = 100 * 1000 /* us */ };

/* Bytes that one write may hold grow by a piece when the last piece is out and
 * the pause is over. */
static void allow_next_piece(struct state *state)
{
    const struct parcel *parcel = state->parcel;
    size_t left = state_total(state) - state->goal;
    if (left == 0 || state->sent < state->goal)
        return;
    bool first = state->goal == 0;
    if (!first && now_us() < state->moved + parcel->pause * 1000)
        return;
    size_t piece = first ? parcel->first : parcel->step;
    state->goal += piece > 0 && piece < left ? piece : left;
}

static void send_some(struct state *state)
{
    struct talk *talk = state->talk;
    const char *data = buf_slice(&state->parcel->requests->bytes).data;
    size_t from = state->sent;
    if (state->started == 0)
        state->started = now_us();
    ssize_t n = link_send(&talk->link, data + from, state->goal - from);
    if (n < 0) {
        state->refused = errno != EAGAIN;
        return;
    }
    state->sent += (size_t)n;
    state->moved = now_us();
    trace_write(&state->trace, state->parcel->requests, from, state->sent);
}

static bool all_sent(const struct state *state)
{
    return state->sent == state_total(state) || state->refused;
}

static void close_half(struct state *state)
{
    if (!state->parcel->half_close || state->closed_half || !all_sent(state))
        return;
    link_half_close(&state->talk->link);
    state->closed_half = true;
    if (state->trace.on)
        printf("closed our half\n");
}

static bool is_quiet(const struct state *state)
{
    int64_t since = now_us() - QUIET;
    return state->heard > 0 && state->heard <= since && state->moved <= since;
}

static bool is_complete(const struct state *state)
{
    if (!all_sent(state))
        return false;
    if (state->parcel->no_answer)
        return true;
    if (state_is_raw(state) && !state->parcel->half_close)
        return is_quiet(state);
    return state_has_answers(state);
}

/* Between two pieces: it is for us to go on. */
static bool is_pausing(const struct state *state)
{
    return state->sent == state->goal && !all_sent(state);
}

/* For so long it may still be quiet; negative: for ever. */
static int64_t patience_us(const struct state *state)
{
    double timeout = state->talk->options->timeout;
    if (timeout <= 0 || state->streaming || state->warned || is_pausing(state))
        return -1;
    int64_t left = state->moved + (int64_t)(timeout * 1e6) - now_us();
    return left > 0 ? left : 0;
}

/* Until it is time to do something, whatever comes; -1: it never is. */
static int wait_ms(const struct state *state)
{
    int64_t wait = patience_us(state), now = now_us();
    if (is_pausing(state))
        wait = state->moved + state->parcel->pause * 1000 - now;
    else if (state_is_raw(state) && state->heard > 0)
        wait = QUIET;
    else if (wait < 0)
        return -1;
    return wait > 0 ? (int)((wait + 999) / 1000) : 0;
}

/* Says so, once, when the timeout is over. True: give up. */
static bool lose_patience(struct state *state)
{
    if (patience_us(state) != 0)
        return false;
    verdict_waiting(state);
    return !state->talk->patient;
}

static enum outcome step(struct state *state)
{
    if (interrupted())
        return INTERRUPTED;
    allow_next_piece(state);
    close_half(state);
    if (is_complete(state))
        return COMPLETE;
    if (lose_patience(state))
        return SILENT;
    bool sending = state->sent < state->goal && !state->refused;
    struct pollfd poller = {.fd = state->talk->link.fd,
                            .events = sending ? POLLIN | POLLOUT : POLLIN};
    if (interrupt_poll(&poller, 1, wait_ms(state)) < 0)
        return errno == EINTR ? GOING_ON : BROKEN;
    if (sending && poller.revents & (POLLOUT | POLLERR | POLLHUP))
        send_some(state);
    if (poller.revents & (POLLIN | POLLERR | POLLHUP))
        return incoming_receive(state);
    return GOING_ON;
}

/* What came since the last exchange belongs to no request: pushes are shown,
 * and the rest too, as a warning. */
static void clear_unasked(struct talk *talk, const struct slices *requests)
{
    struct parcel nothing = {.requests = requests};
    struct state state = {.talk = talk, .parcel = &nothing};
    if (!talk->used)
        return;
    state.started = state.heard = now_us();
    link_receive(&talk->link);
    if (incoming_settle(&state) == COMPLETE)
        return;
    verdict_pass(&state, UNASKED);
    buf_consume(&talk->link.in, buf_len(&talk->link.in));
    answer_next(&talk->answer);
}

bool exchange(struct talk *talk, const struct parcel *parcel)
{
    struct state state = {.talk = talk,
                          .parcel = parcel,
                          .trace.on = talk->options->bytes,
                          .moved = now_us()};
    enum outcome outcome = GOING_ON;
    clear_unasked(talk, parcel->requests);
    while (outcome == GOING_ON)
        outcome = step(&state);
    int error = errno;
    if (state_is_raw(&state) && !parcel->no_answer)
        incoming_take_raw(&state);
    if (outcome == COMPLETE && !parcel->no_answer)
        outcome = incoming_settle(&state);
    errno = error;
    bool good = verdict_pass(&state, outcome);
    talk->used = true;
    if (outcome != COMPLETE)
        talk_hang_up(talk);
    return good;
}
