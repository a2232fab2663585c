/* Who is connected: each client as commands see it, and the list of them all,
 * through which one thread finds another's client. */
#ifndef CLIENTS_H
#define CLIENTS_H

#include "base/buf.h"

#include <pthread.h>
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

/* Ends a client's connection from any thread: first only for what it sends, so
 * that it still gets its replies, then altogether. */
enum hang_up { HANG_UP_INPUT, HANG_UP_BOTH };

struct client {
    /* never changes */
    unsigned long long id;
    int64_t connected_at; /* milliseconds, monotonic */
    void *wire;           /* the I/O model's own; passed to hang_up */
    void (*hang_up)(void *wire, enum hang_up how);

    /* any thread */
    struct counters counters;
    atomic_llong active_at; /* milliseconds, monotonic: bytes came or went */

    /* only the thread that owns the session */
    unsigned db;
    bool authenticated;
    bool closing; /* after the replies so far: QUIT, a protocol error */
    struct buf name, lib_name, lib_version;

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
};

/* False, with errno. */
bool clients_open(struct clients *clients);
void clients_close(struct clients *clients);

/* False when there are `most` already. The client stays where it is until
 * clients_remove. */
bool clients_add(struct clients *clients, struct client *client, size_t most);
void clients_remove(struct clients *clients, struct client *client);

size_t clients_count(struct clients *clients);

/* The sums over all clients, past ones included. */
void clients_sum(struct clients *clients,
                 unsigned long long sums[COUNTERS]);

/* Hangs up on those that have neither sent nor taken a byte since `before`;
 * INT64_MAX: all. */
size_t clients_hang_up(struct clients *clients, int64_t before,
                       enum hang_up how);

/* Waits until nobody is left, at most `ms` milliseconds (negative: for ever).
 * False: somebody is. */
bool clients_wait_until_gone(struct clients *clients, int ms);

#endif
