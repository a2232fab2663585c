#include "trace.h"

#include "wire/dump.h"

#include <stdarg.h>
#include <stdio.h>

static const char indent[] = "  ";

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void rule(const char *format, va_list args)
{
    printf("%s-- ", indent);
    vprintf(format, args);
    putchar('\n');
}

void trace_bytes(const struct trace *trace, struct slice bytes,
                 const char *format, ...)
{
    if (!trace->on)
        return;
    if (bytes.len > 0)
        wire_dump(stdout, indent, bytes);
    va_list args;
    va_start(args, format);
    rule(format, args);
    va_end(args);
}

void trace_write(struct trace *trace, const struct slices *requests,
                 size_t from, size_t to)
{
    trace->writes++;
    if (!trace->on)
        return;
    printf("sent %zu byte%s in write %zu\n", to - from, plural(to - from),
           trace->writes);
    const char *data = buf_slice(&requests->bytes).data;
    for (size_t i = 0; i < requests->count && from < to; i++) {
        size_t end = requests->ends[i];
        if (end <= from)
            continue;
        if (end <= to)
            trace_bytes(trace, (struct slice){data + from, end - from},
                        "end of request %zu", i + 1);
        else
            trace_bytes(trace, (struct slice){data + from, to - from},
                        "request %zu goes on: %zu more", i + 1, end - to);
        from = end;
    }
}

void trace_read(struct trace *trace, size_t len, double ms)
{
    trace->reads++;
    if (trace->on)
        printf("received %zu byte%s in read %zu, after %.3f ms\n", len,
               plural(len), trace->reads, ms);
}
