/* What wakes a thread that waits for descriptors: a pipe that becomes readable
 * (the self-pipe trick, D. J. Bernstein). However often it is rung before
 * somebody looks, there is at most one byte in it, so ringing never waits. */
#ifndef BELL_H
#define BELL_H

#include <pthread.h>
#include <stdbool.h>

struct bell {
    pthread_mutex_t lock; /* of what follows */
    int fds[2];           /* -1 until it hangs: poll for reading fds[0] */
    bool rung;
};

/* A bell that can be rung, but does not hang yet. False: no memory. */
bool bell_open(struct bell *bell);
void bell_close(struct bell *bell);

/* Gives it its descriptors; does nothing if it has them. False, with errno,
 * when there are none to be had. The listener's thread only. */
bool bell_hang(struct bell *bell);

/* Any thread. */
void bell_ring(struct bell *bell);

/* Before looking for what it was rung for, so that nothing is missed. */
void bell_silence(struct bell *bell);

#endif
