/* Who wants to know when a key changes. WATCH is told of every change. Whoever
 * waits for a key (BLPOP) stands in line with all others who do, and when the
 * key holds a value of the type that it waits for, the first of them is told.
 *
 * Interests hang in the key's shard. The functions want it held, exclusively if
 * they change anything. */
#ifndef INTEREST_H
#define INTEREST_H

#include "store/keyspace.h"

struct interest {
    /* never changes */
    unsigned db;
    struct key key; /* its name is the interested one's */
    bool waits;     /* in line, for a value of `type`; or else watches */
    enum value_type type;
    void (*told)(struct interest *interest);

    /* the shard must be held */
    struct interest *next, **link; /* in order of arrival */
    bool is_ready; /* in a keyspace's list of ready ones, until served */

    /* who has the keyspace that it is ready in */
    struct interest *next_ready;
};

/* False: no memory. */
bool interest_add(struct store *store, struct interest *interest);
void interest_remove(struct store *store, struct interest *interest);

/* Those who watch the key, or those who wait for it, in order of arrival: the
 * first and the next, or NULL. */
struct interest *interest_find(const struct keyspace *space,
                               const struct key *key, bool waits);
struct interest *interest_next(const struct interest *interest);

/* All of a list, one after the other: the one behind `previous`, the first if
 * that is NULL; or NULL. */
struct interest *interest_each(const struct interests *list,
                               const struct interest *previous);

/* The first who waits for what the key now holds, or NULL. */
struct interest *interest_first(const struct keyspace *space,
                                const struct key *key);

/* For keyspace_changed: tells those who watch the key, and makes the first in
 * line ready, behind those who are ready already. */
void interest_tell(struct keyspace *space, const struct key *key);

/* Who has been served lets the next in line for the same key go before all
 * others who are ready. */
void interest_pass_on(struct keyspace *space, const struct key *key);

/* Takes the first of those who are ready, or NULL. No shard need be held; but
 * only with the shard held may is_ready be taken back. */
struct interest *interest_take_ready(struct keyspace *space);

#endif
