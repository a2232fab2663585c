/* A trial: one request, sent in the way that the options ask for. */
#ifndef TRIAL_H
#define TRIAL_H

#include "talk.h"

/* Sends the requests, which go out together, in these ways: in one write, cut
 * everywhere, byte by byte, half-closed, reset, again and again; and shows what
 * comes back. `words` is what each of them says, or NULL. False, after saying
 * why, when it did not go as it should. */
bool trial_run(struct talk *talk, const struct slices *requests,
               const struct slices *words);

/* The same for one request, or as many copies as options->pipeline says. */
bool trial_run_words(struct talk *talk, const struct slices *words);

#endif
