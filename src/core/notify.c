#include "core/notify.h"
#include "core/core.h"

#include <stdio.h>

/* In the order in which Redis shows them. */
static const struct {
    char letter;
    enum notify_class class;
} classes[] = {
    {'g', NOTIFY_GENERIC},  {'$', NOTIFY_STRING},   {'l', NOTIFY_LIST},
    {'s', NOTIFY_SET},      {'h', NOTIFY_HASH},     {'z', NOTIFY_ZSET},
    {'x', NOTIFY_EXPIRED},  {'e', NOTIFY_EVICTED},  {'t', NOTIFY_STREAM},
    {'d', NOTIFY_MODULE},   {'n', NOTIFY_NEW},      {'K', NOTIFY_KEYSPACE},
    {'E', NOTIFY_KEYEVENT}, {'m', NOTIFY_KEY_MISS},
};

enum { LETTERS = sizeof classes / sizeof *classes };

static int class_of(char letter)
{
    if (letter == 'A')
        return NOTIFY_ALL;
    for (int i = 0; i < LETTERS; i++)
        if (classes[i].letter == letter)
            return (int)classes[i].class;
    return 0;
}

bool notify_parse(struct slice letters, long long *set)
{
    *set = 0;
    for (size_t i = 0; i < letters.len; i++) {
        int class = class_of(letters.data[i]);
        if (class == 0)
            return false;
        *set |= class;
    }
    return true;
}

/* "A" stands for all but m; that it also hides an n is a habit of Redis. */
size_t notify_format(char out[NOTIFY_TEXT], long long set)
{
    size_t n = 0;
    if ((set & NOTIFY_ALL) == NOTIFY_ALL) {
        out[n++] = 'A';
        set &= ~(long long)(NOTIFY_ALL | NOTIFY_NEW);
    }
    for (int i = 0; i < LETTERS; i++)
        if (set & (long long)classes[i].class)
            out[n++] = classes[i].letter;
    return n;
}

/* Publishes `message` to "__keyspace@<db>__:<about>" or its sibling. */
static void publish(struct core *core, const char *kind, unsigned db,
                    struct slice about, struct slice message)
{
    struct buf channel = {0};
    char prefix[40];
    int n = snprintf(prefix, sizeof prefix, "__%s@%u__:", kind, db);
    buf_append(&channel, prefix, (size_t)n);
    buf_append(&channel, about.data, about.len);
    if (!channel.failed)
        pubsub_publish(&core->pubsub, buf_slice(&channel), message);
    buf_free(&channel);
}

void notify(struct core *core, enum notify_class class, const char *event,
            unsigned db, struct slice key)
{
    long long wanted = config_number(&core->config, SETTING_NOTIFY);
    struct slice name = {event, strlen(event)};
    if (!(wanted & (long long)class))
        return;
    if (wanted & NOTIFY_KEYSPACE)
        publish(core, "keyspace", db, key, name);
    if (wanted & NOTIFY_KEYEVENT)
        publish(core, "keyevent", db, name, key);
}
