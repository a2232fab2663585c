/* Ctrl-C: it ends what is going on, and not always the whole program. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT only sets a mark and wakes poll(); SIGPIPE is ignored. */
void interrupt_catch(void);

/* Has there been one since interrupt_clear? */
bool interrupted(void);
void interrupt_clear(void);

/* A signal that comes just before poll() does not wake it: nobody waits longer
 * than this in one go. */
enum { INTERRUPT_POLL = 1000 /* ms */ };

#endif
