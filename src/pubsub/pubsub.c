/* A topic is there as long as somebody listens to it. Its listeners are a table
 * whose keys are the pointers to the subscribers themselves, so that adding and
 * removing one takes as long for the thousandth as for the first. */
#include "pubsub/pubsub.h"
#include "base/glob.h"
#include "resp/reply.h"

#include <stdlib.h>

struct topic {
    struct dict listeners; /* the bytes of a struct subscriber * -> nothing */
};

enum { FEW = 8 /* bells that a publisher rings itself, which is faster */ };

static const struct slice nothing = {"", 0};

bool pubsub_open(struct pubsub *pubsub, const struct mail_limit *limit)
{
    *pubsub = (struct pubsub){.limit = limit};
    pthread_mutex_init(&pubsub->lock, NULL);
    return ringer_open(&pubsub->ringer);
}

void pubsub_close(struct pubsub *pubsub)
{
    ringer_close(&pubsub->ringer);
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        dict_free(&pubsub->topics[kind]);
    pthread_mutex_destroy(&pubsub->lock);
}

/* A pointer, as bytes and back. */
static struct slice pointer_bytes(const void *pointer)
{
    return (struct slice){pointer, sizeof(void *)};
}

static void *entry_pointer(struct slice bytes)
{
    void *pointer;
    memcpy(&pointer, bytes.data, sizeof pointer);
    return pointer;
}

static struct topic *find_locked(const struct pubsub *pubsub,
                                 enum topic_kind kind, struct slice name)
{
    const struct dict_entry *entry = dict_find(&pubsub->topics[kind], name);
    return entry ? entry_pointer(dict_payload(entry)) : NULL;
}

static void count_topics_locked(struct pubsub *pubsub, enum topic_kind kind)
{
    atomic_store(&pubsub->count[kind], pubsub->topics[kind].count);
}

static struct topic *find_or_make_locked(struct pubsub *pubsub,
                                         enum topic_kind kind,
                                         struct slice name)
{
    struct topic *topic = find_locked(pubsub, kind, name);
    if (topic != NULL)
        return topic;
    topic = calloc(1, sizeof *topic);
    if (topic == NULL ||
        dict_put(&pubsub->topics[kind], name, pointer_bytes(&topic), NULL) ==
            NULL) {
        free(topic);
        return NULL;
    }
    count_topics_locked(pubsub, kind);
    return topic;
}

static void remove_if_empty_locked(struct pubsub *pubsub, enum topic_kind kind,
                                   struct slice name, struct topic *topic)
{
    if (topic->listeners.count > 0)
        return;
    dict_free(&topic->listeners);
    free(topic);
    dict_remove(&pubsub->topics[kind], name);
    count_topics_locked(pubsub, kind);
}

static bool add_listener(struct pubsub *pubsub, struct subscriber *subscriber,
                         enum topic_kind kind, struct slice name)
{
    pthread_mutex_lock(&pubsub->lock);
    struct topic *topic = find_or_make_locked(pubsub, kind, name);
    bool good = topic != NULL &&
                dict_put(&topic->listeners, pointer_bytes(&subscriber),
                         nothing, NULL) != NULL;
    if (topic != NULL && !good)
        remove_if_empty_locked(pubsub, kind, name, topic);
    pthread_mutex_unlock(&pubsub->lock);
    return good;
}

static void remove_listener(struct pubsub *pubsub,
                            struct subscriber *subscriber,
                            enum topic_kind kind, struct slice name)
{
    pthread_mutex_lock(&pubsub->lock);
    struct topic *topic = find_locked(pubsub, kind, name);
    dict_remove(&topic->listeners, pointer_bytes(&subscriber));
    remove_if_empty_locked(pubsub, kind, name, topic);
    pthread_mutex_unlock(&pubsub->lock);
}

static void count_names(struct subscriber *subscriber, enum topic_kind kind)
{
    atomic_store(&subscriber->count[kind], subscriber->names[kind].count);
}

