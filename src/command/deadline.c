#include "command/deadline.h"

#include <limits.h>

static bool invalid(struct call *call)
{
    reply_error(call->out, "ERR invalid expire time in '%s' command",
                call->command->name);
    return false;
}

/* Redis adds up wall-clock milliseconds and refuses what overflows there; so
 * the limits are reckoned in wall time, and only the result is moved over to
 * the monotonic clock. */
static bool to_deadline(struct call *call, long long when,
                        struct deadline_unit unit, int64_t *deadline)
{
    int64_t ahead = atomic_load(&call->core->wall_ahead);
    int64_t wall = call->space.now + ahead;
    if (unit.seconds) {
        if (when > LLONG_MAX / 1000 || when < LLONG_MIN / 1000)
            return invalid(call);
        when *= 1000;
    }
    if (!unit.absolute) {
        if (when > LLONG_MAX - wall)
            return invalid(call);
        when += wall;
    }
    if (__builtin_sub_overflow(when, ahead, deadline))
        *deadline = LLONG_MIN; /* `ahead` is positive: 1970 is long ago */
    return true;
}

int64_t deadline_wall_time(const struct call *call, int64_t deadline)
{
    int64_t wall;
    if (__builtin_add_overflow(deadline, atomic_load(&call->core->wall_ahead),
                               &wall))
        return LLONG_MAX;
    return wall;
}

bool arg_deadline(struct call *call, size_t i, struct deadline_unit unit,
                  int64_t *deadline)
{
    long long when;
    return arg_integer(call, i, &when) &&
           to_deadline(call, when, unit, deadline);
}

bool arg_future(struct call *call, size_t i, struct deadline_unit unit,
                int64_t *deadline)
{
    long long when;
    if (!arg_integer(call, i, &when))
        return false;
    if (when <= 0)
        return invalid(call);
    return to_deadline(call, when, unit, deadline);
}
