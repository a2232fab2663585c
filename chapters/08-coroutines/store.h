/* Keys and values, for any number of threads: every call is atomic. */
#ifndef STORE_H
#define STORE_H

#include "buf.h"

struct store;

/* NULL, with errno, when there is no memory or no random seed. */
struct store *store_new(void);
void store_free(struct store *store);

/* Appends the value of `key` to `value`. False: no such key. */
bool store_get(struct store *store, struct slice key, struct buf *value);

/* Copies both. False: no memory, and nothing has changed. */
bool store_set(struct store *store, struct slice key, struct slice value);

/* False: no such key. */
bool store_del(struct store *store, struct slice key);

#endif
