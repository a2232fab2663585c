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

/* ":" number CRLF, and the same for the other types that begin so. */
static void header(struct reply *reply, char type, long long number)
{
    char line[24];
    line[0] = type;
    size_t len = 1 + format_ll(line + 1, number);
    line[len++] = '\r';
    line[len++] = '\n';
    buf_append(&reply->bytes, line, len);
}

void reply_status(struct reply *reply, const char *text)
{
    buf_append(&reply->bytes, "+", 1);
    buf_append(&reply->bytes, text, strlen(text));
    buf_append(&reply->bytes, "\r\n", 2);
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
    header(reply, '$', (long long)bytes.len);
    buf_append(&reply->bytes, bytes.data, bytes.len);
    buf_append(&reply->bytes, "\r\n", 2);
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
