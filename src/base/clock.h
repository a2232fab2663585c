/* Two clocks (clock_gettime(2)), and why there are two: the wall clock can be
 * set, so it may jump; the monotonic clock only ever goes on, but its zero
 * means nothing outside this process. Deadlines live on the monotonic clock;
 * what people and files see is wall time. */
#ifndef CLOCK_H
#define CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define NO_DEADLINE INT64_MAX /* a moment that never comes */

static inline int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Nanoseconds since some moment before the process started. */
static inline int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Milliseconds since some moment before the process started. */
static inline int64_t clock_mono_ms(void)
{
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

/* Milliseconds since 1970-01-01 00:00 UTC. */
static inline int64_t clock_wall_ms(void)
{
    return clock_us(CLOCK_REALTIME) / 1000;
}

/* By how many milliseconds the wall clock is ahead of the monotonic one; false
 * when something came between the looks at the two. */
static inline bool clock_wall_ahead(int64_t *ms)
{
    int64_t before = clock_us(CLOCK_MONOTONIC);
    int64_t wall = clock_us(CLOCK_REALTIME);
    int64_t after = clock_us(CLOCK_MONOTONIC);
    *ms = (wall - before) / 1000;
    return after - before < 100;
}

/* The moment `ms` milliseconds from now, on the clock of clock_cond_init. */
static inline struct timespec clock_after(int64_t ms)
{
    int64_t ns = clock_ns() + ms * 1000000;
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000),
                             .tv_nsec = (long)(ns % 1000000000)};
}

/* A condition whose pthread_cond_timedwait goes by the monotonic clock. Returns
 * an error number, or 0. */
static inline int clock_cond_init(pthread_cond_t *condition)
{
    pthread_condattr_t attr;
    int error = pthread_condattr_init(&attr);
    if (error != 0)
        return error;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    error = pthread_cond_init(condition, &attr);
    pthread_condattr_destroy(&attr);
    return error;
}

#endif
