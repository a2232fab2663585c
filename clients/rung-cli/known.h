/* What the client knows about some commands, by their words. */
#ifndef KNOWN_H
#define KNOWN_H

#include "slices.h"

/* Answered with a text for people, which redis-cli shows without quotes? */
bool known_text(const struct slices *words);

/* Does it ask for messages? */
bool known_subscription(const struct slices *words);

/* Does the server go on talking after the answer? */
bool known_stream(const struct slices *words);

/* Is its answer a push, in RESP3? */
bool known_farewell(const struct slices *words);

/* Does the line hold a password? */
bool known_secret(const struct slices *words);

#endif
