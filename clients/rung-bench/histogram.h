/* How often each latency was seen, in constant memory and with one addition a
 * value: a log-linear histogram, the idea of Gil Tene's HdrHistogram
 * (http://hdrhistogram.org). Every power of two is cut into 128 equal buckets:
 *
 *     0 1 2 ... 255 | 256 258 ... 510 | 512 516 ... 1020 | 1024 1032 ...
 *     width 1         width 2           width 4            width 8
 *
 * so a value is known to within 1/128 of itself, a nanosecond or an hour. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_BITS = 7,     /* 2^7 buckets for each power of two */
    HISTOGRAM_MAX_BITS = 42, /* larger values (ns: 73 minutes) are taken for
                              * the largest that there is a bucket for */
    HISTOGRAM_BUCKETS = (HISTOGRAM_MAX_BITS - HISTOGRAM_BITS + 1)
                        << HISTOGRAM_BITS,
};

/* All zero is a valid empty histogram. */
struct histogram {
    uint64_t count, sum, max; /* of all values, as they were */
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* Adds all that `other` has seen. */
void histogram_merge(struct histogram *histogram,
                     const struct histogram *other);

/* The value that `percent` of the values (0 to 100) do not exceed: the largest
 * one of its bucket, so at most 1/128 too high; 0 when there are none. */
uint64_t histogram_percentile(const struct histogram *histogram,
                              double percent);

double histogram_mean(const struct histogram *histogram);

#endif
