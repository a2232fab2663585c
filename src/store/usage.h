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
    uint64_t second = (uint64_t)now / 1000;
    if (atomic_load_explicit(&store->counts_uses, memory_order_relaxed)) {
        usage_count(store, entry, now);
    } else if (atomic_load_explicit(&entry->used, memory_order_relaxed) !=
               (unsigned short)second) {
        atomic_store_explicit(&entry->used, (unsigned short)second,
                              memory_order_relaxed);
        atomic_store_explicit(&entry->frequency,
                              (unsigned char)(second >> 16),
                              memory_order_relaxed);
    }
}

/* Seconds since it was last used. */
int64_t usage_idle(const struct entry *entry, int64_t now);

/* About how often it is used, as it stands now: 0 to 255, a logarithm. */
unsigned usage_frequency(const struct store *store, const struct entry *entry,
                         int64_t now);

#endif
