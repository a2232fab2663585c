#include "wire/lex.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* All that a script owns is one list, freed in one go by wire_free. */
struct wire_memory {
    struct wire_memory *next;
    max_align_t data[];
};

void *wire_take(struct wire_lexer *lexer, size_t size)
{
    struct wire_memory *memory = calloc(1, sizeof *memory + size);
    if (memory == NULL) {
        wire_lex_fail(lexer, lexer->line, "out of memory");
        return NULL;
    }
    memory->next = *lexer->memory;
    *lexer->memory = memory;
    return memory->data;
}

void wire_free(struct wire_script *script)
{
    while (script->memory != NULL) {
        struct wire_memory *next = script->memory->next;
        free(script->memory);
        script->memory = next;
    }
    *script = (struct wire_script){0};
}

void wire_lex_fail(struct wire_lexer *lexer, unsigned line, const char *format,
                   ...)
{
    if (lexer->error[0] == '\0') {
        int n = snprintf(lexer->error, WIRE_ERROR, "%s:%u: ", lexer->path,
                         line);
        va_list args;
        va_start(args, format);
        if (n >= 0 && n < WIRE_ERROR)
            vsnprintf(lexer->error + n, WIRE_ERROR - (size_t)n, format, args);
        va_end(args);
    }
    lexer->at = lexer->end;
    lexer->open = 0;
}

static bool peek_is(const struct wire_lexer *lexer, char c)
{
    return lexer->at < lexer->end && *lexer->at == c;
}

/* Skips spaces, comments, and the line ends that do not end a step: those
 * inside parentheses and those behind a backslash. */
static void skip_space(struct wire_lexer *lexer)
{
    for (; lexer->at < lexer->end; lexer->at++) {
        const char *at = lexer->at;
        if (*at == '#') {
            while (lexer->at + 1 < lexer->end && lexer->at[1] != '\n')
                lexer->at++;
        } else if (*at == '\n' && lexer->open > 0) {
            lexer->line++;
        } else if (*at == '\\' && lexer->end - at > 1 && at[1] == '\n') {
            lexer->line++;
            lexer->at++;
        } else if (*at != ' ' && *at != '\t' && *at != '\r') {
            return;
        }
    }
}

static int hex_digit(const struct wire_lexer *lexer, long ahead)
{
    if (lexer->end - lexer->at <= ahead)
        return -1;
    unsigned char c = (unsigned char)lexer->at[ahead];
    if (!isxdigit(c))
        return -1;
    return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* escape = "\" ( "n" / "r" / "t" / "0" / "\" / quote / "x" hex hex )
 * Stands behind the backslash; returns the byte, or -1. */
static int lex_escape(struct wire_lexer *lexer)
{
    static const char names[] = "nrt0\\\"", bytes[] = "\n\r\t\0\\\"";
    const char *name = strchr(names, *lexer->at);
    if (*lexer->at != '\0' && name != NULL) {
        lexer->at++;
        return bytes[name - names];
    }
    int high = hex_digit(lexer, 1), low = hex_digit(lexer, 2);
    if (*lexer->at != 'x' || high < 0 || low < 0)
        return -1;
    lexer->at += 3;
    return high * 16 + low;
}

/* string = quote { byte / escape } quote */
static void lex_string(struct wire_lexer *lexer, struct wire_token *token)
{
    size_t room = (size_t)(lexer->end - lexer->at);
    const char *close = memchr(lexer->at, '\n', room);
    char *bytes = wire_take(lexer, close ? (size_t)(close - lexer->at) : room);
    size_t len = 0;
    lexer->at++;
    while (bytes != NULL && !peek_is(lexer, '"')) {
        if (lexer->at >= lexer->end || *lexer->at == '\n') {
            wire_lex_fail(lexer, token->line,
                          "expected a closing \" in this line");
            return;
        }
        int byte = (unsigned char)*lexer->at++;
        if (byte == '\\' &&
            (lexer->at == lexer->end || (byte = lex_escape(lexer)) < 0)) {
            wire_lex_fail(lexer, token->line,
                          "expected \\r \\n \\t \\0 \\\\ \\\" or \\xNN");
            return;
        }
        bytes[len++] = (char)byte;
    }
    if (bytes != NULL)
        lexer->at++;
    token->kind = TOKEN_STRING;
    token->text = (struct slice){bytes, len};
}

static bool is_unit(struct slice unit, const char *name)
{
    return slice_equal(unit, (struct slice){name, strlen(name)});
}

/* number = digit { digit } [ "k" / "m" ]; time = digit { digit } ( "ms" / "s" )
 */
static void lex_number(struct wire_lexer *lexer, struct wire_token *token)
{
    const char *start = lexer->at;
    long number = 0, factor = 1;
    while (lexer->at < lexer->end && isdigit((unsigned char)*lexer->at)) {
        number = number > LONG_MAX / 100 ? LONG_MAX / 10 : number * 10;
        number += *lexer->at++ - '0';
    }
    const char *unit = lexer->at;
    while (lexer->at < lexer->end && isalpha((unsigned char)*lexer->at))
        lexer->at++;
    struct slice name = {unit, (size_t)(lexer->at - unit)};
    token->kind = TOKEN_NUMBER;
    if (is_unit(name, "ms") || is_unit(name, "s"))
        token->kind = TOKEN_TIME;
    if (is_unit(name, "s"))
        factor = 1000;
    else if (is_unit(name, "k"))
        factor = 1024;
    else if (is_unit(name, "m"))
        factor = 1024 * 1024;
    else if (name.len > 0 && token->kind == TOKEN_NUMBER)
        wire_lex_fail(lexer, token->line,
                      "expected a number (12, 64k, 8m) or a time (20ms, 2s)");
    if (number > INT_MAX / factor)
        wire_lex_fail(lexer, token->line, "expected a number of at most %d",
                      INT_MAX);
    token->number = number * factor;
    token->text = (struct slice){start, (size_t)(lexer->at - start)};
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static void lex_name(struct wire_lexer *lexer, struct wire_token *token)
{
    const char *start = lexer->at;
    while (lexer->at < lexer->end && is_name_byte(*lexer->at))
        lexer->at++;
    token->kind = TOKEN_NAME;
    token->text = (struct slice){start, (size_t)(lexer->at - start)};
}

static void lex_sign(struct wire_lexer *lexer, struct wire_token *token)
{
    token->kind = TOKEN_SIGN;
    token->text = (struct slice){lexer->at, 1};
    char sign = *lexer->at++;
    if (sign == '\n') {
        token->kind = TOKEN_NEWLINE;
        lexer->line++;
    } else if (sign == '(') {
        lexer->open++;
    } else if (sign == ')') {
        lexer->open -= lexer->open > 0;
    } else if (sign == '\0' || strchr("<>[]{}+*", sign) == NULL) {
        wire_lex_fail(lexer, token->line,
                      "expected a step (notes/wire.md), found byte 0x%02x",
                      (unsigned)(unsigned char)sign);
    }
}

struct wire_token wire_lex(struct wire_lexer *lexer)
{
    skip_space(lexer);
    struct wire_token token = {TOKEN_END, lexer->line, lexer->at, {NULL, 0}, 0};
    if (lexer->at >= lexer->end)
        return token;
    if (*lexer->at == '"')
        lex_string(lexer, &token);
    else if (isdigit((unsigned char)*lexer->at))
        lex_number(lexer, &token);
    else if (isalpha((unsigned char)*lexer->at))
        lex_name(lexer, &token);
    else
        lex_sign(lexer, &token);
    if (lexer->error[0] != '\0')
        token.kind = TOKEN_END;
    return token;
}
