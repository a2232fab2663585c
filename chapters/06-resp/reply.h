/* RESP answers, from values to bytes. All but bulks are a line: "+OK", ":42",
 * "-ERR ...", "*3" (and three values). RESP 3 has types for null and map. */
#ifndef REPLY_H
#define REPLY_H

#include "buf.h"

struct reply {
    struct buf bytes; /* to be sent; `failed` when some are missing */
    bool resp3;
};

/* A line, as printf makes it. Text that a client sent may be in it. */
__attribute__((format(printf, 2, 3)))
void reply_line(struct reply *reply, const char *format, ...);

void reply_bulk(struct reply *reply, struct slice bytes);
void reply_text(struct reply *reply, const char *text); /* a bulk, too */
void reply_null(struct reply *reply);

/* `n` keys and values follow. */
void reply_map(struct reply *reply, size_t n);

#endif
