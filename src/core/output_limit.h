/* The setting client-output-buffer-limit: for each class of clients how many
 * bytes may wait for one of them.
 *
 *     normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
 *            |   |  `- seconds for which it may be over the soft limit
 *            |   `---- soft limit
 *            `-------- hard limit; 0: none */
#ifndef OUTPUT_LIMIT_H
#define OUTPUT_LIMIT_H

#include "base/buf.h"
#include "pubsub/mailbox.h"

enum client_class { CLASS_NORMAL, CLASS_REPLICA, CLASS_PUBSUB, CLASSES };

/* "normal", "replica" or "slave", "pubsub", in any case. */
bool client_class_parse(struct slice word, enum client_class *class);

/* Words may have spaces in them, which part them like words. NULL: all is well,
 * and the limits (if not NULL) of the classes named are changed; else what is
 * wrong. */
const char *output_limits_set(struct mail_limit limits[CLASSES],
                              const struct slice *words, size_t count);

/* Appends all classes and their limits. */
void output_limits_format(const struct mail_limit limits[CLASSES],
                          struct buf *out);

#endif
