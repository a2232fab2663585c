/* Ctrl-C: it ends what is going on, and not always the whole program. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <poll.h>
#include <stdbool.h>

/* From now on SIGINT only sets a mark and ends a wait. */
void interrupt_catch(void);

/* Has there been one since interrupt_clear? */
bool interrupted(void);
void interrupt_clear(void);

/* poll(), which ends at once, with -1 and EINTR, when there has been one. */
int interrupt_poll(struct pollfd *polls, nfds_t count, int ms);

#endif
