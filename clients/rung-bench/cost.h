/* What a process has taken of the machine so far, as Linux tells others. */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cost {
    int64_t cpu;       /* nanoseconds of processor time */
    uint64_t switches; /* of context, of the threads that still run */
    uint64_t resident; /* bytes of memory */
};

/* False, with errno, when there is no such process or it is not ours. Takes
 * some microseconds for each of its threads. */
bool cost_look(struct cost *cost, pid_t pid);

#endif
