/* Two rules keep every operation linear in the bytes that pass through:
 *
 * - Growing doubles the capacity, so n appended bytes are copied at most 2n
 *   times in all.
 * - Consuming only moves `start`. The contents slide back to the front when
 *   room is needed and at least half of the buffer is consumed, so a byte is
 *   moved at most once for each byte that was consumed before it. */
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
    if (buf->cap - buf->end >= more)
        return true;
    if (buf->start >= buf->cap / 2 && buf->start > 0) {
        memmove(buf->data, buf->data + buf->start, buf_len(buf));
        buf->end -= buf->start;
        buf->start = 0;
    }
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
    assert(len <= buf_len(buf));
    buf->start += len;
    if (buf->start == buf->end)
        buf->start = buf->end = 0;
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}
