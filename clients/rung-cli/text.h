/* A RESP reply as redis-cli shows it. */
#ifndef TEXT_H
#define TEXT_H

#include "base/buf.h"
#include "reply.h"

/* For a reader: quoted, numbered, nested. Ends with a newline. `bytes` are
 * the ones that the reply was parsed from. */
void text_pretty(struct buf *out, const struct reply *reply,
                 struct slice bytes);

/* For a program: the bytes as they are. Ends with a newline, too. */
void text_raw(struct buf *out, const struct reply *reply, struct slice bytes);

/* "..." in which every byte is printable ASCII. */
void text_quoted(struct buf *out, struct slice bytes);

__attribute__((format(printf, 2, 3)))
void text_format(struct buf *out, const char *format, ...);

#endif
