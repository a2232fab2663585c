/* Words: what a request is made of, typed on a line or given by the shell.
 *
 * A line is cut at blanks, by redis-cli's rules of quoting:
 *
 *     SET key "two words"       "..." holds blanks and the escapes
 *     SET key "\x00\xff\r\n"    \xHH \n \r \t \b \a; \ before any other
 *     SET key 'a "b" \''        character is that character
 *                               '...' holds everything as it is but \' */
#ifndef WORDS_H
#define WORDS_H

#include "base/buf.h"

/* All zero is a valid empty list. */
struct words {
    struct buf text;  /* the words' bytes, one behind the other */
    size_t *ends;     /* where each word ends in the text */
    size_t count;
    size_t cap;       /* of ends */
};

/* Each of these adds words to the list, or returns false: a quote that is not
 * closed, or is closed in the middle of a word; or no memory. */
bool words_split(struct words *words, struct slice line);
bool words_add(struct words *words, struct slice word);
/* One word, in which the escapes above count (and quotes are no more than
 * quotes). */
bool words_add_escaped(struct words *words, struct slice text);

/* Borrowed until the list changes. */
struct slice words_get(const struct words *words, size_t index);

/* Is word `index` there, and this name in whatever case? */
bool words_match(const struct words *words, size_t index, const char *name);

void words_free(struct words *words);

#endif
