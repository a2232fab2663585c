/* How many files a process may have open (RLIMIT_NOFILE, getrlimit(2)). */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/* Asks for all that we are allowed. If that fails, it stays as it is, and who
 * needs more will hear of it when one is refused. */
void descriptors_raise(void);

#endif
