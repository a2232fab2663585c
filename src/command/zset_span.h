/* Which elements of a sorted set a command means: whether it names ranks,
 * scores or members, they lie next to each other. */
#ifndef ZSET_SPAN_H
#define ZSET_SPAN_H

#include "command/zset.h"

enum span_by { BY_RANK, BY_SCORE, BY_MEMBER };

/* What the words say. */
struct span_words {
    enum span_by by;
    long long start, stop;   /* BY_RANK: as in ZRANGE, -1 is the last */
    struct border low, high; /* else */
    bool backwards;          /* from the highest to the lowest; the two words
                              * then name the higher end first, and ranks count
                              * from there */
    long long offset, limit; /* LIMIT; a negative limit: all, a negative
                              * offset: nothing */
};

struct span {
    size_t first, count;
};

/* Reads words `i` and `i` + 1, as `by` and `backwards` say. On false the error
 * has been replied. */
bool span_parse(struct call *call, size_t i, struct span_words *words);

struct span span_of(const struct zset *zset, const struct span_words *words);

#endif
