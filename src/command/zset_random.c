/* ZRANDMEMBER: any element of a sorted set is the one of a random rank. */
#include "base/random.h"
#include "command/functions.h"
#include "command/sample.h"
#include "command/zset.h"

/* An element as a pair of its member and the bytes of its score. */
static struct pair to_pair(const struct scored *element)
{
    const char *score = (const char *)&element->score;
    return (struct pair){element->member, {score, sizeof element->score}};
}

static void reply_score(struct reply *out, struct slice value)
{
    double score;
    memcpy(&score, value.data, sizeof score);
    reply_double(out, score);
}

static void visit_random(const void *zset,
                         void (*visit)(struct pair pair, void *context),
                         void *context)
{
    struct zset_walk walk =
        zset_walk(zset, random_index(zset_count(zset)), 1, false);
    struct scored element;
    if (zset_step(&walk, &element))
        visit(to_pair(&element), context);
}

/* All at once, the highest first, as Redis gives those who ask for all. */
static uint64_t visit_all(const void *zset, uint64_t cursor,
                          void (*visit)(struct pair pair, void *context),
                          void *context)
{
    struct zset_walk walk = zset_walk(zset, 0, zset_count(zset), true);
    struct scored element;
    while (zset_step(&walk, &element))
        visit(to_pair(&element), context);
    (void)cursor;
    return 0;
}

void cmd_zrandmember(struct call *call)
{
    struct sample sample;
    struct zset *zset;
    if (!sample_parse(call, "withscores", &sample) ||
        !zset_find(call, 0, &zset))
        return;
    struct source source = {zset, zset ? zset_count(zset) : 0, visit_random,
                            visit_all, reply_score};
    sample_reply(call, &sample, zset ? &source : NULL);
}
