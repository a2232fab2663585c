/* Texts: words that people write in upper or lower case, and lines that are put
 * together for them. */
#ifndef TEXT_H
#define TEXT_H

#include "buf.h"

#include <stdarg.h>
#include <strings.h>

/* The same bytes, but for upper and lower case? */
static inline bool slice_is_word(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 ||
                              strncasecmp(a.data, b.data, a.len) == 0);
}

static inline bool slice_is(struct slice text, const char *word)
{
    return slice_is_word(text, (struct slice){word, strlen(word)});
}

/* By their bytes; what another begins with comes before it. */
int slice_compare(struct slice a, struct slice b);

/* Appends a C string; what printf(3) makes, what vprintf makes. */
void buf_add(struct buf *buf, const char *text);
void buf_vprint(struct buf *buf, const char *format, va_list args);
__attribute__((format(printf, 2, 3)))
void buf_print(struct buf *buf, const char *format, ...);

#endif
