/* Many connections that stay open. */
#ifndef IDLE_H
#define IDLE_H

#include "slices.h"
#include "options.h"

/* Opens options->connections of them, one after the other, sends the request
 * (if it has words) once on each, reports how many got in, and keeps them until
 * Enter, the end of standard input, or Ctrl-C. False when not all got in. */
bool idle_run(const struct options *options, const struct slices *words);

#endif
