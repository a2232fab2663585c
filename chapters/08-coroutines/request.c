/* Bytes in, bytes out: nothing here knows where they come from. */
#include "request.h"
#include "message.h"

#include <strings.h>

enum { WORDS_MAX = 3 };

static void reply(struct buf *out, enum status status, struct slice bytes)
{
    u32_append(out, (uint32_t)(4 + bytes.len));
    u32_append(out, status);
    buf_append(out, bytes.data, bytes.len);
}

static bool take_u32(struct slice *in, uint32_t *number)
{
    if (in->len < 4)
        return false;
    *number = u32_load(in->data);
    *in = (struct slice){in->data + 4, in->len - 4};
    return true;
}

static bool take_word(struct slice *in, struct slice *word)
{
    uint32_t len;
    if (!take_u32(in, &len) || in->len < len)
        return false;
    *word = (struct slice){in->data, len};
    *in = (struct slice){in->data + len, in->len - len};
    return true;
}

static bool parse(struct slice in, struct slice words[], uint32_t *count)
{
    if (!take_u32(&in, count) || *count > WORDS_MAX)
        return false;
    for (uint32_t i = 0; i < *count; i++)
        if (!take_word(&in, &words[i]))
            return false;
    return in.len == 0;
}

static void get(struct store *store, struct slice key, struct buf *out)
{
    struct buf value = {0};
    if (!store_get(store, key, &value))
        reply(out, STATUS_NOT_FOUND, SLICE(""));
    else if (value.failed)
        reply(out, STATUS_ERROR, SLICE("out of memory"));
    else
        reply(out, STATUS_OK, buf_slice(&value));
    buf_free(&value);
}

static void set(struct store *store, struct slice key, struct slice value,
                struct buf *out)
{
    if (store_set(store, key, value))
        reply(out, STATUS_OK, SLICE(""));
    else
        reply(out, STATUS_ERROR, SLICE("out of memory"));
}

static void del(struct store *store, struct slice key, struct buf *out)
{
    bool existed = store_del(store, key);
    reply(out, existed ? STATUS_OK : STATUS_NOT_FOUND, SLICE(""));
}

static bool is(struct slice word, const char *name)
{
    return word.len == strlen(name) && !strncasecmp(word.data, name, word.len);
}

void request_run(struct store *store, struct slice body, struct buf *out)
{
    struct slice words[WORDS_MAX];
    uint32_t count;
    if (!parse(body, words, &count))
        reply(out, STATUS_ERROR, SLICE("malformed request"));
    else if (count == 2 && is(words[0], "get"))
        get(store, words[1], out);
    else if (count == 3 && is(words[0], "set"))
        set(store, words[1], words[2], out);
    else if (count == 2 && is(words[0], "del"))
        del(store, words[1], out);
    else
        reply(out, STATUS_ERROR, SLICE("this is not GET k, SET k v or DEL k"));
}

void request_refuse(struct buf *out)
{
    reply(out, STATUS_ERROR, SLICE("message too long"));
}
