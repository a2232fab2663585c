/* RESP2, as a client sees it:
 *
 *     request = "*" number CRLF { bulk }
 *     reply   = ( "+" | "-" ) text CRLF | ":" number CRLF | bulk
 *             | "*" number CRLF { reply }          ; number = -1: null
 *     bulk    = "$" number CRLF byte{number} CRLF  ; number = -1: null
 *
 * An array is no recursion here: it adds its elements to what is still to
 * come. */
#include "protocol.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 1 << 29 /* bytes of a value, elements of an array */ };

static void append_header(struct buf *out, char type, size_t number)
{
    char line[32];
    int n = snprintf(line, sizeof line, "%c%zu\r\n", type, number);
    buf_append(out, line, (size_t)n);
}

static bool resp_append(struct buf *out, const struct slice *words,
                        size_t count)
{
    append_header(out, '*', count);
    for (size_t i = 0; i < count; i++) {
        append_header(out, '$', words[i].len);
        buf_append(out, words[i].data, words[i].len);
        buf_append(out, "\r\n", 2);
    }
    return true;
}

/* The number between the line's type and its CRLF, -1 to MOST. */
static bool read_number(const char *line, size_t len, long *number)
{
    size_t at = 1;
    bool negative = line[at] == '-';
    if (negative)
        at++;
    long n = 0;
    if (at + 2 >= len)
        return false;
    for (; at < len - 2; at++) {
        if (line[at] < '0' || line[at] > '9' || n > MOST)
            return false;
        n = n * 10 + (line[at] - '0');
    }
    *number = negative ? -n : n;
    return n <= MOST && *number >= -1;
}

static enum answer read_length(struct scan *scan)
{
    bool array = scan->line[0] == '*';
    long n;
    if (!read_number(scan->line, scan->len, &n))
        return ANSWER_BAD;
    if (n < 0)
        return ANSWER_NOTHING;
    if (array)
        scan->left += (size_t)n;
    else
        scan->skip = (size_t)n + 2;
    return array ? ANSWER_ARRAY : ANSWER_VALUE;
}

/* What the value is that begins with this line. */
static enum answer read_header(struct scan *scan)
{
    const char *line = scan->line;
    size_t len = scan->len;
    if (len < 3 || (len < SCAN_LINE && memcmp(line + len - 2, "\r\n", 2) != 0))
        return ANSWER_BAD;
    switch (line[0]) {
    case '+':
        return len == 5 && memcmp(line, "+OK", 3) == 0 ? ANSWER_OK
                                                       : ANSWER_STATUS;
    case '-':
        return ANSWER_ERROR;
    case ':':
        return ANSWER_NUMBER;
    case '$':
    case '*':
        return read_length(scan);
    default:
        return ANSWER_BAD;
    }
}

static void count_value(struct scan *scan)
{
    if (--scan->left == 0)
        scan_finish(scan, scan->first);
}

/* A line has come. A value that has more than its line is not whole yet. */
static void take_header(struct scan *scan)
{
    enum answer answer = read_header(scan);
    if (answer == ANSWER_BAD) {
        scan_finish(scan, answer);
        return;
    }
    if (scan->first == ANSWER_NONE)
        scan->first = answer;
    if (scan->skip == 0)
        count_value(scan);
    if (scan->answer == ANSWER_NONE)
        scan->len = 0;
}

static const char *resp_scan(struct scan *scan, const char *at, const char *end)
{
    scan_start(scan);
    while (at < end && scan->answer == ANSWER_NONE) {
        if (scan->skip > 0) {
            at = scan_skip(scan, at, end);
            if (scan->skip == 0)
                count_value(scan);
            continue;
        }
        const char *next = scan_line(scan, at, end);
        if (next == NULL)
            return end;
        at = next;
        take_header(scan);
    }
    return at;
}

const struct protocol protocol_resp = {"resp", resp_append, resp_scan};
