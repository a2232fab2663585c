/* The parser takes one value at a time from `at`: a line, a whole string, or
 * only the first line of a list. A value that is not all there is looked at
 * again when more bytes came; that costs the same however long it is, because
 * a string's length is in its first line, and `seen` remembers how far a line
 * was searched for its end.
 *
 * The lists that are not complete form a stack. Each value that is complete
 * takes one from what its list is still waiting for, and the last one
 * completes the list itself. */
#include "reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    STRING_MAX = 512 * 1024 * 1024, /* bytes of one string, as in Redis */
    LIST_MAX = 1 << 30,             /* replies in one list */
};

static enum reply_result bad(struct reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum reply_result bad(struct reply *reply, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(reply->error, sizeof reply->error, format, args);
    va_end(args);
    return REPLY_BAD;
}

/* The line at `at`, without its type byte and CRLF. False: not all there. */
static bool find_line(struct reply *reply, struct slice in, struct slice *line)
{
    size_t from = reply->seen > reply->at ? reply->seen : reply->at;
    const char *end = NULL;
    if (from < in.len)
        end = memchr(in.data + from, '\n', in.len - from);
    if (end == NULL) {
        reply->seen = in.len;
        return false;
    }
    *line = (struct slice){in.data + reply->at + 1,
                           (size_t)(end - in.data) - reply->at - 1};
    return true;
}

/* number = [ "-" ] digit{1,19}; false when it is anything else. */
static bool read_number(struct slice text, long long *number)
{
    char copy[24];
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    size_t sign = copy[0] == '-';
    size_t digits = strspn(copy + sign, "0123456789");
    if (digits == 0 || digits != text.len - sign)
        return false;
    errno = 0;
    *number = strtoll(copy, NULL, 10);
    return errno == 0;
}

static bool is_double(struct slice text)
{
    char copy[328];
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    char *end;
    strtod(copy, &end);
    return end == copy + text.len && copy[0] != ' ';
}

static bool is_big_number(struct slice text)
{
    size_t sign = text.len > 0 && text.data[0] == '-';
    for (size_t i = sign; i < text.len; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.len > sign;
}

/* What a line of this type may say, or NULL. */
static const char *line_complaint(char type, struct slice text)
{
    long long number;
    bool is_bool = text.len == 1 && memchr("tf", text.data[0], 2) != NULL;
    switch (type) {
    case ':':
        return read_number(text, &number) ? NULL : "Bad integer value";
    case ',':
        return is_double(text) ? NULL : "Bad double value";
    case '#':
        return is_bool ? NULL : "Bad bool value";
    case '(':
        return is_big_number(text) ? NULL : "Bad bignum value";
    case '_':
        return text.len == 0 ? NULL : "Bad nil value";
    default:
        return memchr(text.data, '\r', text.len) == NULL
                   ? NULL
                   : "Bad simple string value";
    }
}

static struct reply_value *new_value(struct reply *reply, char type)
{
    if (reply->count == reply->cap) {
        size_t cap = reply->cap > 0 ? reply->cap * 2 : 16;
        struct reply_value *values = realloc(reply->values,
                                             cap * sizeof *values);
        if (values == NULL)
            return NULL;
        reply->values = values;
        reply->cap = cap;
    }
    struct reply_value *value = &reply->values[reply->count++];
    *value = (struct reply_value){.type = type};
    return value;
}

/* Which kind of value starts with this byte? */
static enum shape { LINE, STRING, LIST, UNKNOWN } shape_of(char type)
{
    if (type == '\0')
        return UNKNOWN;
    return strchr("+-:_,#(", type) != NULL ? LINE
           : strchr("$=!", type) != NULL   ? STRING
           : strchr("*~%>", type) != NULL  ? LIST
                                           : UNKNOWN;
}

/* A value is complete: so may be the list that it is in, and so on. */
static void complete(struct reply *reply)
{
    while (reply->depth > 0 && --reply->open[reply->depth - 1].left == 0)
        reply->depth--;
}

static enum reply_result take_line(struct reply *reply, struct slice in,
                                   struct slice text)
{
    char type = in.data[reply->at];
    const char *complaint = line_complaint(type, text);
    if (complaint != NULL)
        return bad(reply, "%s", complaint);
    struct reply_value *value = new_value(reply, type);
    if (value == NULL)
        return bad(reply, "Out of memory");
    value->null = type == '_';
    value->start = reply->at + 1;
    value->len = text.len;
    reply->at += 1 + text.len + 2;
    complete(reply);
    return REPLY_DONE;
}

/* The number in the first line of a string or a list; -1 means null. */
static bool take_length(struct reply *reply, struct slice line,
                        enum shape shape, long long *length)
{
    bool string = shape == STRING;
    if (!read_number(line, length))
        bad(reply, "Bad %s length", string ? "bulk string" : "multi-bulk");
    else if (*length < -1 || *length > (string ? STRING_MAX : LIST_MAX))
        bad(reply, "%s length out of range",
            string ? "Bulk string" : "Multi-bulk");
    else
        return true;
    return false;
}

/* A string of `length` bytes, whose first line ends before `body`. */
static enum reply_result take_string(struct reply *reply, struct slice in,
                                     size_t body, size_t length)
{
    if (in.len - body < length + 2)
        return REPLY_MORE;
    if (memcmp(in.data + body + length, "\r\n", 2) != 0)
        return bad(reply, "A string of %zu bytes is not followed by \\r\\n",
                   length);
    char type = in.data[reply->at];
    if (type == '=' && (length < 4 || in.data[body + 3] != ':'))
        return bad(reply, "Verbatim string 4 bytes of content type are "
                          "missing or incorrectly encoded.");
    struct reply_value *value = new_value(reply, type);
    if (value == NULL)
        return bad(reply, "Out of memory");
    size_t label = type == '=' ? 4 : 0;
    value->start = body + label;
    value->len = length - label;
    reply->at = body + length + 2;
    complete(reply);
    return REPLY_DONE;
}

static enum reply_result take_list(struct reply *reply, char type, size_t body,
                                   size_t length)
{
    struct reply_value *value = new_value(reply, type);
    if (value == NULL)
        return bad(reply, "Out of memory");
    value->count = type == '%' ? length * 2 : length;
    reply->at = body;
    if (length == 0) {
        complete(reply);
        return REPLY_DONE;
    }
    if (reply->depth == REPLY_DEPTH)
        return bad(reply, "More than %d lists within lists", REPLY_DEPTH);
    reply->open[reply->depth].value = reply->count - 1;
    reply->open[reply->depth++].left = value->count;
    return REPLY_DONE;
}

static enum reply_result take_null(struct reply *reply, char type, size_t body)
{
    struct reply_value *value = new_value(reply, type);
    if (value == NULL)
        return bad(reply, "Out of memory");
    value->null = true;
    reply->at = body;
    complete(reply);
    return REPLY_DONE;
}

static enum reply_result take_value(struct reply *reply, struct slice in)
{
    if (reply->at == in.len)
        return REPLY_MORE;
    char type = in.data[reply->at];
    enum shape shape = shape_of(type);
    if (shape == UNKNOWN)
        return bad(reply,
                   type >= ' ' && type <= '~'
                       ? "Protocol error, got \"%c\" as reply type byte"
                       : "Protocol error, got \"\\x%02x\" as reply type byte",
                   (unsigned char)type);
    struct slice line;
    if (!find_line(reply, in, &line))
        return REPLY_MORE;
    if (line.len == 0 || line.data[line.len - 1] != '\r')
        return bad(reply, "Bad simple string value");
    line.len--;
    if (shape == LINE)
        return take_line(reply, in, line);
    size_t body = reply->at + 1 + line.len + 2;
    long long length;
    if (!take_length(reply, line, shape, &length))
        return REPLY_BAD;
    if (length < 0)
        return take_null(reply, type, body);
    if (shape == STRING)
        return take_string(reply, in, body, (size_t)length);
    return take_list(reply, type, body, (size_t)length);
}

enum reply_result reply_parse(struct reply *reply, struct slice in)
{
    enum reply_result result;
    do
        result = take_value(reply, in);
    while (result == REPLY_DONE && reply->depth > 0);
    return result;
}

static const char *list_name(char type)
{
    return type == '%'   ? "a map"
           : type == '~' ? "a set"
           : type == '>' ? "a push"
                         : "an array";
}

/* The value at `at`, of which not all is there. */
static void missing_value(const struct reply *reply, struct slice in,
                          char *text, size_t size)
{
    struct slice rest = {in.data + reply->at, in.len - reply->at};
    const char *end = memchr(rest.data, '\n', rest.len);
    if (end == NULL) {
        snprintf(text, size, "%zu byte%s of a line came, but not its \\r\\n",
                 rest.len, rest.len == 1 ? "" : "s");
        return;
    }
    size_t first = (size_t)(end - rest.data) + 1;
    long long length = 0;
    read_number((struct slice){rest.data + 1, first - 3}, &length);
    size_t have = rest.len - first;
    if (have < (size_t)length)
        snprintf(text, size, "%zu of %lld bytes of a string came", have,
                 length);
    else
        snprintf(text, size,
                 "%lld bytes of a string came, but not the \\r\\n behind it",
                 length);
}

void reply_missing(const struct reply *reply, struct slice in, char *text,
                   size_t size)
{
    if (in.len == 0) {
        snprintf(text, size, "no byte of the reply came");
        return;
    }
    text[0] = '\0';
    if (reply->at < in.len)
        missing_value(reply, in, text, size);
    if (reply->depth == 0)
        return;
    const struct reply_value *list =
        &reply->values[reply->open[reply->depth - 1].value];
    size_t left = reply->open[reply->depth - 1].left;
    size_t used = strlen(text);
    snprintf(text + used, size - used,
             used > 0 ? " (value %zu of %zu in %s)"
                      : "nothing of value %zu of %zu in %s came",
             list->count - left + 1, list->count, list_name(list->type));
}

void reply_next(struct reply *reply)
{
    reply->count = reply->at = reply->seen = reply->depth = 0;
}

void reply_free(struct reply *reply)
{
    free(reply->values);
    *reply = (struct reply){0};
}
