/* Random elements of a hash or a set, as HRANDFIELD and SRANDMEMBER give them:
 * one; so many different ones; or (a negative count) so many, each time any.
 * ZRANDMEMBER takes the same words. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "command/command.h"
#include "types/hash.h"

/* sample = [ count [ with ] ] */
struct sample {
    bool has_count;
    bool repeats;    /* the count was negative: the same may come again */
    bool with_value; /* reply each element's value too */
    size_t count;
};

/* What is sampled. An element of a set is a pair whose value is empty. */
struct source {
    const void *object;
    size_t count; /* elements, at least 1 */
    /* Visits one element, each about as likely as the other. */
    void (*random)(const void *object,
                   void (*visit)(struct pair pair, void *context),
                   void *context);
    /* Visits some, from a cursor on, and returns the next; see dict_scan. */
    uint64_t (*scan)(const void *object, uint64_t cursor,
                     void (*visit)(struct pair pair, void *context),
                     void *context);
    /* NULL: a value is replied as a bulk string. */
    void (*reply_value)(struct reply *out, struct slice value);
};

/* Reads word 2 and those behind it; `with` is how the word is called that asks
 * for values, or NULL. On false the error has been replied. */
bool sample_parse(struct call *call, const char *with, struct sample *sample);

/* Replies what was asked for; source NULL: there is nothing to sample. */
void sample_reply(struct call *call, const struct sample *sample,
                  const struct source *source);

#endif
