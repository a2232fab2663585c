/* Lines typed at a terminal, with editing and history. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line;

/* `history` is the path of the file that keeps the lines, readable by its owner
 * alone; NULL: they are kept no longer than the program runs. Returns NULL when
 * the terminal cannot be used. */
struct line *line_open(const char *history);

enum line_result { LINE_READ, LINE_INTERRUPTED, LINE_END };

/* Shows the prompt and waits for a line. `text` is borrowed until the next
 * call, and has no newline. INTERRUPTED: Ctrl-C, the line is forgotten. */
enum line_result line_read(struct line *line, const char *prompt,
                           const char **text);

/* Puts a line in the history. */
void line_remember(struct line *line, const char *text);

void line_close(struct line *line);

#endif
