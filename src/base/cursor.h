/* How a walk counts through the buckets of a table, a power of two of them:
 * from the highest bit of their numbers, so that a table may grow and shrink
 * between two steps (types/dict.c and store/shard.c say why). */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdint.h>

static inline uint64_t reverse_bits(uint64_t bits)
{
    uint64_t reversed = 0;
    for (int i = 0; i < 64; i++, bits >>= 1)
        reversed = reversed << 1 | (bits & 1);
    return reversed;
}

/* The bucket behind this one; 0: it was the last. With all bits set above its
 * number, the carry of the reversed count lands in that number's highest bit. */
static inline uint64_t cursor_next(uint64_t cursor, uint64_t buckets)
{
    return reverse_bits(reverse_bits(cursor | ~(buckets - 1)) + 1);
}

#endif
