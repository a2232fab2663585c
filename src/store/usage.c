/* The frequency is a counter that is the less likely to grow the higher it is
 * (a "Morris counter", 1978): eight bits count to a million. For each
 * lfu-decay-time that passes in minutes it loses one, so that what was popular
 * once does not stay for ever. */
#include "store/usage.h"
#include "base/random.h"

static unsigned short minute_of(int64_t now)
{
    return (unsigned short)(now / 60000);
}

void usage_begin(const struct store *store, struct entry *entry, int64_t now)
{
    if (atomic_load_explicit(&store->counts_uses, memory_order_relaxed)) {
        atomic_store(&entry->frequency, USAGE_FIRST);
        atomic_store(&entry->used, minute_of(now));
    } else {
        usage_note(store, entry, now);
    }
}

unsigned usage_frequency(const struct store *store, const struct entry *entry,
                         int64_t now)
{
    unsigned decay = atomic_load(&store->decay_minutes);
    unsigned frequency =
        atomic_load_explicit(&entry->frequency, memory_order_relaxed);
    unsigned short minutes = (unsigned short)(
        minute_of(now) -
        atomic_load_explicit(&entry->used, memory_order_relaxed));
    unsigned lost = decay > 0 ? minutes / decay : 0;
    return frequency > lost ? frequency - lost : 0;
}

/* Once in (frequency - USAGE_FIRST) * factor + 1 times. */
static bool grows(const struct store *store, unsigned frequency)
{
    size_t factor = atomic_load(&store->log_factor);
    size_t above = frequency > USAGE_FIRST ? frequency - USAGE_FIRST : 0;
    return frequency < 255 && random_index(above * factor + 1) == 0;
}

void usage_count(const struct store *store, struct entry *entry, int64_t now)
{
    unsigned frequency = usage_frequency(store, entry, now);
    if (grows(store, frequency))
        frequency++;
    atomic_store_explicit(&entry->frequency, (unsigned char)frequency,
                          memory_order_relaxed);
    atomic_store_explicit(&entry->used, minute_of(now), memory_order_relaxed);
}

int64_t usage_idle(const struct entry *entry, int64_t now)
{
    enum { MASK = 0xffffff };
    int64_t second =
        atomic_load_explicit(&entry->frequency, memory_order_relaxed) << 16 |
        atomic_load_explicit(&entry->used, memory_order_relaxed);
    return (now / 1000 - second) & MASK;
}
