/* The first half of the parser: the steps.
 *
 *     steps  = { step }
 *     step   = conn ( ">" items [ split ] / "<" items / "connect" / "close"
 *                   / "reset" / "half-close" / "eof" / "flood" number items
 *                   / "drain" items ) NEWLINE
 *            / ( "pause" time / "barrier" ) NEWLINE
 *            / ( "repeat" number [ "as" NAME ] / "every" "cut" ) block
 *     block  = "{" NEWLINE { step } "}" NEWLINE
 *     conn   = NAME [ "[" number "]" ]
 *     split  = "split" ( "at" number { number } / "every" number )
 *              [ "delay" time ]
 */
#include "wire/parse.h"

#include <string.h>

struct wire_token wire_next(struct wire_parser *parser)
{
    struct wire_token taken = parser->token;
    parser->token = wire_lex(&parser->lexer);
    return taken;
}

bool wire_sees(const struct wire_parser *parser, const char *text)
{
    const struct wire_token *token = &parser->token;
    return (token->kind == TOKEN_NAME || token->kind == TOKEN_SIGN) &&
           slice_equal(token->text, (struct slice){text, strlen(text)});
}

void wire_expected(struct wire_parser *parser, const char *what)
{
    const struct wire_token *token = &parser->token;
    if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END)
        wire_lex_fail(&parser->lexer, token->line,
                      "expected %s, found the end of the %s", what,
                      token->kind == TOKEN_END ? "file" : "line");
    else if (token->kind == TOKEN_STRING)
        wire_lex_fail(&parser->lexer, token->line,
                      "expected %s, found a string", what);
    else
        wire_lex_fail(&parser->lexer, token->line,
                      "expected %s, found \"%.*s\"", what, (int)token->text.len,
                      token->text.data);
    parser->token.kind = TOKEN_END;
}

void wire_want(struct wire_parser *parser, const char *text)
{
    if (wire_sees(parser, text))
        wire_next(parser);
    else
        wire_expected(parser, text);
}

/* Ends a step, or the line that opens a block; so far reaches its source. */
static void want_newline(struct wire_parser *parser)
{
    if (parser->step != NULL)
        parser->step->source.len =
            (size_t)(parser->token.at - parser->step->source.data);
    parser->step = NULL;
    if (parser->token.kind == TOKEN_NEWLINE)
        wire_next(parser);
    else if (parser->token.kind != TOKEN_END)
        wire_expected(parser, "the end of the step");
}

static long parse_time(struct wire_parser *parser)
{
    if (parser->token.kind != TOKEN_TIME)
        wire_expected(parser, "a time, such as 20ms");
    return wire_next(parser).number;
}

static void parse_cuts(struct wire_parser *parser, struct wire_step *step)
{
    size_t cap = 0;
    do {
        if (step->cut_count == cap) {
            size_t *cuts = wire_take(&parser->lexer,
                                     2 * (cap + 4) * sizeof *cuts);
            if (cuts == NULL)
                return;
            if (cap > 0)
                memcpy(cuts, step->cuts, cap * sizeof *cuts);
            step->cuts = cuts;
            cap = 2 * (cap + 4);
        }
        size_t cut = (size_t)wire_parse_number(parser).value;
        size_t last = step->cut_count ? step->cuts[step->cut_count - 1] : 0;
        if (cut <= last)
            wire_expected(parser, "split offsets that grow, from 1 on");
        step->cuts[step->cut_count++] = cut;
    } while (parser->token.kind == TOKEN_NUMBER);
}

static void parse_split(struct wire_parser *parser, struct wire_step *step)
{
    step->delay = 2;
    if (!wire_sees(parser, "split"))
        return;
    wire_next(parser);
    if (wire_sees(parser, "every")) {
        wire_next(parser);
        step->piece = (size_t)wire_parse_number(parser).value;
        if (step->piece == 0)
            wire_expected(parser, "pieces of at least 1 byte");
    } else {
        wire_want(parser, "at");
        parse_cuts(parser, step);
    }
    if (wire_sees(parser, "delay")) {
        wire_next(parser);
        step->delay = parse_time(parser);
    }
}

static const struct verb {
    const char *name;
    enum wire_step_kind kind;
} verbs[] = {
    {">", WIRE_SEND},      {"<", WIRE_EXPECT},
    {"eof", WIRE_EOF},     {"half-close", WIRE_HALFCLOSE},
    {"close", WIRE_CLOSE}, {"connect", WIRE_CONNECT},
    {"reset", WIRE_RESET}, {"flood", WIRE_FLOOD},
    {"drain", WIRE_DRAIN},
};

