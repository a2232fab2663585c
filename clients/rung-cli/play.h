/* Playing a wire script (notes/wire.md). */
#ifndef PLAY_H
#define PLAY_H

#include "options.h"

/* Plays options->script; with --bytes it prints each step before it is taken.
 * False, after a report, when the server did not do what is written. */
bool play_script(const struct options *options);

#endif
