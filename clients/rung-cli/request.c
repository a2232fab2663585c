#include "request.h"

#include "text.h"

static void add_u32(struct buf *out, size_t number)
{
    char bytes[U32];
    for (int i = 0; i < U32; i++)
        bytes[i] = (char)(number >> 8 * i & 0xff);
    buf_append(out, bytes, sizeof bytes);
}

static void add_word(struct buf *out, struct slice word)
{
    buf_append(out, word.data, word.len);
}

static void add_joined(struct buf *out, const struct slices *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (i > 0)
            add_word(out, SLICE(" "));
        add_word(out, slices_get(words, i));
    }
}

static void add_resp(struct buf *out, const struct slices *words)
{
    text_format(out, "*%zu\r\n", words->count);
    for (size_t i = 0; i < words->count; i++) {
        struct slice word = slices_get(words, i);
        text_format(out, "$%zu\r\n", word.len);
        add_word(out, word);
        add_word(out, SLICE("\r\n"));
    }
}

static void add_framed(struct buf *out, const struct slices *words)
{
    add_u32(out, words->count);
    for (size_t i = 0; i < words->count; i++) {
        struct slice word = slices_get(words, i);
        add_u32(out, word.len);
        add_word(out, word);
    }
}

/* How many bytes will stand behind the length of the message? */
static size_t body_length(enum proto proto, const struct slices *words)
{
    size_t bytes = buf_len(&words->bytes);
    if (proto == PROTO_FRAMED)
        return U32 + words->count * U32 + bytes;
    return bytes + (words->count > 0 ? words->count - 1 : 0);
}

bool request_append(struct buf *out, enum proto proto,
                    const struct slices *words)
{
    if (proto == PROTO_MESSAGE || proto == PROTO_FRAMED) {
        size_t length = body_length(proto, words);
        if (length > UINT32_MAX)
            return false;
        add_u32(out, length);
    }
    if (proto == PROTO_RESP)
        add_resp(out, words);
    else if (proto == PROTO_FRAMED)
        add_framed(out, words);
    else
        add_joined(out, words);
    return !out->failed;
}

bool request_read_line(struct slices *words, enum proto proto,
                       struct slice line)
{
    if (proto == PROTO_RAW || proto == PROTO_MESSAGE)
        return words_unescape(words, line);
    return words_split(words, line);
}
