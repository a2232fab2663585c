/* Who is connected: each client as commands see it, and the list of them all,
 * through which one thread finds another's client. */
#ifndef CLIENTS_H
#define CLIENTS_H

#include "core/output_limit.h"
#include "core/tracking.h"
#include "core/user.h"
#include "pubsub/pubsub.h"

#include <stdatomic.h>
#include <stdint.h>

/* What one client did. Only its own thread counts; anybody may add them up, so
 * they are atomics, but without the cost of a shared counter. */
enum counter {
    COUNT_COMMANDS,
    COUNT_ERRORS,
    COUNT_HITS,
    COUNT_MISSES,
    COUNT_BYTES_IN,
    COUNT_BYTES_OUT,
    COUNTERS
};

struct counters {
    atomic_ullong of[COUNTERS];
};

static inline void count(struct counters *counters, enum counter which,
                         unsigned long long by)
{
    atomic_ullong *it = &counters->of[which];
    unsigned long long now = atomic_load_explicit(it, memory_order_relaxed);
    atomic_store_explicit(it, now + by, memory_order_relaxed);
}

/* What CLIENT REPLY asks for. */
enum replies {
    REPLIES_ON,
    REPLIES_OFF,
    REPLIES_SKIP_NEXT, /* the one to the next request is not sent */
    REPLIES_SKIP,      /* nor is the one to this request */
};

/* How a client waits for a key. Whoever takes it from WAIT_ON has decided how
 * that ends: who serves it, or CLIENT UNBLOCK. */
enum waiting {
    WAIT_NOT,
    WAIT_ON,      /* in BLPOP or the like */
    WAIT_SERVED,  /* it is being served, or was, and has not noticed yet */
    WAIT_TIMEOUT, /* likewise: it goes on without, as after its timeout ... */
    WAIT_ERROR,   /* ... or with an error */
};

struct client {
    /* never changes */
    unsigned long long id;
    int64_t connected_at; /* milliseconds, monotonic */

    /* any thread */
    struct counters counters;
    atomic_llong active_at; /* milliseconds, monotonic: bytes came or went */
    struct mailbox mailbox;
    atomic_int waiting;    /* enum waiting; ring the mailbox's bell */
    atomic_bool killed;    /* ends after the command that it is in */
    atomic_bool watch_broken; /* a key that it WATCHes has changed */
    atomic_bool held_back; /* by CLIENT PAUSE; ring the mailbox's bell */

    /* set by the thread that owns the session, read by any */
    struct subscriber subscriber;
    struct tracker tracker; /* but for what core/tracking.h says of it */
    atomic_uint db;
    _Atomic(const char *) last_command; /* its name in the table */
    atomic_int queued;        /* requests since MULTI; -1: no MULTI */
    atomic_size_t queue_size; /* bytes of these requests */
    atomic_size_t input, input_room; /* bytes of requests that are not yet
                                      * whole, and room for more */
    atomic_size_t output_room;       /* bytes of its output buffer */
    atomic_bool no_evict, no_touch;  /* CLIENT NO-EVICT, CLIENT NO-TOUCH */

    /* likewise; clients.lock must be held by whoever sets or reads them, but
     * not by the owner to read */
    struct buf name, lib_name, lib_version;
    struct user *user; /* who it is, or would be: held */

    /* only the thread that owns the session */
    enum replies replies;
    bool authenticated;
    unsigned long long acl_version; /* as of which `user` is */
    bool closing; /* after the replies so far: QUIT, a protocol error */
    bool expects_mail; /* wants to be woken when there is mail, at any time; see
                        * client_expect_mail */

    /* clients.lock must be held */
    struct client *previous, *next;
};

struct clients {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct client *first; /* and all below: lock must be held */
    size_t count;
    unsigned long long accepted, rejected;
    struct counters gone; /* the sum of those that have left */
    unsigned long long forgotten[COUNTERS]; /* as of CONFIG RESETSTAT */
    unsigned long long accepted_before;     /* likewise */

    /* CLIENT PAUSE; any thread */
    atomic_llong paused_until; /* milliseconds, monotonic; 0: not paused */
    atomic_bool all_paused;    /* not only those who write */
};

/* Does it come from this machine? */
bool client_is_local(const struct client *client);

/* False, with errno. */
bool clients_open(struct clients *clients);
void clients_close(struct clients *clients);

/* False when there are `most` already. The client stays where it is until
 * clients_remove. */
bool clients_add(struct clients *clients, struct client *client, size_t most);
void clients_remove(struct clients *clients, struct client *client);

/* The client, the caller's own, is this user now: it keeps what the caller
 * held. */
void clients_log_in(struct clients *clients, struct client *client,
                    struct user *user);

/* Sets the name of a client, the caller's own, or the like. */
void clients_rename(struct clients *clients, struct buf *name,
                    struct slice bytes);

/* Does the client listen to any channel, pattern or shard channel? */
bool client_is_subscribed(const struct client *client);

static inline bool client_is_monitor(const struct client *client)
{
    return atomic_load_explicit(&client->subscriber.count[TOPIC_FEED],
                                memory_order_relaxed) > 0;
}

/* Whom CLIENT TRACKING redirects to; 0: nobody, -1: it does not track. */
static inline long long client_redirect(const struct client *client)
{
    if (atomic_load(&client->tracker.mode) == 0)
        return -1;
    return (long long)atomic_load(&client->tracker.redirect_id);
}

/* Something changed on which it depends whether mail may come to the client: it
 * is subscribed, monitors, tracks, or speaks RESP3, so that others may redirect
 * to it. */
void client_expect_mail(struct client *client);

/* What counts for what may wait for it: who monitors gets mail as well. */
enum client_class client_output_class(const struct client *client);

/* Ends its connection, now; it runs no further command. */
void client_kill(struct client *client);

/* Visits each client that is not on its way out, while `visit` returns true;
 * nobody leaves meanwhile. `visit` calls nothing here. */
void clients_each(struct clients *clients,
                  bool (*visit)(struct client *client, void *context),
                  void *context);

size_t clients_count(struct clients *clients);

/* The sums over all clients, past ones included, since they were forgotten. */
void clients_sum(struct clients *clients,
                 unsigned long long sums[COUNTERS]);

void clients_forget_sums(struct clients *clients);

/* CLIENT PAUSE: holds back all requests, or those that write. Never makes a
 * pause shorter or milder. */
void clients_pause(struct clients *clients, int64_t now, int64_t until,
                   bool all);
void clients_resume(struct clients *clients);

static inline bool clients_are_paused(const struct clients *clients,
                                      int64_t now)
{
    long long until =
        atomic_load_explicit(&clients->paused_until, memory_order_relaxed);
    return until != 0 && now < until;
}

/* Hangs up on those for whom more bytes wait than their class may have. */
void clients_check_output(struct clients *clients,
                          const struct mail_limit limits[CLASSES]);

/* Hangs up on those that have neither sent nor taken a byte since `before` and
 * do not wait for a key; INT64_MAX: on all. */
size_t clients_hang_up(struct clients *clients, int64_t before,
                       enum hang_up how);

/* Waits until nobody is left, at most `ms` milliseconds (negative: for ever).
 * False: somebody is. */
bool clients_wait_until_gone(struct clients *clients, int ms);

#endif
