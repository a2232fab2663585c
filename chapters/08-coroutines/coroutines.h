/* A coroutine for each client, all of them in this thread. Each is written as
 * if it were alone and could wait; while it waits, the others run. */
#ifndef COROUTINES_H
#define COROUTINES_H

#include "accept.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct client {
    int fd; /* non-blocking */
    /* For coroutines.c alone. */
    struct co *co;
    struct loop *loop;
    uint32_t interests; /* what the kernel's list says, 0: it is not there */
};

/* Runs `serve`, with `context`, in a coroutine for each client, until the
 * process is asked to stop. Then the functions below fail, so that each `serve`
 * comes to its end, and this one returns. It closes the clients' sockets.
 * False, with errno: it could not start. */
bool coroutines_serve(struct listener *listener,
                      void (*serve)(struct client *client, void *context),
                      void *context);

/* As read_some and write_all in io.h. Only the caller waits. */
ssize_t co_read(struct client *client, void *data, size_t len);
bool co_write(struct client *client, const void *data, size_t len);

/* Waits until there is room for a write, and lets others run in any case. False
 * on error. */
bool co_take_turns(struct client *client);

#endif
