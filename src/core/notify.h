/* Events about keys, for those who subscribed to them (notify-keyspace-events):
 *
 *     __keyspace@0__:key  <- "lpush"       what happened to this key
 *     __keyevent@0__:lpush  <- "key"       which key did this happen to */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "base/slice.h"

struct core;

/* The classes of events, each a letter of the setting's value. */
enum notify_class {
    NOTIFY_KEYSPACE = 1 << 0, /* K: publish to __keyspace@... */
    NOTIFY_KEYEVENT = 1 << 1, /* E: publish to __keyevent@... */
    NOTIFY_GENERIC = 1 << 2,  /* g: DEL, EXPIRE, RENAME ... */
    NOTIFY_STRING = 1 << 3,   /* $ */
    NOTIFY_LIST = 1 << 4,     /* l */
    NOTIFY_SET = 1 << 5,      /* s */
    NOTIFY_HASH = 1 << 6,     /* h */
    NOTIFY_ZSET = 1 << 7,     /* z */
    NOTIFY_EXPIRED = 1 << 8,  /* x: an expired key has been removed */
    NOTIFY_EVICTED = 1 << 9,  /* e: a key had to go, for maxmemory */
    NOTIFY_STREAM = 1 << 10,  /* t */
    NOTIFY_MODULE = 1 << 11,  /* d */
    NOTIFY_NEW = 1 << 12,     /* n: there is a key that was not there */
    NOTIFY_KEY_MISS = 1 << 13, /* m: a command read a key that is not there */
    NOTIFY_ALL = NOTIFY_NEW - NOTIFY_GENERIC, /* A: g to d */
};

enum { NOTIFY_TEXT = 16 /* bytes that hold any value of the setting */ };

/* The setting's value as a set of classes. False: there is another letter. */
bool notify_parse(struct slice letters, long long *classes);

/* Writes the set as letters, in Redis' order; returns how many. */
size_t notify_format(char out[NOTIFY_TEXT], long long classes);

/* Publishes an event, if the setting has its class. The key's shard is held, so
 * the events of a key come in the order of its changes. */
void notify(struct core *core, enum notify_class class, const char *event,
            unsigned db, struct slice key);

#endif
