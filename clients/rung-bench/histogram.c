/* The bucket of a value is found by its highest bit:
 *
 *     value   1 x x x x x x x . . . .      the seven bits below the highest
 *             |<--- 8 bits -->|<- s ->|    choose among the 128 buckets, and
 *                                          the `s` lower ones are dropped
 *
 * The 8 bits are 128 to 255, and s counts the powers of two: s * 128 more. */
#include "histogram.h"

#include <math.h>

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How many of its lower bits are dropped. */
static unsigned shift_of(uint64_t value)
{
    unsigned highest = 63u - (unsigned)__builtin_clzll(value | 1);
    return highest > HISTOGRAM_BITS ? highest - HISTOGRAM_BITS : 0;
}

static uint64_t bucket_of(uint64_t value)
{
    value = least(value, (UINT64_C(1) << HISTOGRAM_MAX_BITS) - 1);
    unsigned shift = shift_of(value);
    return ((uint64_t)shift << HISTOGRAM_BITS) + (value >> shift);
}

/* The largest value that falls into the bucket. */
static uint64_t largest_of(uint64_t bucket)
{
    uint64_t shift = bucket >> HISTOGRAM_BITS;
    if (shift < 2)
        return bucket;
    shift--;
    return ((bucket - (shift << HISTOGRAM_BITS) + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->buckets[bucket_of(value)]++;
    histogram->count++;
    histogram->sum += value;
    if (value > histogram->max)
        histogram->max = value;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        histogram->buckets[i] += other->buckets[i];
    histogram->count += other->count;
    histogram->sum += other->sum;
    if (other->max > histogram->max)
        histogram->max = other->max;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent)
{
    double share = percent / 100 * (double)histogram->count;
    uint64_t wanted = (uint64_t)ceil(share), seen = 0;
    for (uint64_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen >= wanted && seen > 0)
            return least(largest_of(i), histogram->max);
    }
    return histogram->max;
}

double histogram_mean(const struct histogram *histogram)
{
    if (histogram->count == 0)
        return 0;
    return (double)histogram->sum / (double)histogram->count;
}
