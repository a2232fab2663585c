/* The commands that took longest to run: SLOWLOG. The newest are kept, as many
 * as slowlog-max-len says. Any thread may call. */
#ifndef SLOWLOG_H
#define SLOWLOG_H

#include "base/slice.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SLOWLOG_WORDS = 32,  /* of a command: the last one tells how many more */
    SLOWLOG_BYTES = 128, /* of a word, likewise */
};

/* One command; owned by the log, valid while it is locked. */
struct slow {
    struct slow *next; /* an older one */
    unsigned long long id;
    int64_t at; /* seconds since 1970 */
    uint64_t us;
    struct slice address, name; /* the client's */
    size_t count;
    struct slice words[];
};

struct slowlog {
    pthread_mutex_t lock;

    /* lock must be held */
    struct slow *newest;
    size_t count;
    unsigned long long next_id;
};

bool slowlog_open(struct slowlog *log);
void slowlog_close(struct slowlog *log);

/* Notes a command of `count` words, of which the first SLOWLOG_WORDS are given;
 * keeps `most` commands. Out of memory, it is not noted. */
void slowlog_add(struct slowlog *log, const struct slow *facts,
                 const struct slice *words, size_t count, size_t most);

void slowlog_reset(struct slowlog *log);

#endif
