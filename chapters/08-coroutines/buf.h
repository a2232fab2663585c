/* Bytes that we own: a buffer that grows at its end and is consumed from its
 * start. All zero is a valid empty buffer.
 *
 *      data        start             end          cap
 *       | consumed   |  the contents   |   room     |
 *
 * An append that finds no memory changes nothing but `failed`, which stays set
 * until buf_free: append as often as you like, then check once. */
#ifndef BUF_H
#define BUF_H

#include "slice.h"

struct buf {
    char *data;                /* from malloc, or NULL */
    size_t start, end, cap;    /* bytes, counted from data */
    bool failed;
};

/* Makes room for `more` bytes at data + end. The contents may move. */
bool buf_reserve(struct buf *buf, size_t more);

void buf_append(struct buf *buf, const void *data, size_t len);

/* Forgets the first `len` bytes of the contents, in constant time. */
void buf_consume(struct buf *buf, size_t len);

/* Gives the memory back; the buffer is empty and valid again. */
void buf_free(struct buf *buf);

/* The contents: borrowed until the buffer next changes. */
static inline struct slice buf_slice(const struct buf *buf)
{
    if (buf->start == buf->end)
        return (struct slice){NULL, 0};
    return (struct slice){buf->data + buf->start, buf->end - buf->start};
}

static inline size_t buf_len(const struct buf *buf)
{
    return buf->end - buf->start;
}

#endif
