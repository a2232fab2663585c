/* An entry is one allocation: the struct, the slices of its words, then the
 * bytes of them all. Long commands are cut short when they are noted. */
#include "core/slowlog.h"

#include <stdio.h>
#include <stdlib.h>

bool slowlog_open(struct slowlog *log)
{
    *log = (struct slowlog){0};
    return pthread_mutex_init(&log->lock, NULL) == 0;
}

static void forget_from(struct slow *slow)
{
    while (slow != NULL) {
        struct slow *next = slow->next;
        free(slow);
        slow = next;
    }
}

void slowlog_close(struct slowlog *log)
{
    forget_from(log->newest);
    pthread_mutex_destroy(&log->lock);
}

/* Copies at most SLOWLOG_BYTES of it to `to`; returns the copy. */
static struct slice shorten(char *to, struct slice word)
{
    size_t len = word.len < SLOWLOG_BYTES ? word.len : SLOWLOG_BYTES;
    if (len > 0)
        memcpy(to, word.data, len);
    if (len < word.len)
        len += (size_t)sprintf(to + len, "... (%zu more bytes)",
                               word.len - len);
    return (struct slice){to, len};
}

static struct slow *new_entry(const struct slow *facts,
                              const struct slice *words, size_t count)
{
    enum { ROOM = SLOWLOG_BYTES + 48 }; /* for a word and what is said of it */
    size_t kept = count < SLOWLOG_WORDS ? count : SLOWLOG_WORDS;
    struct slow *slow =
        malloc(sizeof *slow + kept * (sizeof *words + ROOM) + 2 * ROOM);
    if (slow == NULL)
        return NULL;
    *slow = *facts;
    slow->count = kept;
    char *to = (char *)(slow->words + kept);
    for (size_t i = 0; i < kept; i++, to += ROOM)
        slow->words[i] = shorten(to, words[i]);
    if (kept < count) {
        char *last = to - ROOM;
        int n = sprintf(last, "... (%zu more arguments)", count - kept + 1);
        slow->words[kept - 1] = (struct slice){last, (size_t)n};
    }
    slow->address = shorten(to, facts->address);
    slow->name = shorten(to + ROOM, facts->name);
    return slow;
}

/* lock is held. */
static void trim(struct slowlog *log, size_t most)
{
    struct slow **end = &log->newest;
    for (size_t i = 0; i < most && *end != NULL; i++)
        end = &(*end)->next;
    if (log->count > most)
        log->count = most;
    forget_from(*end);
    *end = NULL;
}

void slowlog_add(struct slowlog *log, const struct slow *facts,
                 const struct slice *words, size_t count, size_t most)
{
    struct slow *slow = new_entry(facts, words, count);
    if (slow == NULL)
        return;
    pthread_mutex_lock(&log->lock);
    slow->id = log->next_id++;
    slow->next = log->newest;
    log->newest = slow;
    log->count++;
    if (log->count > most)
        trim(log, most);
    pthread_mutex_unlock(&log->lock);
}

void slowlog_reset(struct slowlog *log)
{
    pthread_mutex_lock(&log->lock);
    trim(log, 0);
    pthread_mutex_unlock(&log->lock);
}
