#include "wire/pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

long wire_number_value(struct wire_number number, const long *counters)
{
    return number.counter >= 0 ? counters[number.counter] : number.value;
}

/* --- building --- */

static void append_word(struct buf *out, const struct wire_item *word,
                        const long *counters);

static void append_u32(struct buf *out, size_t number)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    buf_append(out, bytes, sizeof bytes);
}

/* sign number CRLF, such as "*3\r\n" */
static void append_head(struct buf *out, char sign, size_t number)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%c%zu\r\n", sign, number);
    buf_append(out, text, (size_t)len);
}

static void append_bulk(struct buf *out, struct slice bytes)
{
    append_head(out, '$', bytes.len);
    buf_append(out, bytes.data, bytes.len);
    buf_append(out, "\r\n", 2);
}

static void append_length_and(struct buf *out, struct slice bytes)
{
    append_u32(out, bytes.len);
    buf_append(out, bytes.data, bytes.len);
}

/* Each word behind its length, in the request's or in RESP's manner. */
static void append_words(struct buf *out, const struct wire_item *words,
                         const long *counters,
                         void (*append)(struct buf *, struct slice))
{
    for (; words != NULL; words = words->next) {
        struct buf word = {0};
        append_word(&word, words, counters);
        append(out, buf_slice(&word));
        out->failed |= word.failed;
        buf_free(&word);
    }
}

static size_t count_words(const struct wire_item *words)
{
    size_t count = 0;
    for (; words != NULL; words = words->next)
        count++;
    return count;
}

/* What stands in the parentheses, before its own length is known. */
static void append_inside(struct buf *out, const struct wire_item *item,
                          const long *counters)
{
    if (item->kind == WIRE_REQUEST) {
        append_u32(out, count_words(item->inside));
        append_words(out, item->inside, counters, append_length_and);
        return;
    }
    if (item->kind == WIRE_REPLY)
        append_u32(out, (size_t)wire_number_value(item->number, counters));
    for (const struct wire_item *word = item->inside; word; word = word->next)
        append_word(out, word, counters);
}

static void append_framed(struct buf *out, const struct wire_item *item,
                          const long *counters)
{
    struct buf inside = {0};
    append_inside(&inside, item, counters);
    if (item->kind == WIRE_BULK)
        append_bulk(out, buf_slice(&inside));
    else
        append_length_and(out, buf_slice(&inside));
    out->failed |= inside.failed;
    buf_free(&inside);
}

static void append_item(struct buf *out, const struct wire_item *item,
                        const long *counters)
{
    char text[32];
    switch (item->kind) {
    case WIRE_TEXT:
        buf_append(out, item->text.data, item->text.len);
        break;
    case WIRE_COUNTER:
        buf_append(out, text,
                   (size_t)snprintf(text, sizeof text, "%ld",
                                    counters[item->number.counter]));
        break;
    case WIRE_U32:
        append_u32(out, (size_t)wire_number_value(item->number, counters));
        break;
    case WIRE_RESP:
        append_head(out, '*', count_words(item->inside));
        append_words(out, item->inside, counters, append_bulk);
        break;
    default:
        append_framed(out, item, counters);
        break;
    }
}

/* As often as its `times` says. */
static void append_part(struct buf *out, const struct wire_item *item,
                        const long *counters)
{
    struct buf part = {0};
    append_item(&part, item, counters);
    struct slice bytes = buf_slice(&part);
    long times = wire_number_value(item->times, counters);
    for (long i = 0; i < times && !out->failed; i++)
        buf_append(out, bytes.data, bytes.len);
    out->failed |= part.failed;
    buf_free(&part);
}

/* word = part { "+" part } */
static void append_word(struct buf *out, const struct wire_item *word,
                        const long *counters)
{
    for (; word != NULL; word = word->plus)
        append_part(out, word, counters);
}

static void add_part(struct wire_pattern *pattern, struct wire_part part)
{
    if (pattern->count == pattern->cap) {
        size_t cap = pattern->cap * 2 + 8;
        struct wire_part *parts = realloc(pattern->parts, cap * sizeof *parts);
        if (parts == NULL) {
            pattern->failed = true;
            return;
        }
        pattern->parts = parts;
        pattern->cap = cap;
    }
    pattern->parts[pattern->count++] = part;
}

/* Bytes behind bytes become one part. */
static void add_bytes(struct wire_pattern *pattern,
                      const struct wire_item *item, const long *counters)
{
    size_t start = buf_len(&pattern->bytes);
    append_part(&pattern->bytes, item, counters);
    size_t len = buf_len(&pattern->bytes) - start;
    struct wire_part *last = NULL;
    if (pattern->count > 0)
        last = &pattern->parts[pattern->count - 1];
    if (last != NULL && last->kind == PART_BYTES)
        last->len += len;
    else if (len > 0)
        add_part(pattern, (struct wire_part){PART_BYTES, start, len, 0});
}

static bool is_lone_any(const struct wire_item *item)
{
    return item->inside != NULL && item->inside->kind == WIRE_ANY;
}

/* The kind of an item that varies, or BYTES. */
static enum wire_part_kind kind_of(const struct wire_item *item)
{
    if (item->kind == WIRE_ANY_LINE)
        return PART_LINE;
    if (item->kind == WIRE_ANY_DIGITS)
        return PART_DIGITS;
    if (item->kind == WIRE_ANY_BYTES)
        return PART_COUNT;
    if (!is_lone_any(item))
        return PART_BYTES;
    if (item->kind == WIRE_BULK)
        return PART_BULK;
    return item->kind == WIRE_REPLY ? PART_REPLY : PART_MESSAGE;
}

static void add_item(struct wire_pattern *pattern, const struct wire_item *item,
                     const long *counters)
{
    enum wire_part_kind kind = kind_of(item);
    if (kind == PART_BYTES) {
        add_bytes(pattern, item, counters);
        return;
    }
    long number = wire_number_value(item->number, counters);
    long times = wire_number_value(item->times, counters);
    for (long i = 0; i < times && !pattern->failed; i++)
        add_part(pattern, (struct wire_part){kind, 0, 0, (size_t)number});
}

void wire_pattern_add(struct wire_pattern *pattern,
                      const struct wire_item *items, const long *counters)
{
    for (; items != NULL; items = items->next)
        for (const struct wire_item *item = items; item; item = item->plus)
            add_item(pattern, item, counters);
    pattern->failed |= pattern->bytes.failed;
}

void wire_pattern_free(struct wire_pattern *pattern)
{
    buf_free(&pattern->bytes);
    free(pattern->parts);
    *pattern = (struct wire_pattern){0};
}
