/* Who subscribes gets no reply but a message for each channel, in the same
 * stream as what is published there. So when a subscription ends, first nothing
 * new may come, then what has come is put in front, and only then the client
 * reads that it is over. */
#include "base/glob.h"
#include "command/functions.h"
#include "command/help.h"

static struct pubsub *pubsub_of(const struct call *call)
{
    return &call->core->pubsub;
}

/* The words that SUBSCRIBE and its kin differ in. */
struct verb {
    enum topic_kind kind;
    const char *subscribed, *unsubscribed;
};

static const struct verb verbs[] = {
    [TOPIC_CHANNEL] = {TOPIC_CHANNEL, "subscribe", "unsubscribe"},
    [TOPIC_PATTERN] = {TOPIC_PATTERN, "psubscribe", "punsubscribe"},
    [TOPIC_SHARD] = {TOPIC_SHARD, "ssubscribe", "sunsubscribe"},
};

static size_t count_of(const struct client *client, enum topic_kind kind)
{
    return atomic_load(&client->subscriber.count[kind]);
}

/* Channels and patterns are counted together, shard channels apart. */
static size_t count_with(const struct client *client, enum topic_kind kind)
{
    if (kind == TOPIC_SHARD)
        return count_of(client, TOPIC_SHARD);
    return count_of(client, TOPIC_CHANNEL) + count_of(client, TOPIC_PATTERN);
}

/* Puts what has come in front of what is replied next; but not into the midst
 * of EXEC's reply. */
static void take_mail(struct call *call)
{
    if (call->may_block && call->client->replies == REPLIES_ON)
        mailbox_take(&call->client->mailbox, &call->out->bytes, SIZE_MAX);
}

static void confirm(struct call *call, const char *what,
                    const struct slice *name, size_t count)
{
    reply_push(call->out, 3);
    reply_string(call->out, what);
    if (name != NULL)
        reply_bulk(call->out, *name);
    else
        reply_null(call->out);
    reply_integer(call->out, (long long)count);
}

static void subscribe(struct call *call, enum topic_kind kind)
{
    struct client *client = call->client;
    for (size_t i = 1; i < call->argc; i++) {
        struct slice name = arg(call, i);
        if (!pubsub_subscribe(pubsub_of(call), &client->subscriber, kind,
                              name)) {
            reply_no_memory(call);
            break;
        }
        confirm(call, verbs[kind].subscribed, &name, count_with(client, kind));
    }
    client_expect_mail(client);
}

static void unsubscribe_all(struct call *call, enum topic_kind kind)
{
    struct client *client = call->client;
    const char *what = verbs[kind].unsubscribed;
    struct dict names =
        pubsub_leave(pubsub_of(call), &client->subscriber, kind);
    size_t left = count_with(client, kind) + names.count;
    take_mail(call);
    for (const struct dict_entry *entry = dict_first(&names); entry != NULL;
         entry = dict_next(&names, entry)) {
        struct slice name = dict_key(entry);
        confirm(call, what, &name, --left);
    }
    if (names.count == 0)
        confirm(call, what, NULL, left);
    dict_free(&names);
}

static void unsubscribe(struct call *call, enum topic_kind kind)
{
    struct client *client = call->client;
    if (call->argc == 1)
        unsubscribe_all(call, kind);
    for (size_t i = 1; i < call->argc; i++) {
        struct slice name = arg(call, i);
        pubsub_unsubscribe(pubsub_of(call), &client->subscriber, kind, name);
        take_mail(call);
        confirm(call, verbs[kind].unsubscribed, &name,
                count_with(client, kind));
    }
    client_expect_mail(client);
}

void cmd_subscribe(struct call *call)
{
    subscribe(call, TOPIC_CHANNEL);
}

void cmd_psubscribe(struct call *call)
{
    subscribe(call, TOPIC_PATTERN);
}

void cmd_ssubscribe(struct call *call)
{
    subscribe(call, TOPIC_SHARD);
}

