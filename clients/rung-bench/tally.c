#include "tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tally_error(struct tally *tally, const char *format, ...)
{
    va_list args;
    if (tally->errors++ > 0)
        return;
    va_start(args, format);
    vsnprintf(tally->first_error, sizeof tally->first_error, format, args);
    va_end(args);
}

void tally_merge(struct tally *tally, const struct tally *other)
{
    histogram_merge(&tally->latency, &other->latency);
    if (tally->errors == 0)
        memcpy(tally->first_error, other->first_error,
               sizeof tally->first_error);
    tally->replies += other->replies;
    tally->hits += other->hits;
    tally->misses += other->misses;
    tally->errors += other->errors;
    tally->unsent += other->unsent;
    tally->cpu += other->cpu;
    if (other->last > tally->last)
        tally->last = other->last;
}
