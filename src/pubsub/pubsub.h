/* Publish and subscribe: who listens to which channel or pattern. */
#ifndef PUBSUB_H
#define PUBSUB_H

#include "base/slice.h"

struct pubsub {
    int nobody;
};

/* Sends the message to whoever listens to the channel; returns to how many. */
size_t pubsub_publish(struct pubsub *pubsub, struct slice channel,
                      struct slice message);

#endif
