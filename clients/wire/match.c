/* Comparing received bytes with a pattern, part by part. Each part answers one
 * question: given the bytes from its start on, where does it end, or where do
 * they stop agreeing? */
#include "wire/pattern.h"

#include <ctype.h>

enum { FRAME_MAX = 64 * 1024 * 1024 /* bytes: a longer one is a mistake */ };

/* What is behind the first `at` bytes. */
static struct slice behind(struct slice bytes, size_t at)
{
    if (at >= bytes.len)
        return (struct slice){NULL, 0};
    return (struct slice){bytes.data + at, bytes.len - at};
}

struct match {
    enum wire_verdict verdict;
    size_t len; /* MATCH: of the part; otherwise: the bytes that agree */
};

/* So many bytes, of which `left` are here. */
static struct match match_count(size_t len, size_t left)
{
    if (left >= len)
        return (struct match){WIRE_MATCH, len};
    return (struct match){WIRE_MORE, left};
}

static struct match match_bytes(struct slice expected, struct slice in)
{
    size_t common = expected.len < in.len ? expected.len : in.len;
    size_t same = 0;
    if (common > 0 && memcmp(expected.data, in.data, common) == 0)
        same = common;
    while (same < common && expected.data[same] == in.data[same])
        same++;
    if (same < common)
        return (struct match){WIRE_MISMATCH, same};
    return match_count(expected.len, in.len);
}

static struct match match_line(struct slice in)
{
    const char *end = in.len > 0 ? memchr(in.data, '\n', in.len) : NULL;
    if (end == NULL)
        return (struct match){WIRE_MORE, in.len};
    return (struct match){WIRE_MATCH, (size_t)(end - in.data) + 1};
}

static struct match match_digits(struct slice in)
{
    size_t len = 0;
    while (len < in.len && isdigit((unsigned char)in.data[len]))
        len++;
    if (len == in.len)
        return (struct match){WIRE_MORE, len};
    return (struct match){len > 0 ? WIRE_MATCH : WIRE_MISMATCH, len};
}

/* "$" digits CRLF, so many bytes, CRLF */
static struct match match_bulk(struct slice in)
{
    size_t at = 1, len = 0;
    if (in.len > 0 && in.data[0] != '$')
        return (struct match){WIRE_MISMATCH, 0};
    for (; at < in.len && isdigit((unsigned char)in.data[at]); at++)
        if (len < FRAME_MAX)
            len = len * 10 + (size_t)(in.data[at] - '0');
    if (at >= in.len)
        return (struct match){WIRE_MORE, in.len};
    if (in.data[at] != '\r' || at == 1 || len >= FRAME_MAX)
        return (struct match){WIRE_MISMATCH, at};
    size_t end = at + 2 + len;
    for (size_t i = 0; i < 2; i++) {
        if (in.len > at + i && in.data[at + i] != "\r\n"[i])
            return (struct match){WIRE_MISMATCH, at + i};
        if (in.len > end + i && in.data[end + i] != "\r\n"[i])
            return (struct match){WIRE_MISMATCH, end + i};
    }
    return match_count(end + 2, in.len);
}

static size_t read_u32(const char *bytes)
{
    size_t number = 0;
    for (int i = 3; i >= 0; i--)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

/* A u32 length and so many bytes, which start with the status, if any. */
static struct match match_frame(const struct wire_part *part, struct slice in)
{
    size_t least = part->kind == PART_REPLY ? 4 : 0;
    if (in.len < 4)
        return (struct match){WIRE_MORE, in.len};
    size_t len = read_u32(in.data);
    if (len > FRAME_MAX || len < least)
        return (struct match){WIRE_MISMATCH, 0};
    if (in.len >= 8 && least > 0 && read_u32(in.data + 4) != part->number)
        return (struct match){WIRE_MISMATCH, 4};
    return match_count(4 + len, in.len);
}

static struct slice part_bytes(const struct wire_pattern *pattern,
                               const struct wire_part *part)
{
    struct slice bytes = behind(buf_slice(&pattern->bytes), part->start);
    bytes.len = part->len;
    return bytes;
}

static struct match match_part(const struct wire_pattern *pattern,
                               const struct wire_part *part, struct slice in)
{
    switch (part->kind) {
    case PART_LINE:
        return match_line(in);
    case PART_DIGITS:
        return match_digits(in);
    case PART_COUNT:
        return match_count(part->number, in.len);
    case PART_BULK:
        return match_bulk(in);
    case PART_MESSAGE:
    case PART_REPLY:
        return match_frame(part, in);
    default:
        return match_bytes(part_bytes(pattern, part), in);
    }
}

enum wire_verdict wire_pattern_match(const struct wire_pattern *pattern,
                                     struct slice received, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        struct match match = match_part(pattern, &pattern->parts[i],
                                        behind(received, *len));
        *len += match.len;
        if (match.verdict != WIRE_MATCH)
            return match.verdict;
    }
    return WIRE_MATCH;
}

static void show(struct buf *expected, struct buf *wild, struct slice bytes,
                 bool varies)
{
    buf_append(expected, bytes.data, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        buf_append(wild, varies ? "\1" : "\0", 1);
}

void wire_pattern_show(const struct wire_pattern *pattern,
                       struct slice received, struct buf *expected,
                       struct buf *wild)
{
    size_t at = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct wire_part *part = &pattern->parts[i];
        struct slice rest = behind(received, at);
        struct match match = match_part(pattern, part, rest);
        if (part->kind == PART_BYTES)
            show(expected, wild, part_bytes(pattern, part), false);
        else
            show(expected, wild, (struct slice){rest.data, match.len}, true);
        if (part->kind != PART_BYTES && match.verdict != WIRE_MATCH)
            return; /* nobody knows where the rest would be */
        at += part->kind == PART_BYTES ? part->len : match.len;
    }
}
