/* Expiry options, from words to deadlines. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "command/command.h"

/* How a command counts: EX, PX, EXAT, PXAT. */
struct deadline_unit {
    bool seconds;  /* else milliseconds */
    bool absolute; /* since 1970, else from now */
};

/* Reads word `i` as a deadline on the monotonic clock; it may have passed. On
 * false the error has been replied. */
bool arg_deadline(struct call *call, size_t i, struct deadline_unit unit,
                  int64_t *deadline);

/* Likewise, but a time of zero or less is an error too. */
bool arg_future(struct call *call, size_t i, struct deadline_unit unit,
                int64_t *deadline);

/* The deadline in milliseconds since 1970. */
int64_t deadline_wall_time(const struct call *call, int64_t deadline);

#endif
