/* Which key is next: uniform, by Zipf's law, or one after the other. Each
 * thread draws for itself, and the same seed draws the same keys again. */
#ifndef DRAW_H
#define DRAW_H

#include "zipf.h"

#include <stdbool.h>

struct draw {
    uint64_t state;           /* of the random numbers */
    uint32_t keys;            /* numbers from 0 to keys - 1 are drawn */
    bool in_order, by_zipf;   /* neither: uniform */
    uint64_t next;            /* in order: the number to come, modulo keys */
    struct zipf zipf;
};

/* SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014): a counter whose bits are mixed. */
static inline uint64_t draw_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t draw_bits(struct draw *draw)
{
    return draw_mix(draw->state += 0x9e3779b97f4a7c15u);
}

static inline uint64_t draw_zipf(struct draw *draw)
{
    uint64_t rank;
    do
        rank = zipf_try(&draw->zipf, (double)(draw_bits(draw) >> 11) * 0x1p-53);
    while (rank == 0);
    return rank - 1;
}

/* The next key's number. */
static inline uint64_t draw_key(struct draw *draw)
{
    if (draw->in_order)
        return draw->next++ % draw->keys;
    if (draw->by_zipf)
        return draw_zipf(draw);
    /* The upper half, scaled: no division (Lemire, 2019). */
    return ((draw_bits(draw) >> 32) * draw->keys) >> 32;
}

#endif
