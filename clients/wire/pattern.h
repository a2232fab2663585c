/* From the items of a step to the bytes they mean, and whether received bytes
 * are what is expected. */
#ifndef WIRE_PATTERN_H
#define WIRE_PATTERN_H

#include "base/buf.h"
#include "wire/script.h"

enum wire_part_kind {
    PART_BYTES,   /* exactly these */
    PART_LINE,    /* up to and with the next \n */
    PART_DIGITS,  /* one or more */
    PART_COUNT,   /* so many bytes, whatever they are */
    PART_BULK,    /* one RESP bulk string, whatever is in it */
    PART_MESSAGE, /* one message, whatever is in it */
    PART_REPLY,   /* one message that starts with this status */
};

struct wire_part {
    enum wire_part_kind kind;
    size_t start, len; /* BYTES: where in the pattern's bytes */
    size_t number;     /* COUNT: how many; REPLY: the status */
};

/* All zero is an empty pattern. What is sent is a pattern too: of BYTES. */
struct wire_pattern {
    struct buf bytes;
    struct wire_part *parts;
    size_t count, cap;
    bool failed; /* out of memory; stays until wire_pattern_free */
};

/* Appends what the items mean while the counters have these values. */
void wire_pattern_add(struct wire_pattern *pattern,
                      const struct wire_item *items, const long *counters);
void wire_pattern_free(struct wire_pattern *pattern);

long wire_number_value(struct wire_number number, const long *counters);

enum wire_verdict { WIRE_MATCH, WIRE_MORE, WIRE_MISMATCH };

/* Compares from the first received byte on. `len` becomes the length of what
 * matched, or the number of first bytes that agree. */
enum wire_verdict wire_pattern_match(const struct wire_pattern *pattern,
                                     struct slice received, size_t *len);

/* The pattern as bytes to show beside the received ones: `wild` holds a 1 for
 * each byte of `expected` that may be anything, a 0 for all others. */
void wire_pattern_show(const struct wire_pattern *pattern,
                       struct slice received, struct buf *expected,
                       struct buf *wild);

#endif
