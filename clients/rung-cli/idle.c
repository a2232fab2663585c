#include "idle.h"

#include "exchange.h"
#include "interrupt.h"
#include "request.h"
#include "say.h"

#include "base/descriptors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE = 100 /* ms for a server to close what it does not want */ };

struct crowd {
    const struct options *options;
    struct talk *talks;
    struct pollfd *polls; /* standard input, then every connection */
    size_t count;         /* open connections; talks and polls[1...] */
    size_t lost;          /* of them, closed by the server */
};

static bool greet(struct talk *talk, const struct slices *requests)
{
    bool answered =
        exchange(talk, &(struct parcel){.requests = requests, .unshown = true});
    if (talk->link.fd >= 0)
        buf_free(&talk->link.in); /* it is large, and we are many */
    return answered;
}

/* Opens one more. False, after saying why, when it did not get in. */
static bool let_in(struct crowd *crowd, const struct slices *requests)
{
    struct talk *talk = &crowd->talks[crowd->count];
    talk_init(talk, crowd->options);
    bool in = talk_connect(talk) &&
              (requests->count == 0 || greet(talk, requests));
    if (!in) {
        talk_free(talk);
        say("That was connection %zu of %ld", crowd->count + 1,
            crowd->options->connections);
        return false;
    }
    crowd->count++;
    crowd->polls[crowd->count] = (struct pollfd){.fd = talk->link.fd,
                                                 .events = POLLIN};
    return true;
}

/* Nobody was asked anything, so what can be read is the end, or a farewell
 * such as "-ERR max number of clients reached" and then the end. */
static void count_lost(struct crowd *crowd)
{
    for (size_t i = 1; i <= crowd->count; i++) {
        struct pollfd *poller = &crowd->polls[i];
        char bytes[256];
        if (poller->fd < 0 || poller->revents == 0)
            continue;
        ssize_t n = read(poller->fd, bytes, sizeof bytes);
        if (n > 0 || (n < 0 && errno == EAGAIN))
            continue;
        poller->fd = -1; /* poll() passes over it */
        crowd->lost++;
    }
}

/* Waits for something to happen. False: time is over, or the user wants to
 * stop. */
static bool wait_for_news(struct crowd *crowd, int ms)
{
    crowd->polls[0].revents = 0;
    int n = interrupt_poll(crowd->polls, (nfds_t)crowd->count + 1, ms);
    if (n > 0)
        count_lost(crowd);
    return !interrupted() && n > 0 && crowd->polls[0].revents == 0;
}

static void report(const struct crowd *crowd, const char *what)
{
    printf("%zu of %ld connections %s", crowd->count - crowd->lost,
           crowd->options->connections, what);
    if (crowd->lost > 0)
        printf("; the server closed %zu", crowd->lost);
    printf("\n");
    fflush(stdout);
}

static void keep_open(struct crowd *crowd)
{
    size_t lost = crowd->lost;
    crowd->polls[0].fd = STDIN_FILENO;
    if (isatty(STDIN_FILENO)) {
        printf("Press Enter to close them\n");
        fflush(stdout);
    }
    while (!interrupted() && crowd->polls[0].revents == 0) {
        wait_for_news(crowd, -1);
        if (crowd->lost != lost)
            report(crowd, "are still open");
        lost = crowd->lost;
    }
}

static bool run(struct crowd *crowd, const struct slices *requests)
{
    size_t wanted = (size_t)crowd->options->connections;
    while (crowd->count < wanted && !interrupted())
        if (!let_in(crowd, requests))
            break;
    crowd->polls[0] = (struct pollfd){.fd = -1, .events = POLLIN};
    while (wait_for_news(crowd, SETTLE))
        ;
    report(crowd,
           requests->count > 0 ? "are open, and were answered" : "are open");
    bool all = crowd->count - crowd->lost == wanted;
    if (crowd->count > 0)
        keep_open(crowd);
    return all;
}

bool idle_run(const struct options *options, const struct slices *words)
{
    size_t wanted = (size_t)options->connections;
    struct crowd crowd = {.options = options,
                          .talks = calloc(wanted, sizeof *crowd.talks),
                          .polls = calloc(wanted + 1, sizeof *crowd.polls)};
    struct slices requests = {0};
    bool good = crowd.talks != NULL && crowd.polls != NULL &&
                (words->count == 0 ||
                 (request_append(&requests.bytes, options->proto, words) &&
                  slices_end(&requests)));
    if (!good)
        complain("no memory for %zu connections", wanted);
    descriptors_raise();
    good = good && run(&crowd, &requests);
    for (size_t i = 0; i < crowd.count; i++)
        talk_free(&crowd.talks[i]);
    free(crowd.talks);
    free(crowd.polls);
    slices_free(&requests);
    return good;
}
