/* The interactive prompt. */
#ifndef PROMPT_H
#define PROMPT_H

#include "talk.h"

/* Reads lines and sends them, until the user leaves. False: no terminal. */
bool prompt_run(struct talk *talk, struct options *options);

#endif
