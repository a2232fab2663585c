/* A number's mark has 12 characters and so has the number, as in
 * redis-benchmark: lengths never change, and the marks can be looked for in
 * the finished request. */
#include "request.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS = 12, WORDS_MAX = 1024 };

static const char mark[DIGITS + 1] = "__rand_int__";

static const struct {
    const char *name, *text; /* no text: the value */
} names[] = {
    {"__key__", "key:__rand_int__"},
    {"__data__", NULL},
};

static void append_value(struct buf *out, size_t size)
{
    if (!buf_reserve(out, size))
        return;
    memset(out->data + out->end, 'x', size);
    out->end += size;
}

/* Appends what the name at `word` stands for, and returns its length; 0 when
 * there is no name. */
static size_t expand_name(struct buf *out, const char *word, size_t value_size)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i].name);
        if (strncmp(word, names[i].name, len) != 0)
            continue;
        if (names[i].text != NULL)
            buf_append(out, names[i].text, strlen(names[i].text));
        else
            append_value(out, value_size);
        return len;
    }
    return 0;
}

static void expand(struct buf *out, const char *word, size_t value_size)
{
    while (*word != '\0') {
        size_t len = expand_name(out, word, value_size);
        if (len == 0)
            buf_append(out, word, len = 1);
        word += len;
    }
}

static bool find_holes(struct request *request)
{
    char *start = request->bytes.data;
    char *end = start + request->bytes.end, *at = start;
    while ((at = memmem(at, (size_t)(end - at), mark, DIGITS)) != NULL) {
        if (request->count == REQUEST_HOLES)
            return false;
        request->holes[request->count++] = (size_t)(at - start);
        memset(at, '0', DIGITS);
        at += DIGITS;
    }
    return true;
}

/* The words as slices of `text`, which holds them one behind the other. */
static size_t expand_all(struct buf *text, struct slice *slices,
                         const char *const *words, size_t value_size)
{
    size_t count = 0;
    for (; count < WORDS_MAX && words[count] != NULL; count++) {
        size_t before = text->end;
        expand(text, words[count], value_size);
        slices[count].len = text->end - before;
    }
    const char *at = text->data;
    for (size_t i = 0; i < count; i++, at += slices[i - 1].len)
        slices[i].data = at;
    return count;
}

bool request_make(struct request *request, const struct protocol *protocol,
                  const char *const *words, size_t value_size, const char **why)
{
    struct buf text = {0};
    struct slice slices[WORDS_MAX];
    size_t count = expand_all(&text, slices, words, value_size);
    *request = (struct request){0};
    *why = NULL;
    if (words[count] != NULL)
        *why = "too many words";
    else if (text.failed)
        *why = "no memory for it";
    else if (!protocol->append(&request->bytes, slices, count))
        *why = "this protocol has no such request";
    else if (request->bytes.failed)
        *why = "no memory for it";
    else if (!find_holes(request))
        *why = "too many numbers in it";
    buf_free(&text);
    return *why == NULL;
}

void request_free(struct request *request)
{
    buf_free(&request->bytes);
}

/* Over zeros, from the last of 12 digits. */
static void put_number(char *last, uint64_t number)
{
    for (; number > 0; number /= 10)
        *last-- = (char)('0' + number % 10);
}

char *request_put(const struct request *request, char *there, struct draw *draw)
{
    memcpy(there, request->bytes.data, request->bytes.end);
    for (size_t i = 0; i < request->count; i++)
        put_number(there + request->holes[i] + DIGITS - 1, draw_key(draw));
    return there + request->bytes.end;
}
