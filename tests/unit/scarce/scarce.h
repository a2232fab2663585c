/* Allocations that fail when a test wants it. A program that is linked with
 * scarce/memory.o in place of base/memory.o has these functions. */
#ifndef SCARCE_H
#define SCARCE_H

#include <stdbool.h>

/* From now on the `n`th allocation of this thread (from 1) is refused; and all
 * behind it, unless only_once. */
void scarce_begin(unsigned long n, bool only_once);

/* There is memory again. Returns how many allocations have been refused. */
unsigned long scarce_end(void);

#endif
