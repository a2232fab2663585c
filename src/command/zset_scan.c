/* ZSCAN: a sorted set, some elements at a time. */
#include "command/functions.h"
#include "command/scan.h"
#include "command/zset.h"

#include <math.h>

struct zset_scan {
    struct scan scan;
    bool packed;
};

/* Scores are strings here, in RESP3 too. In Redis a packed score is an integer
 * if it can be, and shows that it is. */
static size_t format_score(char *out, double score, bool packed)
{
    if (packed && fabs(score) <= 0x1p62 && score == (double)(long long)score)
        return format_ll(out, (long long)score);
    return format_double(out, score);
}

static void add_element(const struct scored *element, void *context)
{
    struct zset_scan *it = context;
    char text[DOUBLE_TEXT_MAX];
    if (!scan_wants(&it->scan, element->member))
        return;
    size_t len = format_score(text, element->score, it->packed);
    scan_add(&it->scan, element->member);
    scan_add(&it->scan, (struct slice){text, len});
}

void cmd_zscan(struct call *call)
{
    struct zset_scan it;
    void *zset;
    if (!scan_object(call, TYPE_ZSET, &it.scan, &zset))
        return;
    it.packed = zset_is_packed(zset);
    while (scan_more(&it.scan,
                     zset_scan(zset, it.scan.cursor, add_element, &it)))
        ;
    scan_reply(call, &it.scan);
}
