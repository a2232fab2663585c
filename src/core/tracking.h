/* CLIENT TRACKING: clients keep what they have read, and are told when it is no
 * longer true.
 *
 *     keys       "user:1" -> 7, 12      who has read the key: told once
 *     prefixes   "user:"  -> 2          how many want to hear of all such keys
 *     changed    "user:1" -> 9          changed by 9; those are not yet told
 *
 * As in Redis, keys of all databases are one. One lock for it all; it comes
 * after the locks of the store, for a key changes under its shard's lock, and
 * before that of the clients. Whom there is no memory to tell loses the
 * connection: who does not hear of a change keeps what is wrong. */
#ifndef TRACKING_H
#define TRACKING_H

#include "types/dict.h"

#include <pthread.h>
#include <stdatomic.h>

struct client;
struct core;

enum tracking_mode {
    TRACKING_ON = 1 << 0,
    TRACKING_BCAST = 1 << 1, /* all keys with its prefixes, read or not */
    TRACKING_OPTIN = 1 << 2, /* only what is read after CLIENT CACHING YES */
    TRACKING_OPTOUT = 1 << 3, /* but what is read after CLIENT CACHING NO */
    TRACKING_NOLOOP = 1 << 4, /* not what it changes itself */
    TRACKING_BROKEN = 1 << 5, /* whom it redirects to has left */
};

/* How one client tracks. All zero: not at all. */
struct tracker {
    /* set by the owner under the lock (TRACKING_BROKEN: by any thread), read by
     * any thread */
    atomic_int mode;
    atomic_ullong redirect_id; /* who is told instead; 0: itself */

    /* the owner's; lock must be held to change it */
    struct dict prefixes;

    bool asked; /* the owner's: CLIENT CACHING, for the next command */

    /* lock must be held */
    struct client *redirect; /* NULL: it has left, or there is none */
};

struct tracking {
    atomic_size_t count;    /* clients that track; written under lock */
    atomic_bool to_be_told; /* something is in `changed` */
    pthread_mutex_t lock;
    struct dict clients;  /* and all below: lock must be held; id -> client */
    struct dict keys;     /* name -> ids of clients, some of which may have
                           * left */
    struct dict prefixes; /* prefix -> how many have it */
    struct dict changed;  /* name -> id of who changed it */
    size_t items;         /* ids in `keys` */
};

/* What a client asks for. */
struct tracking_wish {
    int mode;
    unsigned long long redirect_id;
    const struct slice *prefixes; /* more of them; with BCAST, none means all
                                   * keys */
    size_t prefix_count;
};

void tracking_open(struct tracking *tracking);
void tracking_close(struct tracking *tracking);

/* The client is the caller's own. False: no memory; then it tracks nothing. */
bool tracking_start(struct core *core, struct client *client,
                    const struct tracking_wish *wish);
void tracking_stop(struct core *core, struct client *client);

/* Before the client goes: nobody redirects to it any more. */
void tracking_leave(struct core *core, struct client *client);

/* The client, which does not track prefixes, has read the key, whose shard is
 * still held. */
void tracking_remember(struct core *core, struct client *client,
                       struct slice key);

/* The key, whose shard is held, changes; `writer` did it (0: nobody). Those
 * with prefixes hear of it by tracking_broadcast. */
void tracking_changed(struct core *core, unsigned long long writer,
                      struct slice key);

/* All keys of a database have gone. */
void tracking_flushed(struct core *core);

/* Tells those with prefixes what has changed: to be called soon after. */
void tracking_broadcast(struct core *core);

struct tracking_size {
    size_t keys, items, prefixes;
} tracking_size(struct tracking *tracking);

#endif
