#include "types/scored.h"
#include "base/text.h"

static int compare_scores(double a, double b)
{
    return (a > b) - (a < b);
}

bool scored_is_before(const struct scored *element, size_t rank,
                      const struct border *border)
{
    if (border->kind == BORDER_RANK)
        return rank < border->rank;
    int order = 0;
    if (border->kind != BORDER_MEMBER)
        order = compare_scores(element->score, border->at.score);
    if (border->kind != BORDER_SCORE && order == 0)
        order = slice_compare(element->member, border->at.member);
    return order < 0 || (order == 0 && border->behind);
}
