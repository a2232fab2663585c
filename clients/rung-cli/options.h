/* What the user asked for, on the command line or at the prompt. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum proto {
    PROTO_RESP,    /* what Redis speaks (06 and the complete server) */
    PROTO_RAW,     /* just bytes (01) */
    PROTO_MESSAGE, /* u32 length, bytes (02) */
    PROTO_FRAMED,  /* a message that holds words; a status comes back (03-05) */
};

struct options {
    /* The server. */
    const char *host, *port;
    const char *socket;           /* a Unix domain socket; then no host, port */
    const char *user, *password;  /* NULL when not given */
    long db;
    bool resp2, resp3;
    enum proto proto;

    /* What is shown. */
    bool bytes, time;
    bool raw;      /* replies as they are, without quotes and numbering */
    bool no_raw;
    double timeout; /* seconds to wait for a reply; 0: for ever */

    /* How a request is sent. */
    bool split_every;
    long drip;     /* ms between two bytes; 0: all at once */
    long pipeline; /* so many in one write; 0: all lines of standard input */
    bool half_close, reset;
    long repeat;
    long connections; /* so many that stay open; 0: one that talks */
    const char *script;

    /* How the words are read. */
    bool last_from_input, quoted;
    bool error_status; /* an error reply makes the exit status 1 */
    bool help;
};

/* Fills `options` from the command line. Returns the index of the first word
 * that is no option; or -1 after printing what is wrong, in one line. */
int options_read(struct options *options, int argc, char **argv);

/* Changes one option while the program runs: `name` without dashes. A flag is
 * flipped (`value` is NULL). Prints what is wrong, or how it is now. */
void options_change(struct options *options, const char *name,
                    const char *value);

const char *options_proto_name(enum proto proto);

/* One line an option, each name behind `mark`. `live`: only those that
 * options_change knows. */
void options_print(FILE *out, const char *mark, bool live);

#endif
