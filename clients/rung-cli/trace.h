/* What --bytes shows: every write and every read, with its bytes, cut where a
 * request or a reply ends. */
#ifndef TRACE_H
#define TRACE_H

#include "slices.h"

/* Of one exchange. All zero but `on` is its beginning. */
struct trace {
    bool on;
    size_t writes, reads;
};

/* One write took the bytes from `from` to `to` of these requests. */
void trace_write(struct trace *trace, const struct slices *requests,
                 size_t from, size_t to);

/* One read brought `len` bytes, `ms` milliseconds after the first write. */
void trace_read(struct trace *trace, size_t len, double ms);

/* Bytes of that read, and what is to be said below them. */
__attribute__((format(printf, 3, 4)))
void trace_bytes(const struct trace *trace, struct slice bytes,
                 const char *format, ...);

#endif
