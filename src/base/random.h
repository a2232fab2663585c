/* Random numbers that decide nothing secret: which element, which level. Each
 * thread has a generator of its own, seeded by the kernel, so that threads
 * share nothing and two runs differ. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

uint64_t random_bits(void);

/* A number from 0 to n - 1; n is at least 1. */
size_t random_index(size_t n);

#endif
