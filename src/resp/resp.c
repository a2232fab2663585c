/* A state machine that eats one request. It looks at every byte once:
 *
 *             "*3\r\n"            "$5\r\n"          5 bytes + CRLF
 *     START -----------------> LENGTH --------> BULK ----+
 *       |                        ^                      | next word
 *       | any other first byte   +----------------------+
 *       v
 *     an inline request: split the line into words
 *
 * `at` is where the piece begins that is being read, `seen` how far the search
 * for its end has come. Words are kept as offsets until the request is whole,
 * because the buffer may move while it grows. */
#include "resp.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ANONYMOUS_WORDS = 10,
    ANONYMOUS_BULK = 16 * 1024, /* bytes */
    KEEP_WORDS = 64,            /* a longer word list is given back */
};

__attribute__((format(printf, 2, 3)))
static enum resp_result bad(struct resp_parser *parser, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = snprintf(parser->error, sizeof parser->error, "Protocol error: ");
    vsnprintf(parser->error + n, sizeof parser->error - (size_t)n, format,
              args);
    va_end(args);
    return RESP_BAD;
}

static bool room_for_word(struct resp_parser *parser)
{
    if (parser->argc < parser->cap)
        return true;
    size_t cap = parser->cap > 0 ? parser->cap * 2 : 8;
    size_t *starts = realloc(parser->starts, cap * sizeof *starts);
    if (starts == NULL)
        return false;
    parser->starts = starts;
    struct slice *argv = realloc(parser->argv, cap * sizeof *argv);
    if (argv == NULL)
        return false;
    parser->argv = argv;
    parser->cap = cap;
    return true;
}

static bool add_word(struct resp_parser *parser, size_t start, size_t len)
{
    if (!room_for_word(parser))
        return false;
    parser->starts[parser->argc] = start;
    parser->argv[parser->argc++].len = len;
    return true;
}

/* The request is whole: its words no longer move. */
static enum resp_result done(struct resp_parser *parser, const char *base)
{
    for (size_t i = 0; i < parser->argc; i++)
        parser->argv[i].data = base + parser->starts[i];
    return RESP_DONE;
}

/* line = byte* end, where an end of CR takes one more byte, the LF. */
static enum resp_result take_line(struct resp_parser *parser, struct slice in,
                                  char end, size_t limit, struct slice *line)
{
    const char *start = in.data + parser->at;
    const char *stop = NULL;
    if (parser->seen < in.len)
        stop = memchr(in.data + parser->seen, end, in.len - parser->seen);
    size_t len = stop ? (size_t)(stop - start) : in.len - parser->at;
    if (len > limit)
        return RESP_BAD;
    parser->seen = parser->at + len;
    size_t whole = parser->seen + (end == '\r' ? 2 : 1);
    if (stop == NULL || whole > in.len)
        return RESP_MORE;
    *line = (struct slice){start, len};
    parser->at = parser->seen = whole;
    return RESP_DONE;
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0'
                                     : tolower((unsigned char)c) - 'a' + 10;
}

static char letter_escape(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'b':
        return '\b';
    case 'a':
        return '\a';
    default:
        return c;
    }
}

/* escape = "\" ( "x" hex hex / byte )   in double quotes
 *        = "\'"                         in single quotes
 * Anything else is a byte that stands for itself. */
static const char *take_byte(const char *p, const char *end, char quote,
                             char *byte)
{
    *byte = *p;
    if (*p != '\\' || end - p < 2 || (quote == '\'' && p[1] != quote))
        return p + 1;
    if (quote == '"' && end - p >= 4 && p[1] == 'x' &&
        isxdigit((unsigned char)p[2]) && isxdigit((unsigned char)p[3])) {
        *byte = (char)(hex_digit(p[2]) * 16 + hex_digit(p[3]));
        return p + 4;
    }
    *byte = letter_escape(p[1]);
    return p + 2;
}

