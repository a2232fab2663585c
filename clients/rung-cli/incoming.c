#include "state.h"

#include "known.h"
#include "say.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>

enum { SLOW = 500 /* ms: the prompt then says how long an answer took */ };

static bool is_pushed(const struct answer *answer)
{
    return answer->proto == PROTO_RESP && answer->reply.values[0].type == '>';
}

/* From the first write to the read that completed the answer. */
static double took_ms(const struct state *state)
{
    return (double)(state->heard - state->started) / 1000;
}

static void show_time(const struct state *state)
{
    const struct talk *talk = state->talk;
    double ms = took_ms(state);
    if (talk->options->time)
        printf("(%.3f ms)\n", ms);
    else if (talk->patient && !talk->options->raw && !state->streaming &&
             ms >= SLOW)
        printf("(%.2fs)\n", ms / 1000);
}

static void show_answer(struct state *state, struct slice bytes)
{
    const struct talk *talk = state->talk;
    const struct slices *words = state->parcel->words;
    bool text = talk->options->proto == PROTO_RESP && words != NULL &&
                known_text(words);
    struct buf out = {0};
    answer_show(&talk->answer, bytes, talk->options->raw || text, &out);
    /* Such a text brings its own last newline. */
    if (!out.failed)
        fwrite(buf_slice(&out).data, 1, buf_len(&out) - text, stdout);
    else
        say("There is no memory to show a reply of %zu bytes", bytes.len);
    buf_free(&out);
}

/* The answer may be the first of a stream, and a push may be an answer. */
static bool counts(struct state *state, struct slice bytes, bool error)
{
    const struct talk *talk = state->talk;
    const struct slices *words = state->parcel->words;
    bool pushed = is_pushed(&talk->answer);
    if (words == NULL || talk->options->proto != PROTO_RESP)
        return !pushed;
    if (state->answers == 0 && !error && known_stream(words) &&
        !slice_equal(bytes, SLICE("+QUEUED\r\n"))) {
        state->streaming = true;
        if (!talk->options->raw && known_subscription(words))
            printf("Reading messages... (press Ctrl-C to quit)\n");
    }
    return !pushed || state->streaming || known_farewell(words);
}

/* `bytes` are a complete answer. */
static void take_answer(struct state *state, struct slice bytes)
{
    struct talk *talk = state->talk;
    const struct parcel *parcel = state->parcel;
    bool error = answer_is_error(&talk->answer, bytes);
    bool counted = counts(state, bytes, error);
    if (parcel->keep != NULL && counted)
        buf_append(parcel->keep, bytes.data, bytes.len);
    if (!parcel->unshown && (counted || !talk->options->raw)) {
        show_answer(state, bytes);
        show_time(state);
        fflush(stdout);
    }
    if (!counted)
        return;
    talk->error_seen = talk->error_seen || error;
    if (parcel->words != NULL)
        talk_note(talk, parcel->words, bytes);
    state->answers++;
    state->moved = now_us();
    talk->took = took_ms(state);
}

/* The part of the first `len` bytes of link.in that was not traced yet. */
static struct slice untraced(const struct state *state, size_t len)
{
    struct slice in = buf_slice(&state->talk->link.in);
    return (struct slice){in.data + state->traced, len - state->traced};
}

static void trace_incomplete(struct state *state, struct slice bytes)
{
    char text[128];
    answer_missing(&state->talk->answer, bytes, text, sizeof text);
    trace_bytes(&state->trace, untraced(state, bytes.len), "%s", text);
    state->traced = bytes.len;
}

/* Takes the first answer off what has arrived. */
static enum reply_result take_first(struct state *state)
{
    struct talk *talk = state->talk;
    struct slice bytes = buf_slice(&talk->link.in);
    enum reply_result result = answer_parse(&talk->answer, bytes);
    if (result == REPLY_MORE)
        trace_incomplete(state, bytes);
    if (result != REPLY_DONE)
        return result;
    bytes.len = talk->answer.len;
    trace_bytes(&state->trace, untraced(state, bytes.len), "end of reply %zu",
                state->answers + 1);
    take_answer(state, bytes);
    buf_consume(&talk->link.in, bytes.len);
    answer_next(&talk->answer);
    state->traced = 0;
    return REPLY_DONE;
}

static enum outcome take_answers(struct state *state)
{
    enum reply_result result = REPLY_DONE;
    while (result == REPLY_DONE && buf_len(&state->talk->link.in) > 0 &&
           !state_has_answers(state))
        result = take_first(state);
    return result == REPLY_BAD ? NONSENSE : GOING_ON;
}

enum outcome incoming_receive(struct state *state)
{
    ssize_t n = link_receive(&state->talk->link);
    if (n == 0)
        return ENDED;
    if (n < 0)
        return errno == EAGAIN ? GOING_ON : BROKEN;
    state->heard = now_us();
    trace_read(&state->trace, (size_t)n, took_ms(state));
    if (!state_is_raw(state))
        return take_answers(state);
    size_t len = buf_len(&state->talk->link.in);
    trace_bytes(&state->trace, untraced(state, len), "%zu so far", len);
    state->traced = len;
    return GOING_ON;
}

void incoming_take_raw(struct state *state)
{
    struct talk *talk = state->talk;
    struct slice bytes = buf_slice(&talk->link.in);
    if (answer_parse(&talk->answer, bytes) != REPLY_DONE)
        return;
    take_answer(state, bytes);
    buf_consume(&talk->link.in, bytes.len);
    answer_next(&talk->answer);
}

enum outcome incoming_settle(struct state *state)
{
    struct talk *talk = state->talk;
    for (;;) {
        struct slice in = buf_slice(&talk->link.in);
        if (in.len == 0)
            return COMPLETE;
        if (talk->options->proto != PROTO_RESP || in.data[0] != '>')
            return UNASKED;
        enum reply_result result = take_first(state);
        if (result != REPLY_DONE)
            return result == REPLY_MORE ? COMPLETE : NONSENSE;
    }
}
