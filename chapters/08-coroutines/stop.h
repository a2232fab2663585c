/* Stopping in good order: Ctrl-C and `kill` ask, the server ends by itself. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From now on SIGINT and SIGTERM ask to stop, and SIGPIPE is ignored: writing
 * to a client that has left is an error (EPIPE), not the end of the server. */
void stop_on_signals(void);

bool stop_asked(void);

/* The sockets that somebody may wait on, -1 for none. Being asked to stop shuts
 * them down, so that the wait ends; when that has happened already, it is done
 * now. Name a socket before you wait on it; name -1 before you close it. */
void stop_sockets(int listener, int client);

#endif
