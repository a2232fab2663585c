/* The ways to ask: how a request looks, and what comes back. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "scan.h"

#include "base/buf.h"

struct protocol {
    const char *name;

    /* Appends the request. False: this protocol cannot say it. */
    bool (*append)(struct buf *out, const struct slice *words, size_t count);

    /* Reads on until a reply is whole or all is read, and returns where it
     * stopped; scan->answer says which. After ANSWER_BAD nothing that follows
     * can be understood. */
    const char *(*scan)(struct scan *scan, const char *at, const char *end);
};

/* Redis' (RESP2): chapter 06, rung-server, redis-server. */
extern const struct protocol protocol_resp;

/* That of chapters 03 to 05, 07 to 09: words in a message. */
extern const struct protocol protocol_framed;

/* GET and SET in memcached's text protocol; nothing else. */
extern const struct protocol protocol_memcached;

/* NULL when there is none of that name. */
const struct protocol *protocol_find(const char *name);

#endif
