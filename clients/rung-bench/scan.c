#include "scan.h"

#include <string.h>

void scan_start(struct scan *scan)
{
    if (scan->left > 0)
        return;
    scan->answer = scan->first = ANSWER_NONE;
    scan->len = scan->skip = 0;
    scan->left = 1;
}

void scan_keep(struct scan *scan, const char *bytes, size_t n)
{
    size_t room = SCAN_LINE - scan->len;
    if (n > room)
        n = room;
    memcpy(scan->line + scan->len, bytes, n);
    scan->len += n;
}

const char *scan_skip(struct scan *scan, const char *at, const char *end)
{
    size_t there = (size_t)(end - at);
    size_t n = there < scan->skip ? there : scan->skip;
    scan->skip -= n;
    return at + n;
}

const char *scan_line(struct scan *scan, const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline != NULL ? newline + 1 : end;
    scan_keep(scan, at, (size_t)(stop - at));
    return newline != NULL ? stop : NULL;
}

void scan_finish(struct scan *scan, enum answer answer)
{
    scan->answer = answer;
    scan->skip = scan->left = 0;
}
