/* Two borders, and what lies between them: a border has a rank, so this is a
 * subtraction, and counting a million elements takes no longer than ten. */
#include "command/zset_span.h"
#include "command/number.h"
#include "command/range.h"

#include <math.h>
#include <stdlib.h>

/* score = [ "(" ] number, as strtod(3) reads one, up to the first NUL. With "("
 * what has this very score is left out. */
static bool parse_score(struct slice word, bool low, struct border *border)
{
    struct number_text copy;
    if (word.len >= sizeof copy.bytes)
        return false;
    memcpy(copy.bytes, word.data, word.len);
    copy.bytes[word.len] = '\0';
    bool open = copy.bytes[0] == '(';
    char *end;
    double score = strtod(copy.bytes + open, &end);
    *border = (struct border){
        .kind = BORDER_SCORE, .at.score = score, .behind = open == low};
    return *end == '\0' && !isnan(score);
}

/* member = "-" / "+" / ( "[" / "(" ) bytes */
static bool parse_member(struct slice word, bool low, struct border *border)
{
    char kind = word.len > 0 ? word.data[0] : '\0';
    bool alone = word.len == 1 || (word.len > 1 && word.data[1] == '\0');
    *border = (struct border){.kind = BORDER_RANK};
    if (kind == '-')
        return alone;
    border->rank = SIZE_MAX;
    if (kind == '+')
        return alone;
    *border = (struct border){
        .kind = BORDER_MEMBER,
        .at.member = {word.data + 1, word.len - 1},
        .behind = (kind == '(') == low,
    };
    return kind == '(' || kind == '[';
}

bool span_parse(struct call *call, size_t i, struct span_words *words)
{
    if (words->by == BY_RANK)
        return arg_integer(call, i, &words->start) &&
               arg_integer(call, i + 1, &words->stop);
    bool (*parse)(struct slice word, bool low, struct border *border) =
        words->by == BY_SCORE ? parse_score : parse_member;
    size_t low = words->backwards ? i + 1 : i;
    size_t high = words->backwards ? i : i + 1;
    if (parse(arg(call, low), true, &words->low) &&
        parse(arg(call, high), false, &words->high))
        return true;
    reply_error(call->out, words->by == BY_SCORE
                               ? "ERR min or max is not a float"
                               : "ERR min or max not valid string range item");
    return false;
}

static struct span of_ranks(size_t len, const struct span_words *words)
{
    long long start = words->start;
    size_t count = clip_indices(&start, words->stop, len);
    if (count == 0)
        return (struct span){0, 0};
    size_t first = (size_t)start;
    return (struct span){words->backwards ? len - count - first : first, count};
}

struct span span_of(const struct zset *zset, const struct span_words *words)
{
    if (words->by == BY_RANK)
        return of_ranks(zset_count(zset), words);
    struct span span = {.first = zset_rank(zset, &words->low)};
    size_t end = zset_rank(zset, &words->high);
    size_t offset = (size_t)words->offset; /* a negative one: beyond all */
    if (end <= span.first || end - span.first <= offset)
        return (struct span){0, 0};
    size_t all = end - span.first;
    span.count = all - offset;
    if (words->limit >= 0 && (size_t)words->limit < span.count)
        span.count = (size_t)words->limit;
    span.first += words->backwards ? all - offset - span.count : offset;
    return span;
}
