/* From the text of a script to tokens. */
#ifndef WIRE_LEX_H
#define WIRE_LEX_H

#include "wire/script.h"

enum wire_token_kind {
    TOKEN_NAME,    /* c1, half-close, message */
    TOKEN_NUMBER,  /* 12, 64k, 8m */
    TOKEN_TIME,    /* 20ms, 2s */
    TOKEN_STRING,  /* "PING\r\n" */
    TOKEN_SIGN,    /* one of < > ( ) [ ] { } + * */
    TOKEN_NEWLINE, /* the end of a step; none inside parentheses */
    TOKEN_END,     /* of the file */
};

struct wire_token {
    enum wire_token_kind kind;
    unsigned line;
    const char *at;    /* where it stands in the script */
    struct slice text; /* as written; of a string: the bytes that it means */
    long number;       /* of a time: milliseconds */
};

struct wire_lexer {
    const char *at, *end;
    const char *path;
    unsigned line;
    unsigned open; /* parentheses */
    struct wire_memory **memory;
    char *error; /* WIRE_ERROR bytes; the first error stays */
};

/* After an error every further token is TOKEN_END, so that whoever called
 * ends soon without asking at each step. */
struct wire_token wire_lex(struct wire_lexer *lexer);

/* Reports "path:line: text" unless there was an error before. */
void wire_lex_fail(struct wire_lexer *lexer, unsigned line, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

/* Zeroed memory that lives as long as the script; NULL is reported. */
void *wire_take(struct wire_lexer *lexer, size_t size);

#endif
