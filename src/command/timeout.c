#include "command/timeout.h"
#include "command/number.h"

#include <limits.h>

/* What is too large to be counted in milliseconds is negative to Redis, too. */
bool arg_timeout(struct call *call, size_t i, int64_t *timeout)
{
    long double seconds;
    if (!parse_long_double(arg(call, i), &seconds)) {
        reply_error(call->out, "ERR timeout is not a float or out of range");
        return false;
    }
    long double milliseconds = seconds * 1000;
    if (milliseconds <= -1 || milliseconds > (long double)LLONG_MAX) {
        reply_error(call->out, "ERR timeout is negative");
        return false;
    }
    *timeout = (int64_t)milliseconds;
    *timeout += (long double)*timeout < milliseconds; /* rounded up */
    return true;
}