bool pubsub_subscribe(struct pubsub *pubsub, struct subscriber *subscriber,
                      enum topic_kind kind, struct slice name)
{
    bool added;
    struct dict *names = &subscriber->names[kind];
    if (dict_put(names, name, nothing, &added) == NULL)
        return false;
    if (added && !add_listener(pubsub, subscriber, kind, name)) {
        dict_remove(names, name);
        return false;
    }
    count_names(subscriber, kind);
    return true;
}

void pubsub_unsubscribe(struct pubsub *pubsub, struct subscriber *subscriber,
                        enum topic_kind kind, struct slice name)
{
    const struct dict_entry *entry = dict_find(&subscriber->names[kind], name);
    if (entry == NULL)
        return;
    remove_listener(pubsub, subscriber, kind, dict_key(entry));
    dict_remove(&subscriber->names[kind], name);
    count_names(subscriber, kind);
}

struct dict pubsub_leave(struct pubsub *pubsub, struct subscriber *subscriber,
                         enum topic_kind kind)
{
    struct dict names = subscriber->names[kind];
    for (const struct dict_entry *entry = dict_first(&names); entry != NULL;
         entry = dict_next(&names, entry))
        remove_listener(pubsub, subscriber, kind, dict_key(entry));
    subscriber->names[kind] = (struct dict){0};
    count_names(subscriber, kind);
    return names;
}

void pubsub_leave_all(struct pubsub *pubsub, struct subscriber *subscriber)
{
    for (int kind = 0; kind < TOPIC_KINDS; kind++) {
        struct dict names =
            pubsub_leave(pubsub, subscriber, (enum topic_kind)kind);
        dict_free(&names);
    }
    ringer_forget(&pubsub->ringer, subscriber->mailbox);
}

/* One message on its way to the listeners of one topic. It is put into bytes at
 * most once for each version of the protocol. */
struct delivery {
    const struct mail_limit *limit;
    bool rings_itself;      /* they are few */
    struct ring_list bells; /* of those who have mail now and had none */
    const struct slice *words; /* "message", its channel, ...; or a line */
    size_t count;
    struct letter *letters[2]; /* of RESP2, of RESP3 */
};

static struct letter *letter_for(struct delivery *delivery, int version)
{
    struct letter **letter = &delivery->letters[version == 3];
    struct reply reply = {.version = version};
    if (*letter != NULL)
        return *letter;
    reply_push(&reply, delivery->count);
    for (size_t i = 0; i < delivery->count; i++)
        reply_bulk(&reply, delivery->words[i]);
    if (!reply.bytes.failed)
        *letter = letter_new(buf_slice(&reply.bytes));
    buf_free(&reply.bytes);
    return *letter;
}

static void deliver(struct delivery *delivery, struct subscriber *subscriber)
{
    int version = atomic_load(&subscriber->version);
    struct letter *letter = letter_for(delivery, version);
    bool ring = false;
    if (letter != NULL)
        mailbox_put(subscriber->mailbox, letter, delivery->limit, &ring);
    else
        mailbox_fail(subscriber->mailbox);
    if (ring && delivery->rings_itself)
        mailbox_ring(subscriber->mailbox);
    else if (ring)
        ring_list_add(&delivery->bells, subscriber->mailbox);
}

static size_t deliver_to_all_locked(struct pubsub *pubsub,
                                    struct delivery *delivery,
                                    const struct topic *topic)
{
    const struct dict *listeners = &topic->listeners;
    delivery->limit = pubsub->limit;
    delivery->rings_itself = listeners->count <= FEW;
    for (const struct dict_entry *entry = dict_first(listeners); entry != NULL;
         entry = dict_next(listeners, entry))
        deliver(delivery, entry_pointer(dict_key(entry)));
    for (int i = 0; i < 2; i++)
        if (delivery->letters[i] != NULL)
            letter_release(delivery->letters[i]);
    ringer_take(&pubsub->ringer, &delivery->bells);
    return listeners->count;
}

