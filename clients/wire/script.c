/* Reading a script: the file, its header, and the checks that concern all of
 * it. The header's lines are free text up to the end of the line; a line that
 * repeats a word goes on where the last one ended:
 *
 *     about    a value may hold any byte: zero, CR LF,
 *     about    even 0xFF
 *     chapters 03-05
 */
#include "base/buf.h"
#include "wire/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct header_word {
    const char *name;
    const char **text; /* in the script */
};

/* The text behind the word, when the line starts with it. */
static bool line_says(struct slice line, const char *word, struct slice *text)
{
    size_t len = strlen(word);
    if (line.len < len || memcmp(line.data, word, len) != 0)
        return false;
    if (line.len > len && line.data[len] != ' ' && line.data[len] != '\t')
        return false;
    while (len < line.len && isspace((unsigned char)line.data[len]))
        len++;
    *text = (struct slice){line.data + len, line.len - len};
    while (text->len > 0 && isspace((unsigned char)text->data[text->len - 1]))
        text->len--;
    return true;
}

/* `before` and `text` with a space between, as a string. */
static const char *join(struct wire_lexer *lexer, const char *before,
                        struct slice text)
{
    size_t len = strlen(before);
    char *joined = wire_take(lexer, len + 1 + text.len + 1);
    if (joined == NULL)
        return before;
    memcpy(joined, before, len);
    if (len > 0)
        joined[len++] = ' ';
    if (text.len > 0)
        memcpy(joined + len, text.data, text.len);
    return joined;
}

static bool parse_header_line(struct wire_lexer *lexer, struct slice line,
                              const struct header_word *words)
{
    struct slice text;
    if (line.len == 0 || line.data[0] == '#')
        return true;
    for (; words->name != NULL; words++) {
        if (!line_says(line, words->name, &text))
            continue;
        if (text.len == 0)
            wire_lex_fail(lexer, lexer->line, "expected a text after %s",
                          words->name);
        *words->text = join(lexer, *words->text, text);
        return true;
    }
    return false;
}

/* Reads lines as long as they belong to the header. */
static void parse_header(struct wire_lexer *lexer, struct wire_script *script)
{
    const struct header_word words[] = {
        {"about", &script->about},   {"chapters", &script->chapters},
        {"except", &script->except}, {"note", &script->note},
        {"cause", &script->cause},   {NULL, NULL},
    };
    while (lexer->at < lexer->end) {
        size_t left = (size_t)(lexer->end - lexer->at);
        const char *stop = memchr(lexer->at, '\n', left);
        struct slice line = {lexer->at, left};
        if (stop != NULL)
            line.len = (size_t)(stop - lexer->at);
        if (!parse_header_line(lexer, line, words))
            return;
        if (lexer->at < lexer->end)
            lexer->at += line.len + (stop != NULL);
        lexer->line++;
    }
}

static void check_header(struct wire_lexer *lexer,
                         const struct wire_script *script)
{
    if (script->about[0] == '\0')
        wire_lex_fail(lexer, 1,
                      "expected a line `about ...` that says what "
                      "the test is about");
    else if (script->chapters[0] == '\0')
        wire_lex_fail(lexer, 1,
                      "expected a line `chapters ...`, such as "
                      "`chapters 03-05`");
}

/* "tests/wire/ping.wire" -> "ping" */
static const char *name_of(struct wire_lexer *lexer, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *start = slash != NULL ? slash + 1 : path;
    size_t len = strlen(start);
    if (len > 5 && strcmp(start + len - 5, ".wire") == 0)
        len -= 5;
    return join(lexer, "", (struct slice){start, len});
}

static void parse_all(struct wire_parser *parser, struct wire_script *script)
{
    parse_header(&parser->lexer, script);
    check_header(&parser->lexer, script);
    wire_next(parser);
    script->steps = wire_parse_steps(parser);
    if (parser->token.kind != TOKEN_END)
        wire_expected(parser, "a step");
    if (script->steps == NULL)
        wire_lex_fail(&parser->lexer, parser->token.line,
                      "expected at least one step");
}

bool wire_parse(struct wire_script *script, const char *path, struct slice text,
                char error[WIRE_ERROR])
{
    error[0] = '\0';
    *script = (struct wire_script){
        .about = "", .chapters = "", .except = "", .note = "", .cause = ""};
    struct wire_parser parser = {
        .lexer = {.path = path,
                  .line = 1,
                  .memory = &script->memory,
                  .error = error},
    };
    /* Steps and reports point into a copy that lives as long as they. */
    char *copy = wire_take(&parser.lexer, text.len + 1);
    if (copy != NULL) {
        if (text.len > 0)
            memcpy(copy, text.data, text.len);
        parser.lexer.at = copy;
        parser.lexer.end = copy + text.len;
        script->path = join(&parser.lexer, "",
                            (struct slice){path, strlen(path)});
        script->name = name_of(&parser.lexer, path);
        parse_all(&parser, script);
    }
    if (error[0] == '\0')
        return true;
    wire_free(script);
    return false;
}

/* The whole file; the caller frees `text`. False with errno. */
static bool read_file(const char *path, struct buf *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        buf_append(text, part, n);
    bool good = !ferror(file) && !text->failed;
    int error = text->failed ? ENOMEM : errno;
    fclose(file);
    errno = error;
    return good;
}

bool wire_load(struct wire_script *script, const char *path,
               char error[WIRE_ERROR])
{
    struct buf text = {0};
    bool good = read_file(path, &text);
    if (!good)
        snprintf(error, WIRE_ERROR, "%s: cannot be read: %s", path,
                 strerror(errno));
    else
        good = wire_parse(script, path, buf_slice(&text), error);
    buf_free(&text);
    return good;
}

/* range = name / name "-" name, such as 03-05, of names of the same length */
static bool range_has(struct slice range, const char *chapter)
{
    size_t len = strlen(chapter);
    if (range.len == len)
        return memcmp(range.data, chapter, len) == 0;
    return range.len == 2 * len + 1 && range.data[len] == '-' &&
           memcmp(range.data, chapter, len) <= 0 &&
           memcmp(chapter, range.data + len + 1, len) <= 0;
}

bool wire_list_has(const char *list, const char *chapter)
{
    while (*list != '\0') {
        size_t len = strcspn(list, " \t");
        if (len > 0 && range_has((struct slice){list, len}, chapter))
            return true;
        list += len + strspn(list + len, " \t");
    }
    return false;
}
