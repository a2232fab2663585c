#include "answer.h"

#include "request.h"
#include "text.h"

#include <stdio.h>

enum { OK, NOT_FOUND, ERROR }; /* the statuses of a framed reply */

static const char other_protocol[] = "does the server speak another protocol?";

static enum reply_result parse_message(struct answer *answer, struct slice in)
{
    if (in.len < U32)
        return REPLY_MORE;
    size_t length = u32_read(in.data);
    if (length > MESSAGE_MAX) {
        snprintf(answer->error, sizeof answer->error,
                 "The message announces %zu bytes, more than the %d that one "
                 "may have: %s",
                 length, MESSAGE_MAX, other_protocol);
        return REPLY_BAD;
    }
    if (answer->proto == PROTO_FRAMED && length < U32) {
        snprintf(answer->error, sizeof answer->error,
                 "A reply starts with a status of 4 bytes, but this message "
                 "has %zu: %s",
                 length, other_protocol);
        return REPLY_BAD;
    }
    if (in.len - U32 < length)
        return REPLY_MORE;
    answer->len = U32 + length;
    return REPLY_DONE;
}

static enum reply_result parse_resp(struct answer *answer, struct slice in)
{
    enum reply_result result = reply_parse(&answer->reply, in);
    answer->len = answer->reply.at;
    if (result == REPLY_BAD)
        snprintf(answer->error, sizeof answer->error, "%s",
                 answer->reply.error);
    return result;
}

enum reply_result answer_parse(struct answer *answer, struct slice in)
{
    if (answer->proto == PROTO_RESP)
        return parse_resp(answer, in);
    if (answer->proto != PROTO_RAW)
        return parse_message(answer, in);
    answer->len = in.len;
    return in.len > 0 ? REPLY_DONE : REPLY_MORE;
}

void answer_next(struct answer *answer)
{
    reply_next(&answer->reply);
    answer->len = 0;
}

void answer_free(struct answer *answer)
{
    reply_free(&answer->reply);
}

void answer_missing(const struct answer *answer, struct slice in, char *text,
                    size_t size)
{
    if (answer->proto == PROTO_RESP)
        reply_missing(&answer->reply, in, text, size);
    else if (in.len == 0)
        snprintf(text, size, "no byte of the reply came");
    else if (in.len < U32)
        snprintf(text, size, "%zu of the 4 bytes of the length came", in.len);
    else
        snprintf(text, size, "%zu of %lu bytes of the message came",
                 in.len - U32, (unsigned long)u32_read(in.data));
}

static void show_bytes(struct slice bytes, bool raw, struct buf *out)
{
    if (raw)
        buf_append(out, bytes.data, bytes.len);
    else
        text_quoted(out, bytes);
}

/* Status and bytes, in the manner of redis-cli. */
static void show_framed(struct slice body, bool raw, struct buf *out)
{
    uint32_t status = u32_read(body.data);
    struct slice bytes = {body.data + U32, body.len - U32};
    if (!raw && status == ERROR)
        text_format(out, "(error) ");
    else if (!raw && status == NOT_FOUND)
        text_format(out, "(not found)%s", bytes.len > 0 ? " " : "");
    else if (!raw && status != OK)
        text_format(out, "(status %lu) ", (unsigned long)status);
    else if (!raw && bytes.len == 0)
        text_format(out, "(ok)");
    if (bytes.len > 0)
        show_bytes(bytes, raw || status == ERROR, out);
}

void answer_show(const struct answer *answer, struct slice bytes, bool raw,
                 struct buf *out)
{
    if (answer->proto == PROTO_RESP) {
        (raw ? text_raw : text_pretty)(out, &answer->reply, bytes);
        return;
    }
    size_t start = answer->proto == PROTO_RAW ? 0 : U32;
    struct slice body = {bytes.data + start, answer->len - start};
    if (answer->proto == PROTO_FRAMED)
        show_framed(body, raw, out);
    else
        show_bytes(body, raw, out);
    if (!raw || answer->proto != PROTO_RAW)
        text_format(out, "\n");
}

bool answer_is_error(const struct answer *answer, struct slice bytes)
{
    if (answer->proto == PROTO_RESP)
        return strchr("-!", answer->reply.values[0].type) != NULL;
    return answer->proto == PROTO_FRAMED && u32_read(bytes.data + U32) == ERROR;
}
