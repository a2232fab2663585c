/* What the members of the CLIENT family share. */
#ifndef CLIENT_H
#define CLIENT_H

#include "command/command.h"

/* NORMAL or PUBSUB: what the client is. */
enum client_class client_class(const struct client *client);

/* Word `i` as a class. *nobody: it is MASTER, and there is none here. On false
 * the error has been replied. */
bool arg_client_class(struct call *call, size_t i, enum client_class *class,
                      bool *nobody);

/* Appends the client's line of CLIENT LIST, without its end. */
void client_describe(struct core *core, const struct client *client,
                     struct buf *line);

#endif
