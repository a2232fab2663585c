/* RESP replies, from values to bytes. A reply speaks the protocol version of
 * its client: 2, or 3 after HELLO 3, where nulls, maps, sets, doubles and
 * booleans have types of their own; in RESP2 they become what Redis makes of
 * them. All zero but `version` is a valid empty reply. Running out of memory
 * sets bytes.failed, which whoever sends the bytes looks at. */
#ifndef REPLY_H
#define REPLY_H

#include "base/buf.h"

struct reply {
    struct buf bytes;
    int version;               /* 2 or 3 */
    unsigned long long errors; /* replies that began with "-" */
    char code[32];             /* how the last of these began */
};

void reply_status(struct reply *reply, const char *text); /* +OK */
void reply_integer(struct reply *reply, long long number);
void reply_double(struct reply *reply, double number); /* a bulk in RESP2 */
void reply_bulk(struct reply *reply, struct slice bytes);
void reply_string(struct reply *reply, const char *text); /* a bulk */
void reply_null(struct reply *reply);
void reply_null_array(struct reply *reply);

/* The text starts with its code: "ERR no such key". Line ends in it become
 * spaces, and at its end nothing, as in Redis: an error is one line. */
__attribute__((format(printf, 2, 3)))
void reply_error(struct reply *reply, const char *format, ...);

/* Announce what the caller appends next: `count` elements, or pairs. */
void reply_array(struct reply *reply, size_t count);
void reply_map(struct reply *reply, size_t pairs);
void reply_set(struct reply *reply, size_t count);
void reply_push(struct reply *reply, size_t count); /* what nobody asked for */

/* Text for people: in RESP3 a verbatim string of format "txt". */
void reply_verbatim(struct reply *reply, struct slice text);

/* Takes back what was appended since there were `len` bytes. */
void reply_take_back(struct reply *reply, size_t len);

/* Writes `number` in decimal to `out` (at least 20 bytes); returns how many. */
size_t format_ll(char *out, long long number);

/* Likewise with 17 significant digits, which tell every double from its
 * neighbours (at least DOUBLE_TEXT_MAX bytes). */
enum { DOUBLE_TEXT_MAX = 32 };
size_t format_double(char *out, double number);

#endif
