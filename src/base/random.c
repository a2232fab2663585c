/* SplitMix64 (Steele, Lea and Flood, 2014): a counter in odd steps, whose value
 * is then mixed until every bit depends on every other. */
#include "random.h"

#include <stdlib.h>
#include <sys/random.h>

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

uint64_t random_bits(void)
{
    static _Thread_local uint64_t counter; /* 0: not seeded yet */
    /* So few bytes always come whole, once the system has started. */
    while (counter == 0)
        if (getrandom(&counter, sizeof counter, 0) != sizeof counter)
            abort();
    counter += 0x9e3779b97f4a7c15;
    return mix(counter);
}

/* The high half of the product of n and 64 random bits: what a division would
 * give, and no slower than a multiplication. */
size_t random_index(size_t n)
{
    __extension__ typedef unsigned __int128 wide;
    return (size_t)((wide)random_bits() * n >> 64);
}
