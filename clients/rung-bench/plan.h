/* What is to be done, made before the first request and only read from then
 * on, by all threads. */
#ifndef PLAN_H
#define PLAN_H

#include "options.h"
#include "request.h"

struct plan {
    const struct options *options;
    bool fill; /* SET each key once, in order, and nothing else */
    struct request get, set; /* `set` is the user's command if there is one */
    uint64_t limit;          /* requests that are measured, at most */
    struct zipf zipf;        /* for draws by Zipf's law */

    /* Nanoseconds of the monotonic clock. */
    int64_t start;    /* requests leave from here on, */
    int64_t measured; /* count if they are begun from here on, */
    int64_t end;      /* and none is begun from here on */
    double gap;       /* open loop: between two requests; 0: closed loop */
};

/* False after saying why; plan_free in any case. */
bool plan_make(struct plan *plan, const struct options *options, bool fill);
void plan_free(struct plan *plan);

/* It starts now. */
void plan_start(struct plan *plan);

/* A thread's own draws. */
struct draw plan_draw(const struct plan *plan, size_t thread);

/* Whether the client's k-th request is a GET. It is computed again when the
 * reply comes, so that nobody has to remember. */
bool plan_is_get(const struct plan *plan, size_t client, uint64_t k);

/* Open loop: when the client's k-th request should be sent. Clients take turns,
 * one gap after the other. */
static inline int64_t plan_intended(const struct plan *plan, size_t client,
                                    uint64_t k)
{
    double turn = (double)k * (double)plan->options->connections;
    return plan->start + (int64_t)((turn + (double)client) * plan->gap);
}

#endif
