/* The command line of rung-grade. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct options {
    const char *chapter; /* NULL only with --list */
    const char *host;    /* --connect; NULL: start `command` */
    const char *port;
    const char *only;    /* a pattern of names; NULL: all */
    const char *scripts; /* --scripts, a folder; NULL: the default */
    const char *output;  /* stdout, tap, xml or subunit */
    double timeout_scale;
    bool list;
    char **command; /* what stands behind --; NULL-terminated */
};

/* Prints the help, or what is wrong, and exits when there is no more to do. */
void options_parse(struct options *options, int argc, char **argv);

/* tests/wire here, or in a folder above the one where this program lies. */
const char *options_default_scripts(void);

#endif
