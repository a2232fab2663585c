#include "core/latency.h"

#include <string.h>

bool latency_open(struct latency *latency)
{
    *latency = (struct latency){0};
    return pthread_mutex_init(&latency->lock, NULL) == 0;
}

void latency_close(struct latency *latency)
{
    pthread_mutex_destroy(&latency->lock);
}

const char *latency_name(enum latency_event event)
{
    static const char *const names[LATENCY_EVENTS] = {
        [LATENCY_COMMAND] = "command",
        [LATENCY_FAST_COMMAND] = "fast-command",
        [LATENCY_EXPIRE] = "expire-cycle",
        [LATENCY_EVICTION] = "eviction-cycle",
    };
    return names[event];
}

void latency_add(struct latency *latency, enum latency_event event, int64_t at,
                 uint64_t ms)
{
    uint32_t value = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
    pthread_mutex_lock(&latency->lock);
    struct latency_history *history = &latency->of[event];
    struct latency_sample *samples = history->samples;
    size_t n = history->count;
    if (value > history->max)
        history->max = value;
    if (n > 0 && samples[n - 1].at == at) {
        if (value > samples[n - 1].ms)
            samples[n - 1].ms = value;
    } else {
        if (n == LATENCY_SAMPLES)
            memmove(samples, samples + 1, --n * sizeof *samples);
        samples[n] = (struct latency_sample){at, value};
        history->count = n + 1;
    }
    pthread_mutex_unlock(&latency->lock);
}

void latency_get(struct latency *latency, enum latency_event event,
                 struct latency_history *history)
{
    pthread_mutex_lock(&latency->lock);
    *history = latency->of[event];
    pthread_mutex_unlock(&latency->lock);
}

bool latency_reset(struct latency *latency, enum latency_event event)
{
    pthread_mutex_lock(&latency->lock);
    bool any = latency->of[event].count > 0;
    latency->of[event] = (struct latency_history){0};
    pthread_mutex_unlock(&latency->lock);
    return any;
}
