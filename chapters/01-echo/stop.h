/* Stopping in good order: Ctrl-C and `kill` ask, the server ends by itself. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From now on SIGINT and SIGTERM ask to stop, and SIGPIPE is ignored: writing
 * to a client that has left is an error (EPIPE), not the end of the server. */
void stop_on_signals(void);

bool stop_asked(void);

/* The sockets that somebody may be waiting on, -1 for none. Being asked to stop
 * shuts them down, so that the wait ends; if it has happened already, they are
 * shut down now. Name them before you wait, and no longer once they close. */
void stop_sockets(int listener, int client);

#endif