static void parse_verb(struct wire_parser *parser, struct wire_step *step)
{
    const struct verb *verb = NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (wire_sees(parser, verbs[i].name))
            verb = &verbs[i];
    if (verb == NULL) {
        wire_expected(parser, ">, <, connect, close, reset, half-close, eof, "
                              "flood or drain after the connection's name");
        return;
    }
    wire_next(parser);
    step->kind = verb->kind;
    if (step->kind == WIRE_FLOOD)
        step->number = wire_parse_number(parser);
    if (step->kind == WIRE_SEND || step->kind == WIRE_FLOOD)
        step->items = wire_parse_items(parser, false);
    if (step->kind == WIRE_EXPECT || step->kind == WIRE_DRAIN)
        step->items = wire_parse_items(parser, true);
    if (step->kind == WIRE_SEND)
        parse_split(parser, step);
}

static void parse_conversation(struct wire_parser *parser,
                               struct wire_step *step)
{
    if (parser->token.kind != TOKEN_NAME)
        wire_expected(parser, "a step, such as c1> \"PING\\r\\n\"");
    step->conn = wire_next(parser).text;
    if (wire_sees(parser, "[")) {
        wire_next(parser);
        step->index = wire_parse_number(parser);
        wire_want(parser, "]");
    }
    parse_verb(parser, step);
    want_newline(parser);
}

static struct wire_step *parse_block(struct wire_parser *parser)
{
    wire_want(parser, "{");
    want_newline(parser);
    struct wire_step *body = wire_parse_steps(parser);
    wire_want(parser, "}");
    want_newline(parser);
    return body;
}

static void parse_repeat(struct wire_parser *parser, struct wire_step *step)
{
    step->number = wire_parse_number(parser);
    step->counter = parser->depth;
    struct slice name = SLICE("");
    if (wire_sees(parser, "as")) {
        wire_next(parser);
        if (parser->token.kind != TOKEN_NAME)
            wire_expected(parser, "the counter's name after as");
        name = wire_next(parser).text;
    }
    if (parser->depth == WIRE_DEPTH) {
        wire_expected(parser, "no more than 4 repeats in each other");
        return;
    }
    parser->counters[parser->depth++] = name;
    step->body = parse_block(parser);
    parser->depth--;
}

/* `every cut` sends its conversation again and again, on one connection, so
 * there can be nothing in it but > and <, and those all of the same name. */
static void check_cuts(struct wire_parser *parser, const struct wire_step *body,
                       struct slice *conn)
{
    for (const struct wire_step *step = body; step; step = step->next) {
        bool whole = step->piece == 0 && step->cut_count == 0;
        bool plain = step->kind == WIRE_EXPECT ||
                     (step->kind == WIRE_SEND && whole);
        if (step->kind == WIRE_REPEAT)
            check_cuts(parser, step->body, conn);
        else if (!plain || step->index.value >= 0 || step->index.counter >= 0)
            wire_lex_fail(&parser->lexer, step->line,
                          "expected only >, < and repeat in every cut");
        else if (conn->len > 0 && !slice_equal(*conn, step->conn))
            wire_lex_fail(&parser->lexer, step->line,
                          "expected no second connection in every cut");
        else
            *conn = step->conn;
    }
}

static void parse_every_cut(struct wire_parser *parser, struct wire_step *step)
{
    wire_want(parser, "cut");
    step->body = parse_block(parser);
    check_cuts(parser, step->body, &step->conn);
    if (step->conn.len == 0)
        wire_lex_fail(&parser->lexer, step->line,
                      "expected a conversation in every cut");
}

static void parse_what(struct wire_parser *parser, struct wire_step *step)
{
    if (wire_sees(parser, "repeat")) {
        step->kind = WIRE_REPEAT;
        wire_next(parser);
        parse_repeat(parser, step);
    } else if (wire_sees(parser, "every")) {
        step->kind = WIRE_CUTS;
        wire_next(parser);
        parse_every_cut(parser, step);
    } else if (wire_sees(parser, "pause")) {
        step->kind = WIRE_PAUSE;
        wire_next(parser);
        step->number.value = parse_time(parser);
        want_newline(parser);
    } else if (wire_sees(parser, "barrier")) {
        step->kind = WIRE_BARRIER;
        wire_next(parser);
        want_newline(parser);
    } else {
        parse_conversation(parser, step);
    }
}

static struct wire_step *parse_step(struct wire_parser *parser)
{
    struct wire_step *step = wire_take(&parser->lexer, sizeof *step);
    if (step == NULL)
        return NULL;
    parser->step = step;
    step->line = parser->token.line;
    step->source.data = parser->token.at;
    step->index = (struct wire_number){-1, -1};
    step->number.counter = -1;
    parse_what(parser, step);
    return step;
}

struct wire_step *wire_parse_steps(struct wire_parser *parser)
{
    struct wire_step *first = NULL, **last = &first;
    for (;;) {
        while (parser->token.kind == TOKEN_NEWLINE)
            wire_next(parser);
        if (parser->token.kind == TOKEN_END || wire_sees(parser, "}"))
            return first;
        *last = parse_step(parser);
        if (*last == NULL)
            return first;
        last = &(*last)->next;
    }
}
