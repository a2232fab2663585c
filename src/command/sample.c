/* Different elements come in one of two ways. Many of few: walk over all, and
 * take each with probability (still wanted) / (still to come), which takes
 * exactly as many as are wanted, each set of them as likely as another. Few of
 * many: pick at random and remember, in a table, what has been picked. */
#include "command/sample.h"
#include "base/random.h"
#include "types/dict.h"

#include <limits.h>

enum {
    WALK_FRACTION = 3,    /* walk when a third or more is wanted */
    SMALLEST_REPLY = 6,   /* bytes: an empty string */
};

static bool parse_count(struct call *call, long long *count)
{
    if (!arg_integer(call, 2, count))
        return false;
    if (*count >= -LLONG_MAX)
        return true;
    reply_error(call->out, "ERR value is out of range, value must between "
                           "%lld and %lld", -LLONG_MAX, LLONG_MAX);
    return false;
}

bool sample_parse(struct call *call, const char *with, struct sample *sample)
{
    long long count;
    *sample = (struct sample){.has_count = call->argc > 2};
    if (call->argc > 3 && with == NULL) {
        reply_syntax_error(call);
        return false;
    }
    if (!sample->has_count)
        return true;
    if (!parse_count(call, &count))
        return false;
    sample->with_value = call->argc == 4;
    if (call->argc > 4 || (call->argc == 4 && !arg_is(call, 3, with))) {
        reply_syntax_error(call);
        return false;
    }
    sample->repeats = count < 0;
    sample->count = count < 0 ? 0 - (size_t)count : (size_t)count;
    if (!sample->with_value || sample->count <= LLONG_MAX / 2)
        return true;
    reply_error(call->out, "ERR value is out of range");
    return false;
}

/* One reply, on its way through the visits. */
struct draw {
    struct call *call;
    const struct sample *sample;
    const struct source *source;
    size_t wanted, left; /* of a walk */
    struct dict picked;
    bool failed; /* no memory */
};

static void announce(struct draw *draw, size_t count)
{
    bool flat = draw->sample->with_value && draw->call->out->version == 2;
    reply_array(draw->call->out, flat ? 2 * count : count);
}

static void reply_pair(struct pair pair, void *context)
{
    const struct draw *draw = context;
    struct reply *out = draw->call->out;
    if (draw->sample->with_value && out->version == 3)
        reply_array(out, 2);
    reply_bulk(out, pair.field);
    if (!draw->sample->with_value)
        return;
    if (draw->source->reply_value != NULL)
        draw->source->reply_value(out, pair.value);
    else
        reply_bulk(out, pair.value);
}

static void reply_perhaps(struct pair pair, void *context)
{
    struct draw *draw = context;
    if (random_index(draw->left--) >= draw->wanted)
        return;
    draw->wanted--;
    reply_pair(pair, draw);
}

static void reply_walk(struct draw *draw, const struct source *source)
{
    uint64_t cursor = 0;
    draw->left = source->count;
    draw->wanted = draw->sample->count;
    announce(draw, draw->wanted);
    do
        cursor = source->scan(source->object, cursor, reply_perhaps, draw);
    while (cursor != 0);
}

static void note_pick(struct pair pair, void *context)
{
    struct draw *draw = context;
    if (!dict_put(&draw->picked, pair.field, pair.value, NULL))
        draw->failed = true;
}

static void reply_picks(struct draw *draw, const struct source *source)
{
    size_t wanted = draw->sample->count;
    while (draw->picked.count < wanted && !draw->failed)
        source->random(source->object, note_pick, draw);
    if (draw->failed) {
        reply_no_memory(draw->call);
    } else {
        announce(draw, wanted);
        const struct dict_entry *entry = dict_first(&draw->picked);
        for (; entry != NULL; entry = dict_next(&draw->picked, entry))
            reply_pair((struct pair){dict_key(entry), dict_payload(entry)},
                       draw);
    }
    dict_free(&draw->picked);
}

/* A reply that may be far longer than what it is drawn from has a limit: that
 * of one string. */
static void reply_repeats(struct draw *draw, const struct source *source)
{
    struct call *call = draw->call;
    size_t most =
        (size_t)config_number(&call->core->config, SETTING_BULK_LIMIT);
    size_t start = buf_len(&call->out->bytes);
    bool too_long = draw->sample->count > most / SMALLEST_REPLY;
    if (!too_long)
        announce(draw, draw->sample->count);
    for (size_t i = 0; i < draw->sample->count && !too_long; i++) {
        source->random(source->object, reply_pair, draw);
        too_long = buf_len(&call->out->bytes) - start > most;
    }
    if (too_long) {
        reply_take_back(call->out, start);
        reply_no_memory(call);
    }
}

void sample_reply(struct call *call, const struct sample *sample,
                  const struct source *source)
{
    struct sample few = *sample;
    struct draw draw = {.call = call, .sample = &few, .source = source};
    if (source != NULL && !sample->repeats && sample->count > source->count)
        few.count = source->count;
    if (source == NULL && !sample->has_count)
        reply_null(call->out);
    else if (source == NULL)
        reply_array(call->out, 0);
    else if (!sample->has_count)
        source->random(source->object, reply_pair, &draw);
    else if (sample->repeats)
        reply_repeats(&draw, source);
    else if (few.count >= source->count / WALK_FRACTION)
        reply_walk(&draw, source);
    else
        reply_picks(&draw, source);
}
