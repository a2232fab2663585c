/* ZSCAN: a sorted set, some elements at a time. */
#include "command/functions.h"
#include "command/scan.h"
#include "command/zset.h"

#include <math.h>
#include <stdio.h>

/* Scores are strings here, in RESP3 too. */
static void add_element(const struct scored *element, void *context)
{
    struct scan *scan = context;
    char text[DOUBLE_TEXT_MAX];
    if (!scan_wants(scan, element->member))
        return;
    scan_add(scan, element->member);
    scan_add(scan, (struct slice){text, format_double(text, element->score)});
}

void cmd_zscan(struct call *call)
{
    struct scan scan;
    void *zset;
    if (!scan_object(call, TYPE_ZSET, &scan, &zset))
        return;
    while (scan_more(&scan, zset_scan(zset, scan.cursor, add_element, &scan)))
        ;
    scan_reply(call, &scan);
}
