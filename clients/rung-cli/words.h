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

#include "slices.h"

/* Each of these adds words to the list, or returns false: a quote that is not
 * closed, or is closed in the middle of a word; or no memory. */
bool words_split(struct slices *words, struct slice line);
/* One word, in which the escapes above count (and quotes are no more than
 * quotes). */
bool words_unescape(struct slices *words, struct slice text);

/* Is word `index` there, and this name in whatever case? */
bool words_match(const struct slices *words, size_t index, const char *name);

#endif
