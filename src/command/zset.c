/* Sorted sets, member by member; and what their commands share. */
#include "command/zset.h"
#include "command/functions.h"

bool zset_find(struct call *call, size_t i, struct zset **zset)
{
    void *object;
    bool good = call_find(call, i, TYPE_ZSET, &object);
    *zset = object;
    return good;
}

struct zset_limits zset_limits(const struct call *call)
{
    const struct config *config = &call->core->config;
    return (struct zset_limits){
        .members = (size_t)config_number(config, SETTING_ZSET_ENTRIES),
        .member_len = (size_t)config_number(config, SETTING_ZSET_VALUE),
    };
}

void zset_shrunk(struct call *call, const struct key *key, struct zset *zset,
                 const char *event)
{
    call_notify(call, NOTIFY_ZSET, event, key);
    if (zset_count(zset) > 0) {
        keyspace_changed(&call->space, key);
    } else {
        keyspace_remove(&call->space, key);
        call_notify(call, NOTIFY_GENERIC, "del", key);
    }
}

void zset_store(struct call *call, const struct key *key, struct zset *zset,
                const char *event)
{
    call_store(call, key, &(struct stored){TYPE_ZSET, zset, zset_count(zset),
                                           NOTIFY_ZSET, event});
}

void reply_scored_array(struct reply *out, size_t count, bool scores)
{
    reply_array(out, scores && out->version == 2 ? 2 * count : count);
}

void reply_scored(struct reply *out, const struct scored *element, bool scores)
{
    if (scores && out->version == 3)
        reply_array(out, 2);
    reply_bulk(out, element->member);
    if (scores)
        reply_double(out, element->score);
}

void cmd_zrem(struct call *call)
{
    struct zset *zset;
    if (!zset_find(call, 0, &zset))
        return;
    long long removed = 0;
    for (size_t i = 2; zset != NULL && i < call->argc; i++)
        removed += zset_remove(zset, arg(call, i));
    if (removed > 0)
        zset_shrunk(call, &call->keys[0], zset, "zrem");
    reply_integer(call->out, removed);
}

void cmd_zcard(struct call *call)
{
    struct zset *zset;
    if (zset_find(call, 0, &zset))
        reply_integer(call->out, zset ? (long long)zset_count(zset) : 0);
}

/* The score of the member that is word `i`. */
static void reply_score(struct call *call, const struct zset *zset, size_t i)
{
    double score;
    if (zset != NULL && zset_score(zset, arg(call, i), &score))
        reply_double(call->out, score);
    else
        reply_null(call->out);
}

void cmd_zscore(struct call *call)
{
    struct zset *zset;
    if (zset_find(call, 0, &zset))
        reply_score(call, zset, 2);
}

void cmd_zmscore(struct call *call)
{
    struct zset *zset;
    if (!zset_find(call, 0, &zset))
        return;
    reply_array(call->out, call->argc - 2);
    for (size_t i = 2; i < call->argc; i++)
        reply_score(call, zset, i);
}

static void rank(struct call *call, bool backwards)
{
    struct zset *zset;
    struct border place = {.kind = BORDER_ELEMENT, .at.member = arg(call, 2)};
    if (!zset_find(call, 0, &zset))
        return;
    if (zset == NULL || !zset_score(zset, arg(call, 2), &place.at.score)) {
        reply_null(call->out);
        return;
    }
    size_t before = zset_rank(zset, &place);
    reply_integer(call->out,
                  (long long)(backwards ? zset_count(zset) - 1 - before
                                        : before));
}

void cmd_zrank(struct call *call)
{
    rank(call, false);
}

void cmd_zrevrank(struct call *call)
{
    rank(call, true);
}
