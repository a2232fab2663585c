/* Growing doubles the capacity, so n appended bytes are copied at most 2n times
 * in all. */
#include "buf.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

enum { BUF_MIN = 512 /* bytes: the first allocation */ };

static bool grow(struct buf *buf, size_t more)
{
    size_t cap = buf->cap > 0 ? buf->cap : BUF_MIN;
    if (more > SIZE_MAX / 4 - buf->end)
        return false;
    while (cap - buf->end < more)
        cap *= 2;
    char *data = realloc(buf->data, cap);
    if (data == NULL)
        return false;
    buf->data = data;
    buf->cap = cap;
    return true;
}

bool buf_reserve(struct buf *buf, size_t more)
{
    if (buf->cap - buf->end >= more || grow(buf, more))
        return true;
    buf->failed = true;
    return false;
}

void buf_append(struct buf *buf, const void *data, size_t len)
{
    if (len == 0 || !buf_reserve(buf, len))
        return;
    memcpy(buf->data + buf->end, data, len);
    buf->end += len;
}

void buf_consume(struct buf *buf, size_t len)
{
    assert(len <= buf->end);
    if (len > 0)
        memmove(buf->data, buf->data + len, buf->end - len);
    buf->end -= len;
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}
