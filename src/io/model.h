/* An I/O model: one way of waiting for many clients. The whole loop is what can
 * be exchanged; each model is one file that exports one of these. */
#ifndef MODEL_H
#define MODEL_H

#include "core/core.h"
#include "io/listeners.h"

struct io_model {
    const char *name, *about;
    /* Serves until `stop_fd` is readable, then ends all conversations in good
     * order and returns true. False, with errno, when it could not begin.
     * NULL: this server was built without the model, and `about` says why. */
    bool (*serve)(struct core *core, struct listeners *listeners, int stop_fd);
    /* Why the kernel does not let us use the model now; or NULL. It may itself
     * be NULL: that cannot happen. */
    const char *(*refused)(void);
};

extern const struct io_model io_threads, io_poll, io_epoll, io_coroutines,
    io_uring;

/* The i-th one; NULL: there are no more. */
const struct io_model *io_model_at(size_t i);

/* NULL: there is none of that name. */
const struct io_model *io_model_find(const char *name);

#endif
