/* rung-bench: asks a server as fast as it can, or at a given rate, and tells
 * how long the answers took. */
#include "report.h"
#include "say.h"

#include <stdio.h>

static void print_help(void)
{
    printf("usage: rung-bench [OPTION...] [-- COMMAND...]\n\n"
           "Sends GETs and SETs, or the command, and measures. In the command\n"
           "__key__ stands for a random key, __rand_int__ for a random number\n"
           "and __data__ for a value.\n\n");
    options_print();
    printf("\n"
           "  rung-bench -c 50 -P 16 --seconds 5 --fill --reads 90 --zipf 1\n"
           "  rung-bench --proto framed -p 7000 -n 1000000\n"
           "  rung-bench --rate 20000 --seconds 10\n"
           "  rung-bench -n 100000 -- LPUSH mylist __data__\n");
}

static bool bench(const struct options *options, struct result *result)
{
    if (options->fill) {
        if (!run(options, true, result))
            return false;
        if (result->tally.errors > 0 || result->interrupted)
            return true;
    }
    return run(options, false, result);
}

int main(int argc, char **argv)
{
    struct options options;
    static struct result result; /* large, because of the histogram */
    if (!options_read(&options, argc, argv))
        return 1;
    if (options.help) {
        print_help();
        return 0;
    }
    if (!bench(&options, &result))
        return 1;
    report_print(&options, &result);
    if (result.tally.errors > 0)
        say("%llu errors; the first: %s",
            (unsigned long long)result.tally.errors, result.tally.first_error);
    if (result.interrupted)
        say("interrupted");
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!written)
        say("standard output cannot be written");
    return written && result.tally.errors == 0 && !result.interrupted ? 0 : 1;
}
