/* Redis reads a cursor with strtoul(3), so it takes what that takes: an empty
 * word, "+1", "-1", digits up to a NUL. */
#include "command/scan.h"
#include "base/glob.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_COUNT = 10, CURSOR_TEXT_MAX = 256 /* bytes */ };

bool scan_cursor(struct call *call, size_t i, uint64_t *cursor)
{
    char text[CURSOR_TEXT_MAX];
    struct slice word = arg(call, i);
    size_t len = strnlen(word.data, word.len);
    char *end = text;
    if (len < sizeof text) {
        memcpy(text, word.data, len);
        text[len] = '\0';
        errno = 0;
        *cursor = strtoull(text, &end, 10);
        if (*end == '\0' && errno != ERANGE && !isspace((unsigned char)*text))
            return true;
    }
    reply_error(call->out, "ERR invalid cursor");
    return false;
}

static bool parse_count(struct call *call, size_t i, size_t *count)
{
    long long number;
    if (!arg_integer(call, i, &number))
        return false;
    if (number < 1)
        reply_syntax_error(call);
    *count = (size_t)number;
    return number >= 1;
}

bool scan_options(struct call *call, size_t first, bool with_type,
                  struct scan *scan)
{
    scan->count = DEFAULT_COUNT;
    for (size_t i = first; i < call->argc; i += 2) {
        if (i + 1 < call->argc && arg_is(call, i, "count")) {
            if (!parse_count(call, i + 1, &scan->count))
                return false;
        } else if (i + 1 < call->argc && arg_is(call, i, "match")) {
            scan->pattern = arg(call, i + 1);
        } else if (i + 1 < call->argc && arg_is(call, i, "type") &&
                   with_type) {
            scan->type = arg(call, i + 1);
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    return true;
}

bool scan_object(struct call *call, enum value_type type, struct scan *scan,
                 void **object)
{
    *scan = (struct scan){0};
    if (!scan_cursor(call, 2, &scan->cursor) ||
        !call_find(call, 0, type, object))
        return false;
    if (*object != NULL)
        return scan_options(call, 3, false, scan);
    scan->cursor = 0;
    scan_reply(call, scan);
    return false;
}

bool scan_wants(struct scan *scan, struct slice name)
{
    scan->seen++;
    return scan->pattern.data == NULL || glob_is_all(scan->pattern) ||
           glob_match(scan->pattern, name);
}

void scan_add(struct scan *scan, struct slice element)
{
    reply_bulk(&scan->found, element);
    scan->found_count++;
}

bool scan_more(struct scan *scan, uint64_t next)
{
    scan->cursor = next;
    return next != 0 && scan->seen < scan->count;
}

void scan_reply(struct call *call, struct scan *scan)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu",
                       (unsigned long long)scan->cursor);
    if (!scan->found.bytes.failed) {
        reply_array(call->out, 2);
        reply_bulk(call->out, (struct slice){digits, (size_t)len});
    }
    reply_collected(call, reply_array, scan->found_count, &scan->found);
}
