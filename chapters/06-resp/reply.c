#include "reply.h"

#include <stdarg.h>
#include <stdio.h>

enum { REPLY_MAX = 1 << 30 /* bytes that wait to be sent to one client */ };

static void put(struct reply *reply, const char *data, size_t len)
{
    if (len > REPLY_MAX - buf_len(&reply->bytes))
        reply->bytes.failed = true;
    else
        buf_append(&reply->bytes, data, len);
}

void reply_line(struct reply *reply, const char *format, ...)
{
    char line[512]; /* what is longer is cut */
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *p = line; *p != '\0'; p++)
        if (*p == '\r' || *p == '\n')
            *p = ' '; /* or it would be two lines */
    put(reply, line, strlen(line));
    put(reply, "\r\n", 2);
}

void reply_bulk(struct reply *reply, struct slice bytes)
{
    reply_line(reply, "$%zu", bytes.len);
    put(reply, bytes.data, bytes.len);
    put(reply, "\r\n", 2);
}

void reply_text(struct reply *reply, const char *text)
{
    reply_bulk(reply, (struct slice){text, strlen(text)});
}

void reply_null(struct reply *reply)
{
    reply_line(reply, reply->resp3 ? "_" : "$-1");
}

void reply_map(struct reply *reply, size_t n)
{
    reply_line(reply, reply->resp3 ? "%%%zu" : "*%zu",
               reply->resp3 ? n : 2 * n);
}
