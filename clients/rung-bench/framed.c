/* The framed protocol of the chapters; all numbers are u32, lowest byte first:
 *
 *     request = length count { length byte{length} }
 *     reply   = length status byte{length - 4}     ; 0 ok, 1 not found, 2 error
 *
 * The first length of each is that of all that follows it. */
#include "protocol.h"

#include <stdint.h>

enum {
    NUMBER = 4,
    HEADER = 2 * NUMBER, /* bytes of a reply that are always there */
    MOST = 1 << 29       /* bytes of a reply */
};

static uint32_t load(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

static void append_number(struct buf *out, size_t number)
{
    char bytes[NUMBER];
    for (int i = 0; i < NUMBER; i++)
        bytes[i] = (char)(number >> (8 * i));
    buf_append(out, bytes, sizeof bytes);
}

static bool framed_append(struct buf *out, const struct slice *words,
                          size_t count)
{
    size_t length = NUMBER;
    for (size_t i = 0; i < count; i++)
        length += NUMBER + words[i].len;
    if (length > UINT32_MAX)
        return false;
    append_number(out, length);
    append_number(out, count);
    for (size_t i = 0; i < count; i++) {
        append_number(out, words[i].len);
        buf_append(out, words[i].data, words[i].len);
    }
    return true;
}

/* Length and status have come. */
static enum answer read_header(struct scan *scan)
{
    uint32_t length = load(scan->line), status = load(scan->line + NUMBER);
    if (length < NUMBER || length > MOST || status > 2)
        return ANSWER_BAD;
    scan->skip = length - NUMBER;
    scan->len = 0; /* room for an error's text */
    if (status == 0)
        return scan->skip > 0 ? ANSWER_VALUE : ANSWER_OK;
    return status == 1 ? ANSWER_NOTHING : ANSWER_ERROR;
}

static const char *take_header(struct scan *scan, const char *at,
                               const char *end)
{
    size_t there = (size_t)(end - at), wanted = HEADER - scan->len;
    size_t n = there < wanted ? there : wanted;
    scan_keep(scan, at, n);
    if (n == wanted)
        scan->first = read_header(scan);
    return at + n;
}

static const char *framed_scan(struct scan *scan, const char *at,
                               const char *end)
{
    scan_start(scan);
    if (scan->first == ANSWER_NONE)
        at = take_header(scan, at, end);
    if (scan->first == ANSWER_NONE)
        return at;
    const char *text = at;
    at = scan_skip(scan, at, end);
    if (scan->first == ANSWER_ERROR)
        scan_keep(scan, text, (size_t)(at - text));
    if (scan->skip == 0)
        scan_finish(scan, scan->first);
    return at;
}

const struct protocol protocol_framed = {"framed", framed_append, framed_scan};
