/* Requests, from words to bytes.
 *
 *     resp      "*" count CRLF { "$" length CRLF word CRLF }
 *     raw       the words with a blank between them, and not a byte more
 *     message   u32 length, then the same as raw
 *     framed    u32 length, u32 count, { u32 length, word } */
#ifndef REQUEST_H
#define REQUEST_H

#include "options.h"
#include "words.h"

#include <stdint.h>

enum {
    U32 = 4,              /* bytes; on the wire the lowest comes first */
    MESSAGE_MAX = 1 << 20 /* bytes behind a message's length */
};

/* Appends the request. False: too long for the protocol, or no memory. */
bool request_append(struct buf *out, enum proto proto,
                    const struct slices *words);

/* Makes words of a line that was typed: one for raw and message, in which only
 * escapes count; else as words_split does. */
bool request_read_line(struct slices *words, enum proto proto,
                       struct slice line);

static inline uint32_t u32_read(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

#endif
