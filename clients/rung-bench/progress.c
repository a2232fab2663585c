#include "progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>

void progress_start(struct progress *progress, bool shown, bool fill)
{
    int64_t now = clock_ns();
    *progress = (struct progress){
        .shown = shown, .fill = fill, .began = now, .last = now};
}

void progress_show(struct progress *progress, uint64_t seen)
{
    int64_t now = clock_ns();
    double since = (double)(now - progress->last) / 1e9;
    if (!progress->shown || now - progress->last < PROGRESS_TICK / 2)
        return;
    fprintf(stderr, "\r\033[K%s%6.1f s  %12" PRIu64 " replies  %10.0f/s",
            progress->fill ? "filling  " : "",
            (double)(now - progress->began) / 1e9, seen,
            (double)(seen - progress->seen) / since);
    progress->last = now;
    progress->seen = seen;
}

void progress_end(struct progress *progress)
{
    if (progress->shown && progress->seen > 0)
        fprintf(stderr, "\r\033[K");
}