void cmd_unsubscribe(struct call *call)
{
    unsubscribe(call, TOPIC_CHANNEL);
}

void cmd_punsubscribe(struct call *call)
{
    unsubscribe(call, TOPIC_PATTERN);
}

void cmd_sunsubscribe(struct call *call)
{
    unsubscribe(call, TOPIC_SHARD);
}

/* Who publishes to himself gets the message before the reply. */
static void reply_receivers(struct call *call, size_t receivers)
{
    take_mail(call);
    reply_integer(call->out, (long long)receivers);
}

void cmd_publish(struct call *call)
{
    reply_receivers(call, pubsub_publish(pubsub_of(call), arg(call, 1),
                                         arg(call, 2)));
}

void cmd_spublish(struct call *call)
{
    reply_receivers(call, pubsub_publish_shard(pubsub_of(call), arg(call, 1),
                                               arg(call, 2)));
}

struct matches {
    const struct slice *pattern; /* NULL: all */
    struct reply found;
    size_t count;
};

static void add_match(struct slice name, void *context)
{
    struct matches *matches = context;
    if (matches->pattern != NULL && !glob_match(*matches->pattern, name))
        return;
    reply_bulk(&matches->found, name);
    matches->count++;
}

static void reply_topics(struct call *call, enum topic_kind kind)
{
    struct matches matches = {0};
    if (call->argc > 3) {
        reply_try_help(call);
        return;
    }
    if (call->argc == 3)
        matches.pattern = &call->argv[2];
    pubsub_each(pubsub_of(call), kind, add_match, &matches);
    reply_collected(call, reply_array, matches.count, &matches.found);
}

static void reply_listeners(struct call *call, enum topic_kind kind)
{
    reply_array(call->out, 2 * (call->argc - 2));
    for (size_t i = 2; i < call->argc; i++) {
        struct slice name = arg(call, i);
        reply_bulk(call->out, name);
        reply_integer(call->out, (long long)pubsub_listeners(pubsub_of(call),
                                                             kind, name));
    }
}

void cmd_pubsub_channels(struct call *call)
{
    reply_topics(call, TOPIC_CHANNEL);
}

void cmd_pubsub_shardchannels(struct call *call)
{
    reply_topics(call, TOPIC_SHARD);
}

void cmd_pubsub_numsub(struct call *call)
{
    reply_listeners(call, TOPIC_CHANNEL);
}

void cmd_pubsub_shardnumsub(struct call *call)
{
    reply_listeners(call, TOPIC_SHARD);
}

void cmd_pubsub_numpat(struct call *call)
{
    size_t patterns = atomic_load(&pubsub_of(call)->count[TOPIC_PATTERN]);
    reply_integer(call->out, (long long)patterns);
}

void cmd_pubsub_help(struct call *call)
{
    static const char *const lines[] = {
        "CHANNELS [<pattern>]",
        "    Return the currently active channels matching a <pattern> "
        "(default: '*').",
        "NUMPAT",
        "    Return number of subscriptions to patterns.",
        "NUMSUB [<channel> ...]",
        "    Return the number of subscribers for the specified channels, "
        "excluding",
        "    pattern subscriptions(default: no channels).",
        "SHARDCHANNELS [<pattern>]",
        "    Return the currently active shard level channels matching a "
        "<pattern> (default: '*').",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Return the number of subscribers for the specified shard level "
        "channel(s)",
        NULL,
    };
    reply_help(call, lines);
}

/* From now on every command comes as a line, as mail. */
void cmd_monitor(struct call *call)
{
    if (!call->may_block)
        reply_error(call->out, "ERR MONITOR isn't allowed for DENY BLOCKING "
                               "client");
    else if (client_is_monitor(call->client))
        return;
    else if (!pubsub_subscribe(pubsub_of(call), &call->client->subscriber,
                               TOPIC_FEED, SLICE("")))
        reply_no_memory(call);
    else
        reply_ok(call);
    client_expect_mail(call->client);
}
