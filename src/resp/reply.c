#include "resp/reply.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { ERROR_MAX = 512 /* bytes: a longer error text is cut */ };

size_t format_ll(char *out, long long number)
{
    char digits[20];
    size_t n = 0;
    unsigned long long rest = (unsigned long long)number;
    if (number < 0)
        rest = 0 - rest;
    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    size_t len = 0;
    if (number < 0)
        out[len++] = '-';
    while (n > 0)
        out[len++] = digits[--n];
    return len;
}

/* Most are small integers, for which there is a faster way than printf(3). */
size_t format_double(char *out, double number)
{
    if (fabs(number) < 1e15 && number == (double)(long long)number &&
        !signbit(number))
        return format_ll(out, (long long)number);
    return (size_t)snprintf(out, DOUBLE_TEXT_MAX, "%.17g", number);
}

/* Where the next `len` bytes of the reply may be written; NULL: no memory. A
 * reply is many small pieces: room is made once for all of them. */
static char *room(struct reply *reply, size_t len)
{
    struct buf *bytes = &reply->bytes;
    if (bytes->cap - bytes->end < len && !buf_reserve(bytes, len))
        return NULL;
    return bytes->data + bytes->end;
}

/* They have been written, up to `end`. */
static void wrote(struct reply *reply, const char *end)
{
    reply->bytes.end = (size_t)(end - reply->bytes.data);
}

static char *put_line_end(char *at)
{
    at[0] = '\r';
    at[1] = '\n';
    return at + 2;
}

static char *put(char *at, const char *data, size_t len)
{
    if (len > 0) /* or data may be NULL */
        memcpy(at, data, len);
    return at + len;
}

enum { HEADER_MAX = 1 + 20 + 2 /* bytes */ };

/* ":" number CRLF, and the same for the other types that begin so. */
static char *put_header(char *at, char type, long long number)
{
    *at++ = type;
    return put_line_end(at + format_ll(at, number));
}

static void header(struct reply *reply, char type, long long number)
{
    char *at = room(reply, HEADER_MAX);
    if (at != NULL)
        wrote(reply, put_header(at, type, number));
}

void reply_status(struct reply *reply, const char *text)
{
    size_t len = strlen(text);
    char *at = room(reply, 1 + len + 2);
    if (at == NULL)
        return;
    *at++ = '+';
    wrote(reply, put_line_end(put(at, text, len)));
}

void reply_integer(struct reply *reply, long long number)
{
    header(reply, ':', number);
}

void reply_double(struct reply *reply, double number)
{
    char text[1 + DOUBLE_TEXT_MAX + 2];
    size_t len = 1 + format_double(text + 1, number);
    if (reply->version != 3) {
        reply_bulk(reply, (struct slice){text + 1, len - 1});
        return;
    }
    text[0] = ',';
    text[len++] = '\r';
    text[len++] = '\n';
    buf_append(&reply->bytes, text, len);
}

void reply_bulk(struct reply *reply, struct slice bytes)
{
    char *at = room(reply, HEADER_MAX + bytes.len + 2);
    if (at == NULL)
        return;
    at = put_header(at, '$', (long long)bytes.len);
    wrote(reply, put_line_end(put(at, bytes.data, bytes.len)));
}

void reply_string(struct reply *reply, const char *text)
{
    reply_bulk(reply, (struct slice){text, strlen(text)});
}

void reply_null(struct reply *reply)
{
    const char *text = reply->version == 3 ? "_\r\n" : "$-1\r\n";
    buf_append(&reply->bytes, text, strlen(text));
}

void reply_null_array(struct reply *reply)
{
    const char *text = reply->version == 3 ? "_\r\n" : "*-1\r\n";
    buf_append(&reply->bytes, text, strlen(text));
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

void reply_error(struct reply *reply, const char *format, ...)
{
    char line[ERROR_MAX];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len > sizeof line - 1)
        len = sizeof line - 1;
    while (len > 0 && is_line_end(line[len - 1]))
        len--;
    for (size_t i = 0; i < len; i++)
        if (is_line_end(line[i]))
            line[i] = ' ';
    buf_append(&reply->bytes, "-", 1);
    buf_append(&reply->bytes, line, len);
    buf_append(&reply->bytes, "\r\n", 2);
    reply->errors++;
    memcpy(reply->code, line, sizeof reply->code);
    reply->code[sizeof reply->code - 1] = '\0';
}

void reply_array(struct reply *reply, size_t count)
{
    header(reply, '*', (long long)count);
}

void reply_map(struct reply *reply, size_t pairs)
{
    if (reply->version == 3)
        header(reply, '%', (long long)pairs);
    else
        header(reply, '*', (long long)(2 * pairs));
}

void reply_set(struct reply *reply, size_t count)
{
    header(reply, reply->version == 3 ? '~' : '*', (long long)count);
}

void reply_push(struct reply *reply, size_t count)
{
    header(reply, reply->version == 3 ? '>' : '*', (long long)count);
}

void reply_verbatim(struct reply *reply, struct slice text)
{
    if (reply->version != 3) {
        reply_bulk(reply, text);
        return;
    }
    header(reply, '=', (long long)(text.len + 4));
    buf_append(&reply->bytes, "txt:", 4);
    buf_append(&reply->bytes, text.data, text.len);
    buf_append(&reply->bytes, "\r\n", 2);
}

void reply_take_back(struct reply *reply, size_t len)
{
    reply->bytes.end = reply->bytes.start + len;
}
