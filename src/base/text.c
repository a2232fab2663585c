#include "text.h"

#include <stdio.h>

int slice_compare(struct slice a, struct slice b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int c = common > 0 ? memcmp(a.data, b.data, common) : 0;
    return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

void buf_add(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

/* Once to know how long it is, with the NUL that printf puts behind it, and
 * once more. */
void buf_vprint(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0 || !buf_reserve(buf, (size_t)len + 1))
        return;
    vsnprintf(buf->data + buf->end, (size_t)len + 1, format, args);
    buf->end += (size_t)len;
}

void buf_print(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprint(buf, format, args);
    va_end(args);
}
