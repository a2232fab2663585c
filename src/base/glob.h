/* Patterns, as KEYS and CONFIG GET have them: "*" is any bytes, "?" any byte,
 * "[a-z]" or "[^abc]" a byte that is, or is not, one of these, "\x" the byte x,
 * and every other byte itself. The empty text fits the empty pattern alone: who
 * lists everything looks at glob_is_all first. So does Redis. */
#ifndef GLOB_H
#define GLOB_H

#include "slice.h"

/* Is it just "*"? */
bool glob_is_all(struct slice pattern);

bool glob_match(struct slice pattern, struct slice text);

#endif
