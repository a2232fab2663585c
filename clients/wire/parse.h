/* What the parts of the parser share: script.c reads the file and its header,
 * parse.c the steps, items.c what they send or expect. */
#ifndef WIRE_PARSE_H
#define WIRE_PARSE_H

#include "wire/lex.h"

struct wire_parser {
    struct wire_lexer lexer;
    struct wire_token token;           /* the next one, not yet taken */
    struct wire_step *step;            /* whose line has not ended; or NULL */
    struct slice counters[WIRE_DEPTH]; /* the names of the open repeats' */
    int depth;                         /* how many are open */
};

/* Takes the next token. */
struct wire_token wire_next(struct wire_parser *parser);

/* Is the next token this sign or name? */
bool wire_sees(const struct wire_parser *parser, const char *text);

/* Takes it when it is, and complains when it is not. */
void wire_want(struct wire_parser *parser, const char *text);

/* Complains: "expected WHAT, found" the next token. */
void wire_expected(struct wire_parser *parser, const char *what);

/* number = NUMBER / the name of a counter */
struct wire_number wire_parse_number(struct wire_parser *parser);

/* steps = { step }, up to a closing brace or the end of the file */
struct wire_step *wire_parse_steps(struct wire_parser *parser);

/* items = word { word }; `patterns`: may hold what varies (any line, ...). */
struct wire_item *wire_parse_items(struct wire_parser *parser, bool patterns);

#endif
