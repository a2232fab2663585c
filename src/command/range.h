/* Ranges of numbers, of which negative ones count from the end: -1 is the
 * last. */
#ifndef RANGE_H
#define RANGE_H

#include <stdbool.h>
#include <stddef.h>

/* As LRANGE and ZRANGE take them: how many of `len` elements there are from the
 * first to the last; *first is then at least 0. */
static inline size_t clip_indices(long long *first, long long last, size_t len)
{
    long long n = (long long)len;
    if (*first < 0)
        *first = *first + n < 0 ? 0 : *first + n;
    if (last < 0)
        last += n;
    if (last >= n)
        last = n - 1;
    return *first > last ? 0 : (size_t)(last - *first + 1);
}

/* As GETRANGE and BITCOUNT take them: the first and the last that there are
 * among `len`. A last one before all is the first here. False: none is. */
static inline bool clip_range(long long *first, long long *last, long long len)
{
    if (*first < 0)
        *first = *first + len < 0 ? 0 : *first + len;
    if (*last < 0)
        *last = *last + len < 0 ? 0 : *last + len;
    if (*last >= len)
        *last = len - 1;
    return *first <= *last;
}

/* Are both counted from the end, in the wrong order? Near the start, clipping
 * would make one and the same of them. */
static inline bool is_backwards(long long first, long long last)
{
    return first < 0 && last < 0 && first > last;
}

#endif
