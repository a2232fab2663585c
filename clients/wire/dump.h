/* Bytes in hex and ASCII, for a human:
 *
 *     000000  2a 31 0d 0a 24 34 0d 0a  50 49 4e 47 0d 0a        *1..$4..PING..
 */
#ifndef WIRE_DUMP_H
#define WIRE_DUMP_H

#include "base/slice.h"

#include <stdio.h>

/* Prints `bytes` in rows of 16, each behind `indent` and its offset. */
void wire_dump(FILE *out, const char *indent, struct slice bytes);

/* Prints two byte strings row by row, one above the other, around the first
 * difference, with a caret below it. `wild` marks expected bytes that may be
 * anything (1 each); it is as long as `expected`. */
void wire_dump_pair(FILE *out, const char *indent, struct slice expected,
                    struct slice wild, struct slice received, size_t same);

#endif
