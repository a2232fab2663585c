/* Which words of a request are keys, and what would happen to them: found by
 * the catalog's key specifications, as cluster clients find them. */
#ifndef KEYSPECS_H
#define KEYSPECS_H

#include "command/catalog.h"

struct key_use {
    size_t word;       /* which */
    const char *flags; /* "RW access update" */
};

/* Fills `uses`, with room for argc of them, in the order of the specifications;
 * returns how many. 0 also when the request is no good. */
size_t command_key_uses(const struct command *command,
                        const struct slice *argv, size_t argc,
                        struct key_use *uses);

#endif
