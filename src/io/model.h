/* An I/O model: one way of waiting for many clients. The whole loop is what can
 * be exchanged; each model is one file that exports one of these. */
#ifndef MODEL_H
#define MODEL_H

#include "core/core.h"
#include "io/listeners.h"

struct io_model {
    const char *name, *about;
    /* Serves until `stop_fd` is readable, then ends all conversations in good
     * order and returns true. False, with errno, when it could not begin. */
    bool (*serve)(struct core *core, struct listeners *listeners, int stop_fd);
};

extern const struct io_model io_threads, io_poll, io_epoll;

/* The i-th one of those that this server was built with; NULL: there are no
 * more. Which ones depends on the platform and its libraries. */
const struct io_model *io_model_at(size_t i);

/* Or NULL: this server was built without it. */
const struct io_model *io_model_find(const char *name);

#endif
