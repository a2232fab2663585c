/* Numbers from 1 to n of which the k-th is drawn in proportion to 1 / k^s
 * (Zipf's law): few are asked for very often, most hardly ever, as it is with
 * words, pages and keys. s is the exponent: 0 is uniform, 0.99 usual. */
#ifndef ZIPF_H
#define ZIPF_H

#include <stdint.h>

struct zipf {
    double n, exponent;
    double left, right; /* H(1.5) - 1 and H(n + 0.5), see zipf.c */
    double sure;        /* so close to its k, an x needs no second look */
};

/* n is at least 1, the exponent at least 0. Takes constant time and memory. */
void zipf_init(struct zipf *zipf, uint64_t n, double exponent);

/* From 1 to n; `uniform` is a random number, at least 0 and below 1. Returns 0
 * when it must be tried again with another one (at most every fourth time). */
uint64_t zipf_try(const struct zipf *zipf, double uniform);

#endif
