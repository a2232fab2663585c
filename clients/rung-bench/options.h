/* What the user asked for on the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "protocol.h"

#include <stdbool.h>

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON };

struct options {
    /* The server. */
    const char *host, *port;
    const char *socket; /* a Unix domain socket; then no host, port */
    const struct protocol *protocol;

    /* The load. */
    long connections, threads;
    long idle;       /* connections more, which say nothing */
    long pipeline;   /* requests in one write */
    long requests;   /* 0: no limit */
    double seconds;  /* 0: no limit */
    double warmup;   /* seconds before anything is measured */
    double rate;     /* requests a second; 0: closed loop */
    double timeout;  /* seconds without a reply */
    bool fill;       /* SET every key first */

    /* What is asked. */
    long keys, value_size;
    long reads;  /* of 100 requests, so many are GETs */
    double zipf; /* exponent; 0: uniform */
    long seed;
    const char *const *command; /* the words of another request, or NULL */

    /* What is shown. */
    enum format format;
    bool progress, help;
    long server_pid; /* whose cost is told; 0: nobody's */
};

/* Fills `options`, which borrow from argv. False after saying what is wrong. */
bool options_read(struct options *options, int argc, char **argv);

/* A line for each option, to standard output. */
void options_print(void);

#endif
