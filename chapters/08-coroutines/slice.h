/* Bytes that somebody else owns: where they start and how many there are.
 * Never a bare `char *`: a value may hold any byte, zero included. */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data; /* borrowed; may be NULL when len is 0 */
    size_t len;       /* bytes */
};

/* The slice of a string literal, without its closing NUL. */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#endif