/* quoted = <"> ( byte / escape )* <"> / "'" ( byte / escape )* "'"
 * Returns what follows the closing quote, or NULL: it must be there, with a
 * space or the end of the line behind it. */
static const char *take_quoted(const char *p, const char *end, struct buf *out)
{
    char quote = *p++;
    while (p < end && *p != quote) {
        char byte;
        p = take_byte(p, end, quote, &byte);
        buf_append(out, &byte, 1);
    }
    if (p == end || (p + 1 < end && !isspace((unsigned char)p[1])))
        return NULL;
    return p + 1;
}

/* word = { byte except space } [ quoted ]: a closing quote ends it */
static const char *take_word(const char *p, const char *end, struct buf *out)
{
    while (p < end && strchr(" \t\r\n", *p) == NULL) {
        if (*p == '"' || *p == '\'')
            return take_quoted(p, end, out);
        buf_append(out, p++, 1);
    }
    return p;
}

/* inline = { word } LF */
static enum resp_result parse_inline(struct resp_parser *parser,
                                     struct slice in, size_t limit)
{
    struct slice line;
    enum resp_result result = take_line(parser, in, '\n', limit, &line);
    if (result == RESP_BAD)
        return bad(parser, "too big inline request");
    if (result == RESP_MORE)
        return result;
    const char *p = line.data;
    const char *end = p + strnlen(p, line.len); /* as in Redis, NUL ends it */
    if (!buf_reserve(&parser->unquoted, line.len + 1)) /* data is not NULL */
        return bad(parser, "out of memory");
    for (;;) {
        while (p < end && isspace((unsigned char)*p))
            p++;
        if (p == end)
            break;
        size_t start = buf_len(&parser->unquoted);
        p = take_word(p, end, &parser->unquoted);
        if (p == NULL)
            return bad(parser, "unbalanced quotes in request");
        size_t len = buf_len(&parser->unquoted) - start;
        if (!add_word(parser, start, len))
            return bad(parser, "out of memory");
    }
    return done(parser, parser->unquoted.data);
}

/* array = "*" number CRLF ... : the number of words */
static enum resp_result parse_count(struct resp_parser *parser, struct slice in,
                                    const struct resp_limits *limits)
{
    struct slice line;
    enum resp_result result = take_line(parser, in, '\r', limits->line, &line);
    if (result == RESP_BAD)
        return bad(parser, "too big mbulk count string");
    if (result == RESP_MORE)
        return result;
    struct slice digits = {line.data + 1, line.len - 1};
    if (!slice_to_ll(digits, &parser->left) || parser->left > INT_MAX ||
        (parser->left > 0 && (size_t)parser->left > limits->words))
        return bad(parser, "invalid multibulk length");
    if (limits->anonymous && parser->left > ANONYMOUS_WORDS)
        return bad(parser, "unauthenticated multibulk length");
    parser->state = RESP_LENGTH;
    return RESP_DONE;
}

/* "$" number CRLF : the length of the next word */
static enum resp_result parse_length(struct resp_parser *parser,
                                     struct slice in,
                                     const struct resp_limits *limits)
{
    struct slice line;
    enum resp_result result = take_line(parser, in, '\r', limits->line, &line);
    if (result == RESP_BAD)
        return bad(parser, "too big bulk count string");
    if (result == RESP_MORE)
        return result;
    if (line.data[0] != '$')
        return bad(parser, "expected '$', got '%c'", line.data[0]);
    long long bulk;
    struct slice digits = {line.data + 1, line.len - 1};
    if (!slice_to_ll(digits, &bulk) || bulk < 0 ||
        (unsigned long long)bulk > limits->bulk)
        return bad(parser, "invalid bulk length");
    if (limits->anonymous && bulk > ANONYMOUS_BULK)
        return bad(parser, "unauthenticated bulk length");
    parser->bulk = (size_t)bulk;
    parser->state = RESP_BULK;
    return RESP_DONE;
}

