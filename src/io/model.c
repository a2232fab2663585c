#include "io/model.h"

#include <string.h>

#ifndef HAVE_EPOLL
const struct io_model io_epoll = {"epoll", "(left out: only Linux has it)",
                                  NULL, NULL};
#endif

#ifndef HAVE_COROUTINES
const struct io_model io_coroutines = {
    "coroutines", "(left out: only Linux on x86-64 and aarch64 has it)", NULL,
    NULL};
#endif

#ifndef HAVE_URING
const struct io_model io_uring = {
    "uring", "(left out: liburing was not there when this was built)", NULL,
    NULL};
#endif

static const struct io_model *const models[] = {
    &io_threads, &io_poll, &io_epoll, &io_coroutines, &io_uring, NULL};

const struct io_model *io_model_at(size_t i)
{
    return models[i];
}

const struct io_model *io_model_find(const char *name)
{
    size_t i = 0;
    while (models[i] != NULL && strcmp(models[i]->name, name) != 0)
        i++;
    return models[i];
}