static size_t publish_locked(struct pubsub *pubsub, enum topic_kind kind,
                             const char *word, struct slice channel,
                             struct slice message)
{
    const struct topic *topic = find_locked(pubsub, kind, channel);
    const struct slice words[] = {{word, strlen(word)}, channel, message};
    struct delivery delivery = {.words = words, .count = 3};
    return topic ? deliver_to_all_locked(pubsub, &delivery, topic) : 0;
}

static size_t publish_to_patterns_locked(struct pubsub *pubsub,
                                         struct slice channel,
                                         struct slice message)
{
    const struct dict *patterns = &pubsub->topics[TOPIC_PATTERN];
    size_t n = 0;
    for (const struct dict_entry *entry = dict_first(patterns); entry != NULL;
         entry = dict_next(patterns, entry)) {
        struct slice pattern = dict_key(entry);
        if (!glob_match(pattern, channel))
            continue;
        const struct slice words[] = {SLICE("pmessage"), pattern, channel,
                                      message};
        struct delivery delivery = {.words = words, .count = 4};
        n += deliver_to_all_locked(pubsub, &delivery,
                                   entry_pointer(dict_payload(entry)));
    }
    return n;
}

size_t pubsub_publish(struct pubsub *pubsub, struct slice channel,
                      struct slice message)
{
    if (!pubsub_has(pubsub, TOPIC_CHANNEL) &&
        !pubsub_has(pubsub, TOPIC_PATTERN))
        return 0;
    pthread_mutex_lock(&pubsub->lock);
    size_t n =
        publish_locked(pubsub, TOPIC_CHANNEL, "message", channel, message);
    n += publish_to_patterns_locked(pubsub, channel, message);
    pthread_mutex_unlock(&pubsub->lock);
    return n;
}

size_t pubsub_publish_shard(struct pubsub *pubsub, struct slice channel,
                            struct slice message)
{
    if (!pubsub_has(pubsub, TOPIC_SHARD))
        return 0;
    pthread_mutex_lock(&pubsub->lock);
    size_t n =
        publish_locked(pubsub, TOPIC_SHARD, "smessage", channel, message);
    pthread_mutex_unlock(&pubsub->lock);
    return n;
}

/* A line looks the same in both versions of the protocol. */
void pubsub_feed(struct pubsub *pubsub, struct slice line)
{
    struct letter *letter = letter_new(line);
    pthread_mutex_lock(&pubsub->lock);
    const struct topic *topic = find_locked(pubsub, TOPIC_FEED, nothing);
    if (topic != NULL && letter != NULL) {
        struct delivery delivery = {.letters = {letter, letter}};
        atomic_fetch_add(&letter->holders, 1); /* for each of the two */
        deliver_to_all_locked(pubsub, &delivery, topic);
    } else if (letter != NULL) {
        letter_release(letter);
    }
    pthread_mutex_unlock(&pubsub->lock);
}

size_t pubsub_listeners(struct pubsub *pubsub, enum topic_kind kind,
                        struct slice name)
{
    pthread_mutex_lock(&pubsub->lock);
    const struct topic *topic = find_locked(pubsub, kind, name);
    size_t n = topic ? topic->listeners.count : 0;
    pthread_mutex_unlock(&pubsub->lock);
    return n;
}

void pubsub_each(struct pubsub *pubsub, enum topic_kind kind,
                 void (*visit)(struct slice name, void *context),
                 void *context)
{
    const struct dict *topics = &pubsub->topics[kind];
    pthread_mutex_lock(&pubsub->lock);
    for (const struct dict_entry *entry = dict_first(topics); entry != NULL;
         entry = dict_next(topics, entry))
        visit(dict_key(entry), context);
    pthread_mutex_unlock(&pubsub->lock);
}
