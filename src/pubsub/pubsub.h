/* Publish and subscribe: who listens to which channel, pattern or shard
 * channel. A message goes into the mailbox of everybody who does, as one letter
 * for all; nobody waits for a slow reader.
 *
 *     topics[TOPIC_CHANNEL]   "news"  -> { subscriber, subscriber }
 *                             "chat"  -> { subscriber }
 *     topics[TOPIC_PATTERN]   "n*"    -> { subscriber }
 *
 * One lock for it all, so that all who listen get all messages in the same
 * order. It comes after the locks of the store, for events about keys are
 * published under a shard's lock; mailboxes have none. */
#ifndef PUBSUB_H
#define PUBSUB_H

#include "pubsub/ringer.h"
#include "types/dict.h"

enum topic_kind {
    TOPIC_CHANNEL,
    TOPIC_PATTERN,
    TOPIC_SHARD,
    TOPIC_FEED, /* MONITOR; its one topic has an empty name */
    TOPIC_KINDS
};

struct pubsub {
    const struct mail_limit *limit; /* of each subscriber's mail */
    struct ringer ringer;
    pthread_mutex_t lock;
    struct dict topics[TOPIC_KINDS]; /* lock must be held; name -> topic */
    atomic_size_t count[TOPIC_KINDS]; /* of them; written under lock */
};

/* One client's subscriptions. All zero but the mailbox is a valid empty one. */
struct subscriber {
    struct mailbox *mailbox;
    atomic_int version; /* of RESP: how its messages look */
    atomic_size_t count[TOPIC_KINDS]; /* set by the owner, any thread reads */
    struct dict names[TOPIC_KINDS];   /* the owner's; of its topics */
};

/* False, with errno: no memory, or no thread. */
bool pubsub_open(struct pubsub *pubsub, const struct mail_limit *limit);
void pubsub_close(struct pubsub *pubsub);

/* False: no memory, and nothing has changed. To subscribe again is no error. */
bool pubsub_subscribe(struct pubsub *pubsub, struct subscriber *subscriber,
                      enum topic_kind kind, struct slice name);

/* When it returns, nothing of this topic comes any more. */
void pubsub_unsubscribe(struct pubsub *pubsub, struct subscriber *subscriber,
                        enum topic_kind kind, struct slice name);

/* Ends all subscriptions of that kind. Returns their names, which the caller
 * frees. */
struct dict pubsub_leave(struct pubsub *pubsub, struct subscriber *subscriber,
                         enum topic_kind kind);

/* Ends them all, before the subscriber goes. */
void pubsub_leave_all(struct pubsub *pubsub, struct subscriber *subscriber);

/* Sends the message to whoever listens to the channel; returns how many
 * subscriptions that were. pubsub_publish_shard knows no patterns. */
size_t pubsub_publish(struct pubsub *pubsub, struct slice channel,
                      struct slice message);
size_t pubsub_publish_shard(struct pubsub *pubsub, struct slice channel,
                            struct slice message);

/* Sends a line to those who monitor. */
void pubsub_feed(struct pubsub *pubsub, struct slice line);

/* Is there anybody? Costs one look at an atomic. */
static inline bool pubsub_has(const struct pubsub *pubsub, enum topic_kind kind)
{
    return atomic_load_explicit(&pubsub->count[kind],
                                memory_order_relaxed) > 0;
}

/* How many listen to this topic. */
size_t pubsub_listeners(struct pubsub *pubsub, enum topic_kind kind,
                        struct slice name);

/* Visits the name of each topic of that kind; `visit` calls nothing here. */
void pubsub_each(struct pubsub *pubsub, enum topic_kind kind,
                 void (*visit)(struct slice name, void *context),
                 void *context);

#endif