/* byte{number} CRLF : the word itself. Like Redis, we trust the CRLF. */
static enum resp_result parse_bulk(struct resp_parser *parser, struct slice in)
{
    if (in.len - parser->at < parser->bulk + 2)
        return RESP_MORE;
    if (!add_word(parser, parser->at, parser->bulk))
        return bad(parser, "out of memory");
    parser->at += parser->bulk + 2;
    parser->seen = parser->at;
    parser->left--;
    parser->state = RESP_LENGTH;
    return RESP_DONE;
}

/* letter number CRLF, of few digits. What follows; or NULL: it is not that, or
 * not there. */
static const char *quick_number(const char *p, const char *end, char letter,
                                size_t *number)
{
    enum { DIGITS = 9 };
    if (p == end || *p++ != letter)
        return NULL;
    const char *start = p;
    size_t n = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        n = n * 10 + (size_t)(*p - '0');
    size_t digits = (size_t)(p - start);
    if (digits == 0 || digits > DIGITS || (*start == '0' && digits > 1) ||
        end - p < 2 || p[0] != '\r' || p[1] != '\n')
        return NULL;
    *number = n;
    return p + 2;
}

/* Nearly all requests come whole, and as everybody writes them: those are taken
 * in one pass. On false nothing has happened, and nothing is said about them. */
static bool parse_whole(struct resp_parser *parser, struct slice in,
                        const struct resp_limits *limits)
{
    const char *end = in.data + in.len;
    size_t count, len;
    const char *p = quick_number(in.data, end, '*', &count);
    if (p == NULL || count > limits->words || limits->anonymous)
        return false;
    for (; count > 0; count--) {
        p = quick_number(p, end, '$', &len);
        if (p == NULL || len > limits->bulk || (size_t)(end - p) < len + 2 ||
            !room_for_word(parser)) {
            parser->argc = 0;
            return false;
        }
        parser->argv[parser->argc++] = (struct slice){p, len};
        p += len + 2;
    }
    parser->at = parser->seen = (size_t)(p - in.data);
    return true;
}

enum resp_result resp_parse(struct resp_parser *parser, struct slice in,
                            const struct resp_limits *limits)
{
    enum resp_result result = RESP_DONE;
    if (parser->state == RESP_START) {
        if (in.len == 0)
            return RESP_MORE;
        if (in.data[0] != '*')
            return parse_inline(parser, in, limits->line);
        if (parser->seen == 0 && parse_whole(parser, in, limits))
            return RESP_DONE;
        result = parse_count(parser, in, limits);
    }
    while (result == RESP_DONE && parser->left > 0)
        result = parser->state == RESP_LENGTH
                     ? parse_length(parser, in, limits)
                     : parse_bulk(parser, in);
    return result == RESP_DONE ? done(parser, in.data) : result;
}

void resp_next(struct resp_parser *parser)
{
    if (parser->cap > KEEP_WORDS) {
        resp_free(parser);
        return;
    }
    parser->argc = 0;
    parser->at = parser->seen = 0;
    parser->state = RESP_START;
    if (parser->unquoted.data != NULL)
        buf_free(&parser->unquoted);
}

void resp_free(struct resp_parser *parser)
{
    free(parser->argv);
    free(parser->starts);
    buf_free(&parser->unquoted);
    *parser = (struct resp_parser){0};
}

bool slice_to_ll(struct slice text, long long *number)
{
    if (text.len == 0)
        return false;
    const char *p = text.data;
    const char *end = p + text.len;
    bool minus = text.len > 1 && *p == '-';
    p += minus;
    if (end - p > 19 || (*p == '0' && text.len > 1))
        return false;
    unsigned long long value = 0; /* 19 digits fit */
    for (; p < end; p++) {
        if (*p < '0' || *p > '9')
            return false;
        value = value * 10 + (unsigned long long)(*p - '0');
    }
    if (value > (unsigned long long)LLONG_MAX + (minus ? 1 : 0))
        return false;
    *number = minus ? (long long)(0 - value) : (long long)value;
    return true;
}
