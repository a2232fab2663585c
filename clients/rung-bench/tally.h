/* What has come of the requests. Each thread counts for itself; in the end the
 * counts are added up. */
#ifndef TALLY_H
#define TALLY_H

#include "histogram.h"

#include <stddef.h>

struct tally {
    struct histogram latency; /* nanoseconds; one for each request counted */
    uint64_t replies;         /* all of them, also those not measured */
    uint64_t hits, misses;    /* GETs that found a value, or not */
    uint64_t errors;          /* whatever should not have happened */
    uint64_t unsent; /* open loop: due, but their client had no turn in time */
    int64_t last;    /* when the last one came; ns of the monotonic clock */
    int64_t cpu;     /* nanoseconds that the threads have computed */
    char first_error[160];
};

/* All zero is a valid empty tally. The text of the first error is kept. */
__attribute__((format(printf, 2, 3)))
void tally_error(struct tally *tally, const char *format, ...);

void tally_merge(struct tally *tally, const struct tally *other);

#endif
