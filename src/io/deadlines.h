/* Who has to be woken when: a binary heap, the earliest on top (J. W. J.
 * Williams, "Algorithm 232: Heapsort", 1964). One thread's own. */
#ifndef DEADLINES_H
#define DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct deadline {
    int64_t at;   /* milliseconds, monotonic */
    size_t place; /* in the heap, from 1; 0: it is not there */
};

struct deadlines {
    struct deadline **heap; /* heap[0] is the earliest */
    size_t count, room;
};

void deadlines_free(struct deadlines *deadlines);

/* The deadline is at `at` now, or (NO_DEADLINE) not there. It stays where it is
 * in memory until it is taken out. False: no memory, and it is not there. */
bool deadlines_set(struct deadlines *deadlines, struct deadline *deadline,
                   int64_t at);

/* One that has passed, taken out; or NULL. */
struct deadline *deadlines_take(struct deadlines *deadlines, int64_t now);

/* The earliest one; or NO_DEADLINE. */
int64_t deadlines_next(const struct deadlines *deadlines);

/* The time until then as poll(2) wants it: milliseconds, or -1 for ever. */
int poll_timeout(int64_t deadline, int64_t now);

#endif
