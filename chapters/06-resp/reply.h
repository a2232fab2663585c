/* RESP answers, from values to bytes. All but a bulk are one line: "+OK",
 * ":42", "-ERR ...", "*3" and then three values. RESP 3, which a client asks
 * for by HELLO 3, has types for what RESP 2 can only circumscribe. */
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
