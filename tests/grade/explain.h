/* What a failed test says. Each returns a text that the caller frees, or NULL
 * without memory. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "options.h"
#include "server.h"
#include "wire/play.h"

struct grade {
    struct options options;
    struct server server; /* not used with --connect */
    const char *program;  /* argv[0] */
};

/* The conversation went wrong. */
char *explain_failure(struct grade *grade, const struct wire_script *script,
                      const struct wire_target *target,
                      const struct wire_failure *failure);

/* It went as written, but the server has died or a sanitizer has complained;
 * or the test has no script and `problem` says all. */
char *explain_server(struct grade *grade, const char *test,
                     const char *problem);

#endif
