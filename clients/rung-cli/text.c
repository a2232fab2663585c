/* Both forms walk the values in the order in which they arrived: a function
 * that shows value `i` returns the index of the first value behind it. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

/* What a walk carries along. */
struct view {
    const struct reply_value *values;
    const char *bytes;
    struct buf *out;
};

static void add(struct buf *out, const char *text)
{
    buf_append(out, text, strlen(text));
}

void text_format(struct buf *out, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(out, text);
}

void text_quoted(struct buf *out, struct slice bytes)
{
    static const char special[] = "\n\r\t\a\b\\\"", names[] = "nrtab\\\"";
    add(out, "\"");
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.data[i];
        const char *found = memchr(special, c, sizeof special - 1);
        if (found != NULL)
            text_format(out, "\\%c", names[found - special]);
        else if (c >= ' ' && c <= '~')
            buf_append(out, &c, 1);
        else
            text_format(out, "\\x%02x", (unsigned char)c);
    }
    add(out, "\"");
}

static void add_bytes(const struct view *view, const struct reply_value *value)
{
    buf_append(view->out, view->bytes + value->start, value->len);
}

static bool is_true(const struct view *view, const struct reply_value *value)
{
    return view->bytes[value->start] == 't';
}

/* Lines and strings. */
static void pretty_scalar(const struct view *view,
                          const struct reply_value *value)
{
    struct buf *out = view->out;
    if (value->null) {
        add(out, "(nil)");
        return;
    }
    switch (value->type) {
    case '$':
        text_quoted(out,
                    (struct slice){view->bytes + value->start, value->len});
        return;
    case '#':
        add(out, is_true(view, value) ? "(true)" : "(false)");
        return;
    case ':':
        add(out, "(integer) ");
        break;
    case ',':
        add(out, "(double) ");
        break;
    case '(':
        add(out, "(big number) ");
        break;
    case '-':
    case '!':
        add(out, "(error) ");
        break;
    default:
        break;
    }
    add_bytes(view, value);
}

static const char *empty_text(char type)
{
    return type == '%'   ? "(empty hash)"
           : type == '~' ? "(empty set)"
           : type == '>' ? "(empty push)"
                         : "(empty array)";
}

/* Does redis-cli start a new line for a list that is the value of a key? Yes
 * if it has two entries, or if its only one is such a list. */
static bool needs_lines(const struct view *view, size_t i)
{
    for (;;) {
        const struct reply_value *value = &view->values[i];
        if (!reply_is_list(value) || value->count == 0)
            return false;
        bool map = value->type == '%';
        if (value->count > (map ? 2 : 1))
            return true;
        if (!map) {
            i++;
            continue;
        }
        size_t left = 1; /* step over the key, and all that is in it */
        for (i++; left > 0; i++)
            left += view->values[i].count - 1;
    }
}

static int digits_of(size_t n)
{
    int digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

static void add_spaces(struct buf *out, int count)
{
    for (; count > 0; count--)
        add(out, " ");
}

static size_t pretty(const struct view *view, size_t i, int indent);

/* Every entry but the first starts a line: indentation, number, sign. */
static size_t pretty_list(const struct view *view, size_t i, int indent)
{
    const struct reply_value *list = &view->values[i++];
    bool map = list->type == '%';
    char sign = map ? '#' : list->type == '~' ? '~' : ')';
    size_t entries = map ? list->count / 2 : list->count;
    int width = digits_of(entries), inner = indent + width + 2;
    for (size_t entry = 1; entry <= entries; entry++) {
        if (entry > 1) {
            add(view->out, "\n");
            add_spaces(view->out, indent);
        }
        text_format(view->out, "%*zu%c ", width, entry, sign);
        i = pretty(view, i, inner);
        if (!map)
            continue;
        add(view->out, " => ");
        if (needs_lines(view, i)) {
            add(view->out, "\n");
            add_spaces(view->out, inner);
        }
        i = pretty(view, i, inner);
    }
    return i;
}

static size_t pretty(const struct view *view, size_t i, int indent)
{
    const struct reply_value *value = &view->values[i];
    if (reply_is_list(value) && value->count > 0)
        return pretty_list(view, i, indent);
    if (reply_is_list(value))
        add(view->out, empty_text(value->type));
    else
        pretty_scalar(view, value);
    return i + 1;
}

static bool is_text(const struct view *view, size_t i, const char *text)
{
    const struct reply_value *value = &view->values[i];
    return value->type == '$' && value->len == strlen(text) &&
           memcmp(view->bytes + value->start, text, value->len) == 0;
}

/* A push that says which of the keys that we have read are no longer true:
 * >2 [ "invalidate", *n [ key ... ] ] */
static bool is_invalidation(const struct view *view, size_t count)
{
    if (count < 3 || view->values[0].type != '>' ||
        view->values[0].count != 2 || !is_text(view, 1, "invalidate") ||
        view->values[2].type != '*')
        return false;
    for (size_t i = 3; i < count; i++)
        if (view->values[i].type != '$' || view->values[i].null)
            return false;
    return !view->values[2].null;
}

static void pretty_invalidation(const struct view *view, size_t count)
{
    add(view->out, "-> invalidate: ");
    for (size_t i = 3; i < count; i++) {
        add(view->out, i > 3 ? ", '" : "'");
        add_bytes(view, &view->values[i]);
        add(view->out, "'");
    }
}

void text_pretty(struct buf *out, const struct reply *reply, struct slice bytes)
{
    struct view view = {reply->values, bytes.data, out};
    if (is_invalidation(&view, reply->count))
        pretty_invalidation(&view, reply->count);
    else
        pretty(&view, 0, 0);
    add(out, "\n");
}

static size_t raw(const struct view *view, size_t i)
{
    const struct reply_value *value = &view->values[i++];
    if (reply_is_list(value)) {
        bool map = value->type == '%';
        for (size_t entry = 0; entry < value->count; entry++) {
            if (entry > 0)
                add(view->out, map && entry % 2 == 1 ? " " : "\n");
            i = raw(view, i);
        }
    } else if (value->type == '#') {
        add(view->out, is_true(view, value) ? "(true)" : "(false)");
    } else if (!value->null) {
        add_bytes(view, value);
        if (value->type == '-' || value->type == '!')
            add(view->out, "\n");
    }
    return i;
}

void text_raw(struct buf *out, const struct reply *reply, struct slice bytes)
{
    struct view view = {reply->values, bytes.data, out};
    raw(&view, 0);
    add(out, "\n");
}
