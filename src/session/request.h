/* A request that outlives the bytes it came in: queued by MULTI, or waiting in
 * BLPOP. */
#ifndef REQUEST_H
#define REQUEST_H

#include "command/command.h"

struct request {
    const struct command *command;
    size_t argc;
    struct slice *argv; /* owned, together with the bytes of the words */
    size_t size;        /* bytes of all that */
};

/* False: no memory. */
bool request_copy(struct request *request, const struct command *command,
                  const struct slice *argv, size_t argc);
void request_free(struct request *request);

#endif
