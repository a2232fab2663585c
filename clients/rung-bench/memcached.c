/* memcached's text protocol, as far as GET and SET go:
 *
 *     request = "get " key CRLF
 *             | "set " key " 0 0 " number CRLF byte{number} CRLF
 *     reply   = "STORED" CRLF | "END" CRLF
 *             | "VALUE " key " " flags " " number CRLF byte{number} CRLF
 *               "END" CRLF
 *             | { "CLIENT_" | "SERVER_" } "ERROR" text CRLF
 *
 * See doc/protocol.txt of memcached. */
#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1 << 29 /* bytes of a value */ };

static bool says(struct slice word, const char *text)
{
    return slice_equal(word, (struct slice){text, strlen(text)});
}

static bool memcached_append(struct buf *out, const struct slice *words,
                             size_t count)
{
    char size[32];
    bool get = count == 2 && says(words[0], "GET");
    if (!get && !(count == 3 && says(words[0], "SET")))
        return false;
    buf_append(out, get ? "get " : "set ", 4);
    buf_append(out, words[1].data, words[1].len);
    if (!get) {
        int n = snprintf(size, sizeof size, " 0 0 %zu\r\n", words[2].len);
        buf_append(out, size, (size_t)n);
        buf_append(out, words[2].data, words[2].len);
    }
    buf_append(out, "\r\n", 2);
    return true;
}

static bool starts(const struct scan *scan, const char *text)
{
    size_t len = strlen(text);
    return scan->len >= len && memcmp(scan->line, text, len) == 0;
}

/* "VALUE key flags number": the last word counts the bytes that follow. */
static enum answer read_value(struct scan *scan)
{
    size_t at = scan->len - 2;
    char *end;
    while (at > 0 && scan->line[at - 1] != ' ')
        at--;
    long n = strtol(scan->line + at, &end, 10);
    if (scan->len == SCAN_LINE || *end != '\r' || n < 0 || n > MOST)
        return ANSWER_BAD;
    scan->skip = (size_t)n + 2;
    return ANSWER_VALUE;
}

/* What a line says that is not behind a value. */
static enum answer read_line(struct scan *scan)
{
    if (scan->len < 3 || scan->line[0] < 'A' || scan->line[0] > 'Z')
        return ANSWER_BAD;
    if (starts(scan, "VALUE "))
        return read_value(scan);
    if (starts(scan, "STORED\r"))
        return ANSWER_OK;
    if (starts(scan, "END\r"))
        return ANSWER_NOTHING;
    bool error = starts(scan, "ERROR") || starts(scan, "CLIENT_ERROR") ||
                 starts(scan, "SERVER_ERROR");
    return error ? ANSWER_ERROR : ANSWER_STATUS;
}

/* A line has come: the reply's first, or the END behind a value. */
static void take_line(struct scan *scan)
{
    if (scan->first != ANSWER_VALUE)
        scan->first = read_line(scan);
    else
        scan_finish(scan, starts(scan, "END\r") ? ANSWER_VALUE : ANSWER_BAD);
    if (scan->skip > 0)
        scan->len = 0;
    else if (scan->answer == ANSWER_NONE)
        scan_finish(scan, scan->first);
}

static const char *memcached_scan(struct scan *scan, const char *at,
                                  const char *end)
{
    scan_start(scan);
    while (at < end && scan->answer == ANSWER_NONE) {
        if (scan->skip > 0) {
            at = scan_skip(scan, at, end);
            continue;
        }
        const char *next = scan_line(scan, at, end);
        if (next == NULL)
            return end;
        at = next;
        take_line(scan);
    }
    return at;
}

const struct protocol protocol_memcached = {"memcached", memcached_append,
                                            memcached_scan};
