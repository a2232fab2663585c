/* Patterns, as KEYS and CONFIG GET have them: "*" is any bytes, "?" any byte,
 * "[a-z]" or "[^abc]" a byte that is, or is not, one of these, "\x" the byte x,
 * and every other byte itself. */
#ifndef GLOB_H
#define GLOB_H

#include "slice.h"

bool glob_match(struct slice pattern, struct slice text);

#endif
