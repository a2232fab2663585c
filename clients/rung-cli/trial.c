#include "trial.h"

#include "exchange.h"
#include "interrupt.h"
#include "request.h"
#include "say.h"
#include "trace.h"

#include <stdio.h>
#include <time.h>

enum {
    CUT_PAUSE = 2,   /* ms between the two parts of a cut request, so that the
                      * server reads them one by one */
    RESET_PAUSE = 50 /* ms for the server to notice a reset */
};

static void sleep_ms(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000,
                            .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static size_t size_of(const struct slices *requests)
{
    return buf_len(&requests->bytes);
}

/* ---- cut at every byte ---- */

static void show_difference(struct slice whole, struct slice cut)
{
    struct trace trace = {.on = true};
    trace_bytes(&trace, whole, "the answer to the request in one piece");
    trace_bytes(&trace, cut, "the answer to the request in two pieces");
}

/* Sends the requests in two writes. 0: the same bytes come back; 1: others;
 * -1: no answer. */
static int try_cut(struct talk *talk, const struct slices *requests, size_t cut,
                   struct slice whole)
{
    struct buf answer = {0};
    int result = -1;
    bool came = exchange(talk, &(struct parcel){.requests = requests,
                                                .first = cut,
                                                .pause = CUT_PAUSE,
                                                .unshown = true,
                                                .keep = &answer});
    if (came)
        result = slice_equal(buf_slice(&answer), whole) ? 0 : 1;
    if (result != 0)
        say("That was with a cut after byte %zu of %zu", cut,
            size_of(requests));
    if (result == 1)
        show_difference(whole, buf_slice(&answer));
    buf_free(&answer);
    return result;
}

static bool try_every_cut(struct talk *talk, const struct slices *requests,
                          struct slice whole)
{
    size_t cuts = size_of(requests) - 1, different = 0;
    for (size_t cut = 1; cut <= cuts; cut++) {
        int result = try_cut(talk, requests, cut, whole);
        if (result < 0)
            return false;
        different += (size_t)result;
    }
    printf("%zu cuts, after each byte but the last: ", cuts);
    if (different > 0)
        printf("%zu times another answer\n", different);
    else
        printf("always the same answer\n");
    return different == 0;
}

static bool split_every(struct talk *talk, const struct parcel *parcel)
{
    struct buf whole = {0};
    struct parcel first = *parcel;
    first.keep = &whole;
    bool good = exchange(talk, &first) &&
                try_every_cut(talk, parcel->requests, buf_slice(&whole));
    buf_free(&whole);
    return good;
}

/* ---- reset ---- */

/* Is somebody still listening? A server that died of the reset is not. */
static bool still_accepts(struct talk *talk)
{
    char why[256];
    sleep_ms(RESET_PAUSE);
    if (!link_open(&talk->link, talk->options, why, sizeof why)) {
        say("After the reset: %s", why);
        return false;
    }
    talk_hang_up(talk);
    printf("Reset; the server accepts the next connection\n");
    return true;
}

static bool send_and_reset(struct talk *talk, const struct parcel *parcel)
{
    struct parcel unanswered = *parcel;
    unanswered.no_answer = true;
    if (!exchange(talk, &unanswered))
        return false;
    link_reset(&talk->link);
    talk_hang_up(talk);
    return still_accepts(talk);
}

/* ---- all of them ---- */

static bool run_once(struct talk *talk, const struct slices *requests,
                     const struct slices *words)
{
    const struct options *options = talk->options;
    size_t piece = options->drip > 0 ? 1 : 0;
    struct parcel parcel = {.requests = requests,
                            .words = words,
                            .first = piece,
                            .step = piece,
                            .pause = options->drip,
                            .half_close = options->half_close};
    if (!talk_connect(talk))
        return false;
    if (options->split_every)
        return split_every(talk, &parcel);
    if (options->reset)
        return send_and_reset(talk, &parcel);
    return exchange(talk, &parcel);
}

bool trial_run(struct talk *talk, const struct slices *requests,
               const struct slices *words)
{
    const struct options *options = talk->options;
    double least = 0, most = 0, sum = 0;
    long done = 0;
    for (; done < options->repeat && !interrupted(); done++) {
        if (!run_once(talk, requests, words))
            return false;
        least = done == 0 || talk->took < least ? talk->took : least;
        most = talk->took > most ? talk->took : most;
        sum += talk->took;
    }
    if (options->time && done > 1)
        printf("%ld times: at least %.3f, on average %.3f, at most %.3f ms\n",
               done, least, sum / (double)done, most);
    return true;
}

bool trial_run_words(struct talk *talk, const struct slices *words)
{
    const struct options *options = talk->options;
    long copies = options->pipeline > 0 ? options->pipeline : 1;
    struct slices requests = {0};
    bool good = true;
    for (long i = 0; i < copies && good; i++)
        good = request_append(&requests.bytes, options->proto, words) &&
               slices_end(&requests);
    if (good)
        good = trial_run(talk, &requests, words);
    else
        say("The request is too long");
    slices_free(&requests);
    return good;
}
