#include "core/rates.h"

/* The next place is the oldest look. Sums may have been forgotten since. */
void rates_look(struct rates *rates, const unsigned long long sums[COUNTERS],
                int64_t now)
{
    size_t i = rates->next;
    unsigned long long ms = (unsigned long long)(now - rates->at[i]);
    for (int c = 0; c < COUNTERS; c++) {
        unsigned long long before = rates->sums[i][c];
        bool grew = rates->at[i] > 0 && ms > 0 && sums[c] >= before;
        atomic_store(&rates->a_second[c],
                     grew ? (sums[c] - before) * 1000 / ms : 0);
        rates->sums[i][c] = sums[c];
    }
    rates->at[i] = now;
    rates->next = (i + 1) % RATE_LOOKS;
}
