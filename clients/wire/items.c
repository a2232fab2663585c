/* The other half of the parser: what is sent or expected.
 *
 *     items  = { word }
 *     word   = part { "+" part }
 *     part   = ( STRING / counter / helper / any ) [ "*" number ]
 *     helper = ( "message" / "request" / "resp" / "bulk" ) "(" items ")"
 *            / "reply" "(" number items ")" / "u32" "(" number ")"
 *     any    = "any" ( "line" / "digits" / number )
 *            / "any"           ; alone inside message(), reply() or bulk()
 */
#include "wire/parse.h"

static struct wire_item *parse_word(struct wire_parser *parser, bool patterns,
                                    bool inside);

static bool ends_items(const struct wire_parser *parser)
{
    enum wire_token_kind kind = parser->token.kind;
    return (kind != TOKEN_STRING && kind != TOKEN_NAME) ||
           wire_sees(parser, "split") || wire_sees(parser, "delay");
}

static struct wire_item *parse_words(struct wire_parser *parser, bool patterns,
                                     bool inside)
{
    struct wire_item *first = NULL, **last = &first;
    while (!ends_items(parser)) {
        *last = parse_word(parser, patterns, inside);
        if (*last == NULL)
            break;
        last = &(*last)->next;
    }
    return first;
}

struct wire_item *wire_parse_items(struct wire_parser *parser, bool patterns)
{
    struct wire_item *items = parse_words(parser, patterns, false);
    const struct wire_item *last = items;
    while (last != NULL && (last->next != NULL || last->plus != NULL))
        last = last->next != NULL ? last->next : last->plus;
    if (items == NULL)
        wire_expected(parser, "bytes, such as \"PING\\r\\n\"");
    else if (last->kind == WIRE_ANY_DIGITS)
        wire_expected(parser, "what tells where `any digits` end");
    return items;
}

static void parse_any(struct wire_parser *parser, struct wire_item *item,
                      bool inside)
{
    if (inside) {
        item->kind = WIRE_ANY;
        return;
    }
    if (wire_sees(parser, "line")) {
        item->kind = WIRE_ANY_LINE;
        wire_next(parser);
    } else if (wire_sees(parser, "digits")) {
        item->kind = WIRE_ANY_DIGITS;
        wire_next(parser);
    } else if (parser->token.kind == TOKEN_NUMBER) {
        item->kind = WIRE_ANY_BYTES;
        item->number = wire_parse_number(parser);
    } else {
        wire_expected(parser, "line, digits or a number of bytes after any");
    }
}

static const struct helper {
    const char *name;
    enum wire_item_kind kind;
    bool any; /* may hold a lone `any` */
} helpers[] = {
    {"message", WIRE_MESSAGE, true}, {"request", WIRE_REQUEST, false},
    {"reply", WIRE_REPLY, true},     {"resp", WIRE_RESP, false},
    {"bulk", WIRE_BULK, true},       {"u32", WIRE_U32, false},
};

static const struct helper *find_helper(const struct wire_parser *parser)
{
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (wire_sees(parser, helpers[i].name))
            return &helpers[i];
    return NULL;
}

/* Is there an `any` among the items, that is not the only one? */
static bool any_in_company(const struct wire_item *items)
{
    if (items == NULL || (items->next == NULL && items->plus == NULL))
        return false;
    for (const struct wire_item *word = items; word; word = word->next)
        for (const struct wire_item *part = word; part; part = part->plus)
            if (part->kind == WIRE_ANY)
                return true;
    return false;
}

static void parse_helper(struct wire_parser *parser, struct wire_item *item,
                         const struct helper *helper, bool patterns)
{
    wire_next(parser);
    wire_want(parser, "(");
    item->kind = helper->kind;
    if (item->kind == WIRE_U32 || item->kind == WIRE_REPLY)
        item->number = wire_parse_number(parser);
    if (item->kind != WIRE_U32)
        item->inside = parse_words(parser, patterns && helper->any, true);
    if (any_in_company(item->inside))
        wire_expected(parser, "`any` to stand alone in its parentheses");
    wire_want(parser, ")");
}

static int find_counter(const struct wire_parser *parser)
{
    for (int i = parser->depth - 1; i >= 0; i--)
        if (parser->token.kind == TOKEN_NAME &&
            slice_equal(parser->token.text, parser->counters[i]))
            return i;
    return -1;
}

struct wire_number wire_parse_number(struct wire_parser *parser)
{
    int counter = find_counter(parser);
    if (counter < 0 && parser->token.kind != TOKEN_NUMBER)
        wire_expected(parser, "a number");
    return (struct wire_number){wire_next(parser).number, counter};
}

static void parse_primary(struct wire_parser *parser, struct wire_item *item,
                          bool patterns, bool inside)
{
    const struct helper *helper = find_helper(parser);
    if (parser->token.kind == TOKEN_STRING) {
        item->text = wire_next(parser).text;
    } else if (find_counter(parser) >= 0) {
        item->kind = WIRE_COUNTER;
        item->number = wire_parse_number(parser);
    } else if (helper != NULL) {
        parse_helper(parser, item, helper, patterns);
    } else if (patterns && wire_sees(parser, "any")) {
        wire_next(parser);
        parse_any(parser, item, inside);
    } else {
        wire_expected(parser, patterns ? "a string, a counter, a helper or any"
                                       : "a string, a counter or a helper");
    }
}

static struct wire_item *parse_part(struct wire_parser *parser, bool patterns,
                                    bool inside)
{
    struct wire_item *item = wire_take(&parser->lexer, sizeof *item);
    if (item == NULL)
        return NULL;
    item->times = (struct wire_number){1, -1};
    parse_primary(parser, item, patterns, inside);
    if (wire_sees(parser, "*")) {
        wire_next(parser);
        item->times = wire_parse_number(parser);
    }
    return item;
}

static struct wire_item *parse_word(struct wire_parser *parser, bool patterns,
                                    bool inside)
{
    struct wire_item *word = parse_part(parser, patterns, inside);
    struct wire_item *last = word;
    while (last != NULL && wire_sees(parser, "+")) {
        wire_next(parser);
        last->plus = parse_part(parser, patterns, inside);
        last = last->plus;
    }
    return word;
}
