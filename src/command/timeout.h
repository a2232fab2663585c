/* How long a command may wait: BLPOP and its kin. */
#ifndef TIMEOUT_H
#define TIMEOUT_H

#include "command/command.h"

/* Word `i`, in seconds with a fraction, as milliseconds; 0: for ever. On false
 * the error has been replied. */
bool arg_timeout(struct call *call, size_t i, int64_t *timeout);

#endif
