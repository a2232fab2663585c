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

extern const struct io_model io_threads;

#endif
