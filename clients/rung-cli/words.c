#include "words.h"

#include <strings.h>

static void put(struct slices *words, char c)
{
    buf_append(&words->bytes, &c, 1);
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
static size_t put_escape(struct slices *words, struct slice text)
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
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* Puts what stands between two quotes of one kind. `text` starts at the first;
 * returns the length with both, or 0 when the second is not there or something
 * is stuck to it. */
static size_t put_quoted(struct slices *words, struct slice text)
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
    bool closed = at <= text.len && (at == text.len || is_blank(text.data[at]));
    return closed ? at : 0;
}

/* Puts a word, quoted parts and others, up to the next blank. Returns its
 * length, or 0 when a quote is wrong. */
static size_t put_word(struct slices *words, struct slice text)
{
    size_t at = 0;
    while (at < text.len && !is_blank(text.data[at])) {
        size_t len = 1;
        if (text.data[at] == '"' || text.data[at] == '\'')
            len = put_quoted(words,
                             (struct slice){text.data + at, text.len - at});
        else
            put(words, text.data[at]);
        if (len == 0)
            return 0;
        at += len;
    }
    return at;
}

bool words_split(struct slices *words, struct slice line)
{
    size_t at = 0;
    for (;;) {
        while (at < line.len && is_blank(line.data[at]))
            at++;
        if (at == line.len)
            return true;
        size_t len = put_word(words,
                              (struct slice){line.data + at, line.len - at});
        if (len == 0 || !slices_end(words))
            return false;
        at += len;
    }
}

bool words_unescape(struct slices *words, struct slice text)
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
    return slices_end(words);
}

bool words_match(const struct slices *words, size_t index, const char *name)
{
    if (index >= words->count)
        return false;
    struct slice word = slices_get(words, index);
    return word.len == strlen(name) &&
           strncasecmp(word.data, name, word.len) == 0;
}
