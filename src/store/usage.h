/* When, or how often, an entry is used: what OBJECT IDLETIME, OBJECT FREQ and
 * eviction look at. An entry has 24 bits for it, in two fields:
 *
 *     frequency (8)            used (16)
 *     seconds, the high bits   seconds, the low bits    by default
 *     about how often          minutes                  store->counts_uses
 *
 * Readers note their use under a shared lock, so the fields are atomics; two of
 * them at once may lose one of the uses, which does no harm. */
#ifndef USAGE_H
#define USAGE_H

#include "store/store.h"

enum { USAGE_FIRST = 5 /* frequency of what is new, so that it may prove
                        * itself before it goes */ };

/* The entry is new; now. */
void usage_begin(const struct store *store, struct entry *entry, int64_t now);

/* For usage_note. */
void usage_count(const struct store *store, struct entry *entry, int64_t now);

/* The entry is used now. Most who read it find that this second has been noted
 * already, and leave the memory alone. */
static inline void usage_note(const struct store *store, struct entry *entry,
                              int64_t now)
{
    unsigned short low = (unsigned short)(now / 1000);
    unsigned char high = (unsigned char)(now / 1000 >> 16);
    if (atomic_load_explicit(&store->counts_uses, memory_order_relaxed)) {
        usage_count(store, entry, now);
        return;
    }
    if (atomic_load_explicit(&entry->used, memory_order_relaxed) != low)
        atomic_store_explicit(&entry->used, low, memory_order_relaxed);
    if (atomic_load_explicit(&entry->frequency, memory_order_relaxed) != high)
        atomic_store_explicit(&entry->frequency, high, memory_order_relaxed);
}

/* Seconds since it was last used. */
int64_t usage_idle(const struct entry *entry, int64_t now);

/* About how often it is used, as it stands now: 0 to 255, a logarithm. */
unsigned usage_frequency(const struct store *store, const struct entry *entry,
                         int64_t now);

#endif
