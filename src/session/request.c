#include "session/request.h"

#include <stdlib.h>

bool request_copy(struct request *request, const struct command *command,
                  const struct slice *argv, size_t argc)
{
    size_t size = argc * sizeof *argv;
    for (size_t i = 0; i < argc; i++)
        size += argv[i].len;
    struct slice *copy = malloc(size);
    if (copy == NULL)
        return false;
    char *bytes = (char *)(copy + argc);
    for (size_t i = 0; i < argc; i++) {
        memcpy(bytes, argv[i].data, argv[i].len);
        copy[i] = (struct slice){bytes, argv[i].len};
        bytes += argv[i].len;
    }
    *request = (struct request){command, argc, copy, size};
    return true;
}

void request_free(struct request *request)
{
    free(request->argv);
}
