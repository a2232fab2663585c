/* One client's connection: requests leave, replies come, in this order. */
#ifndef CONN_H
#define CONN_H

#include "plan.h"
#include "tally.h"

#include <stdatomic.h>

struct conn {
    int fd;                /* non-blocking; -1: closed */
    size_t number;         /* of the client, from 0, over all threads */
    uint64_t due;          /* open loop: requests whose time has come */
    uint64_t sent;         /* requests, */
    uint64_t answered;     /* and of them, answered: sent - answered are under
                            * way */
    int64_t began;         /* closed loop: when these were sent */
    struct scan scan;      /* the reply that is coming */
    struct buf out;        /* what the socket did not take at once */
    bool writing;          /* we are told when it takes more */
};

enum { CONN_READ = 64 * 1024 /* bytes that one read may bring */ };

/* What the connections of one thread share. */
struct desk {
    const struct plan *plan;
    struct draw draw;
    char *requests; /* room for a pipeline of them, while they are made */
    char *replies;  /* CONN_READ bytes, while they are looked at */
    struct tally tally;
    size_t under_way;   /* requests, of all connections */
    size_t open;        /* connections */
    int64_t heard;      /* when the last reply came, or the first request of
                         * those under way was sent */
    int64_t now;        /* when the clock was last looked at */
    atomic_ullong seen; /* replies so far, for the progress line */
};

/* Sends n requests more in one write, at `desk->now`. */
void conn_send(struct desk *desk, struct conn *conn, size_t n);

/* Sends what the socket has not taken yet. */
void conn_flush(struct conn *conn);

/* Takes what has come, and looks at the clock. */
void conn_receive(struct desk *desk, struct conn *conn);

/* Whether it is open and nothing has come. */
bool conn_is_silent(const struct conn *conn);

void conn_close(struct conn *conn);

static inline uint64_t conn_under_way(const struct conn *conn)
{
    return conn->sent - conn->answered;
}

#endif
