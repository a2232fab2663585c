/* A thread and its share of the connections. */
#ifndef LANE_H
#define LANE_H

#include "conn.h"

#include <pthread.h>

/* What all threads share while they run. */
struct course {
    pthread_mutex_t gate;
    struct plan *plan; /* started by the first thread that gets its turn, */
    bool started;      /* behind the gate */
    atomic_ullong taken; /* measured requests that have been given away */
    atomic_bool stop;    /* begin no more */
    atomic_int running;  /* threads */
    pthread_t waiter;    /* gets LANE_ENDED from each thread that ends */
};

#define LANE_ENDED SIGUSR1

struct lane {
    struct desk desk;
    struct course *course;
    struct conn *conns;
    size_t count;
    int epoll;
    pthread_t thread;

    /* Open loop: the next request that falls due. */
    size_t turn;    /* its connection */
    uint64_t round; /* its number there */
    int64_t next;   /* its time */
    bool over;      /* there is none */
    size_t waiting; /* requests that are due and not sent */
};

/* Watches the connections, which are open and remain the caller's. False, with
 * errno; lane_close in any case. */
bool lane_open(struct lane *lane);

/* Runs until all is sent and answered, or nothing more is to be expected; the
 * argument is the lane. */
void *lane_run(void *lane);

void lane_close(struct lane *lane);

#endif
