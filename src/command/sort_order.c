#include "command/sort_order.h"
#include "base/text.h"
#include "command/sort_pattern.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { SCORE_TEXT_MAX = 512 /* bytes of a number that somebody may mean */ };

/* Like strtod(3): spaces before it, and nothing at all, are a number too. */
static bool parse_score(struct slice text, double *score)
{
    char copy[SCORE_TEXT_MAX];
    char *end;
    size_t len = strnlen(text.data, text.len);
    if (len >= sizeof copy)
        return false;
    memcpy(copy, text.data, len);
    copy[len] = '\0';
    errno = 0;
    *score = strtod(copy, &end);
    return *end == '\0' && errno != ERANGE && !isnan(*score);
}

/* On false the error has been replied. */
static bool weigh(struct call *call, const struct order *order,
                  struct item *items, size_t count)
{
    struct buf name = {0};
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        struct item *item = &items[i];
        item->weight = item->element;
        if (order->by.data != NULL &&
            !sort_lookup(call, &name, order->by, item->element, &item->weight))
            item->weight = (struct slice){0};
        if (!order->alpha && item->weight.data != NULL)
            good &= parse_score(item->weight, &item->score);
    }
    if (name.failed)
        reply_no_memory(call);
    else if (!good)
        reply_error(call->out, "ERR One or more scores can't be converted "
                               "into double");
    good &= !name.failed;
    buf_free(&name);
    return good;
}

/* Those of the same score by their bytes, so that the order is always the
 * same. */
static int by_score(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = (x->score > y->score) - (x->score < y->score);
    return c != 0 ? c : slice_compare(x->element, y->element);
}

static int by_score_falling(const void *a, const void *b)
{
    return by_score(b, a);
}

/* Those without a weight come first. */
static int compare_weights(const struct item *x, const struct item *y)
{
    bool both = x->weight.data != NULL && y->weight.data != NULL;
    return both ? slice_compare(x->weight, y->weight)
                : (x->weight.data != NULL) - (y->weight.data != NULL);
}

static int by_weight(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = compare_weights(x, y);
    return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

static int by_weight_falling(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = compare_weights(y, x);
    return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

bool sort_items(struct call *call, const struct order *order,
                struct item *items, size_t count)
{
    int (*compare)(const void *a, const void *b) =
        order->alpha ? order->falling ? by_weight_falling : by_weight
        : order->falling ? by_score_falling
                         : by_score;
    if (!weigh(call, order, items, count))
        return false;
    if (count > 1)
        qsort(items, count, sizeof *items, compare);
    return true;
}
