/* How the rest of the server reaches the I/O model's side of a connection.
 * The functions may be called by any thread, as long as the session is open;
 * none waits for the client. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>

/* Ends a client's connection: first only for what it sends, so that it still
 * gets its replies, then altogether. */
enum hang_up { HANG_UP_INPUT, HANG_UP_BOTH };

struct wire {
    void *self; /* the model's own; what the functions get */
    void (*hang_up)(void *self, enum hang_up how);
    void (*ring)(void *self); /* wakes whoever waits for the bell */

    /* Has the client left, even if its session has not heard of it? */
    bool (*has_left)(void *self);

    /* For CLIENT LIST; they live as long as the session. */
    const char *peer, *local; /* "127.0.0.1:6379", "/path:0" */
    int fd;
};

#endif
