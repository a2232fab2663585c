/* Making room: removing a key that will be missed least. */
#ifndef EVICT_H
#define EVICT_H

#include "store/store.h"

struct eviction {
    bool mortal; /* only of those with a deadline */
    enum { EVICT_IDLE, EVICT_RARE, EVICT_SOONEST, EVICT_ANY } which;
    size_t samples; /* keys to choose from */
};

/* Removes one key; no lock may be held. False: there is none to remove. */
bool store_evict(struct store *store, const struct eviction *how, int64_t now);

#endif
