/* How much there was in a second, lately: sums looked at every now and then,
 * and the difference to the one of 16 looks before. */
#ifndef RATES_H
#define RATES_H

#include "core/clients.h"

enum { RATE_LOOKS = 16 };

struct rates {
    /* only who looks */
    unsigned long long sums[RATE_LOOKS][COUNTERS];
    int64_t at[RATE_LOOKS]; /* milliseconds, monotonic; 0: not yet */
    size_t next;

    /* any thread */
    atomic_ullong a_second[COUNTERS];
};

/* Called in equal intervals, by one thread. */
void rates_look(struct rates *rates, const unsigned long long sums[COUNTERS],
                int64_t now);

#endif
