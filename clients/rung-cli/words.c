#include "words.h"

#include <stdlib.h>
#include <strings.h>

static void put(struct words *words, char c)
{
    buf_append(&words->text, &c, 1);
}

/* The bytes put since the last word are the next one. */
static bool end_word(struct words *words)
{
    if (words->count == words->cap) {
        size_t cap = words->cap > 0 ? words->cap * 2 : 16;
        size_t *ends = realloc(words->ends, cap * sizeof *ends);
        if (ends == NULL)
            return false;
        words->ends = ends;
        words->cap = cap;
    }
    words->ends[words->count++] = buf_len(&words->text);
    return !words->text.failed;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* escape = "\" ("x" hex hex / "n" / "r" / "t" / "b" / "a" / any)
 * Puts the byte that it stands for; returns its length in characters. A lone
 * \ at the end stands for itself. */
static size_t put_escape(struct words *words, struct slice text)
{
    if (text.len == 1) {
        put(words, '\\');
        return 1;
    }
    char c = text.data[1];
    if (c == 'x' && text.len >= 4) {
        int high = hex_digit(text.data[2]), low = hex_digit(text.data[3]);
        if (high >= 0 && low >= 0) {
            put(words, (char)(high << 4 | low));
            return 4;
        }
    }
    static const char names[] = "nrtba", bytes[] = "\n\r\t\b\a";
    const char *name = memchr(names, c, sizeof names - 1);
    put(words, name != NULL ? bytes[name - names] : c);
    return 2;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

/* Puts what stands between two quotes of one kind. `text` starts at the first;
 * returns the length with both, or 0 when the second is not there or something
 * is stuck to it. */
static size_t put_quoted(struct words *words, struct slice text)
{
    char quote = text.data[0];
    size_t at = 1;
    while (at < text.len && text.data[at] != quote) {
        struct slice rest = {text.data + at, text.len - at};
        if (quote == '"' && rest.data[0] == '\\') {
            at += put_escape(words, rest);
        } else {
            if (rest.len >= 2 && memcmp(rest.data, "\\'", 2) == 0)
                at++;
            put(words, text.data[at++]);
        }
    }
    at++;
    bool closed = at <= text.len &&
                  (at == text.len || is_blank(text.data[at]));
    return closed ? at : 0;
}

bool words_split(struct words *words, struct slice line)
{
    size_t at = 0;
    for (;;) {
        while (at < line.len && is_blank(line.data[at]))
            at++;
        if (at == line.len)
            return true;
        while (at < line.len && !is_blank(line.data[at])) {
            char c = line.data[at];
            if (c != '"' && c != '\'') {
                put(words, c);
                at++;
                continue;
            }
            size_t quoted =
                put_quoted(words, (struct slice){line.data + at,
                                                 line.len - at});
            if (quoted == 0)
                return false;
            at += quoted;
        }
        if (!end_word(words))
            return false;
    }
}

bool words_add(struct words *words, struct slice word)
{
    buf_append(&words->text, word.data, word.len);
    return end_word(words);
}

bool words_add_escaped(struct words *words, struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        struct slice rest = {text.data + at, text.len - at};
        if (rest.data[0] == '\\') {
            at += put_escape(words, rest);
        } else {
            put(words, rest.data[0]);
            at++;
        }
    }
    return end_word(words);
}

struct slice words_get(const struct words *words, size_t index)
{
    size_t start = index > 0 ? words->ends[index - 1] : 0;
    size_t len = words->ends[index] - start;
    if (len == 0)
        return SLICE("");
    return (struct slice){buf_slice(&words->text).data + start, len};
}

bool words_match(const struct words *words, size_t index, const char *name)
{
    if (index >= words->count)
        return false;
    struct slice word = words_get(words, index);
    return word.len == strlen(name) &&
           strncasecmp(word.data, name, word.len) == 0;
}

void words_free(struct words *words)
{
    buf_free(&words->text);
    free(words->ends);
    *words = (struct words){0};
}
