/* The whole of it: connect, start the threads, wait, add up. */
#ifndef RUN_H
#define RUN_H

#include "cost.h"
#include "plan.h"
#include "tally.h"

struct result {
    struct tally tally;
    double seconds;   /* from the first measured request to the last reply */
    double busy;      /* of one processor, what each thread took, 0 to 1 */
    bool interrupted; /* Ctrl-C */

    /* With a server's pid: what the replies cost it, all of them; and its
     * memory in bytes before there was a connection, and at the end. */
    struct cost server;
    uint64_t resident_before;
};

/* False after saying why it could not begin. What happens afterwards is in the
 * result's errors. */
bool run(const struct options *options, bool fill, struct result *result);

#endif
