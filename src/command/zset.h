/* What the commands on sorted sets share. */
#ifndef COMMAND_ZSET_H
#define COMMAND_ZSET_H

#include "command/command.h"
#include "types/zset.h"

/* The sorted set of key `i`, NULL: no such key. False: it is of another type,
 * and the error has been replied. */
bool zset_find(struct call *call, size_t i, struct zset **zset);

/* Up to what a set is packed, by the settings. */
struct zset_limits zset_limits(const struct call *call);

/* Elements were removed: tells everybody, and removes a key that is empty. */
void zset_shrunk(struct call *call, const struct key *key, struct zset *zset,
                 const char *event);

/* Sets the key to this set, or removes it if the set is empty; owns the set
 * from now on. Replies its size. */
void zset_store(struct call *call, const struct key *key, struct zset *zset,
                const char *event);

/* Announce `count` elements; reply one of them. With scores these are pairs in
 * RESP3, and two elements of a flat array in RESP2. */
void reply_scored_array(struct reply *out, size_t count, bool scores);
void reply_scored(struct reply *out, const struct scored *element,
                   bool scores);

#endif
