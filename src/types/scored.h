/* An element of a sorted set, and the one way in which anybody points at a
 * place between elements: a border. Elements are in the order of their scores,
 * those of equal score in the order of their members' bytes. */
#ifndef SCORED_H
#define SCORED_H

#include "base/slice.h"

struct scored {
    struct slice member;
    double score; /* never nan */
};

/* What a border is drawn by: the number of elements before it, or a score, or a
 * member (which makes sense when all scores are equal), or score and member. */
enum border_kind { BORDER_RANK, BORDER_SCORE, BORDER_MEMBER, BORDER_ELEMENT };

struct border {
    enum border_kind kind;
    size_t rank;      /* of BORDER_RANK; the others need `at` */
    struct scored at;
    bool behind;      /* what equals `at` lies before the border */
};

/* Does this element, of this rank (from 0), lie before the border? All that do
 * come before all that do not. */
bool scored_is_before(const struct scored *element, size_t rank,
                      const struct border *border);

#endif
