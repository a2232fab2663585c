#include "core/room.h"
#include "base/clock.h"
#include "base/memory.h"
#include "store/evict.h"

enum { AT_ONCE = 512 /* keys that one command evicts, so that it does not pay
                      * for all that came before it */ };

static struct eviction eviction(const struct config *config)
{
    struct eviction how = {
        .samples = (size_t)config_number(config, SETTING_SAMPLES)};
    enum policy policy = (enum policy)config_number(config, SETTING_POLICY);
    how.mortal = policy <= VOLATILE_TTL;
    if (policy == VOLATILE_LRU || policy == ALLKEYS_LRU)
        how.which = EVICT_IDLE;
    else if (policy == VOLATILE_LFU || policy == ALLKEYS_LFU)
        how.which = EVICT_RARE;
    else
        how.which = policy == VOLATILE_TTL ? EVICT_SOONEST : EVICT_ANY;
    return how;
}

/* Evicting takes longer than memory grows only if a command that has evicted
 * some may go on, so it does; what is left, the next ones find. */
static bool evict(struct core *core, int64_t now)
{
    struct eviction how = eviction(&core->config);
    int64_t began = clock_mono_ms();
    bool some = true;
    for (int i = 0; some && i < AT_ONCE && room_is_short(core); i++)
        some = store_evict(&core->store, &how, now);
    core_took(core, LATENCY_EVICTION, clock_mono_ms() - began);
    return some;
}

bool room_is_short(const struct core *core)
{
    size_t most = (size_t)config_number(&core->config, SETTING_MAXMEMORY);
    return most > 0 && memory_used() > most;
}

bool room_make(struct core *core, int64_t now)
{
    if (!room_is_short(core))
        return true;
    if (config_number(&core->config, SETTING_POLICY) == NO_EVICTION)
        return false;
    return evict(core, now);
}
