/* The line that tells how it goes, on standard error, written over itself. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum { PROGRESS_TICK = 250000000 /* ns: look so often */ };

struct progress {
    bool shown, fill;
    int64_t began, last; /* ns of the monotonic clock */
    uint64_t seen;       /* replies, at the last look */
};

void progress_start(struct progress *progress, bool shown, bool fill);

/* `seen` replies have come so far. */
void progress_show(struct progress *progress, uint64_t seen);

/* Wipes the line. */
void progress_end(struct progress *progress);

#endif
