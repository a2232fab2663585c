/* A thread for each connection. */
#ifndef THREADS_H
#define THREADS_H

#include "accept.h"

/* Accepts clients until somebody asks to stop (stop.h). For each, calls
 * serve(fd, context) in a thread of its own, and closes fd afterwards. Once
 * stopping, shuts all connections down and returns when the last has ended. */
void threads_serve(struct listener *listener,
                   void (*serve)(int fd, void *context), void *context);

#endif
