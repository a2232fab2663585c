/* Ranges of numbers, as GETRANGE, BITCOUNT and LRANGE take them. */
#ifndef RANGE_H
#define RANGE_H

#include <stdbool.h>

/* Turns two numbers, of which negative ones count from the end (-1 is the
 * last), into the first and the last that there are among `len`. False: none
 * is. */
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
