/* What Redis 7.0 tells its clients about each command, beyond what it takes to
 * run it: for COMMAND and for permissions. Words in a text are separated by one
 * space. */
#ifndef CATALOG_H
#define CATALOG_H

#include "command/command.h"

enum { CATALOG_SPECS = 3 /* at most, of one command */ };

/* Where some of the keys are, and what happens to them. */
struct key_spec {
    const char *flags; /* "RW access update"; NULL: there is no such spec */
    enum { SPEC_RANGE, SPEC_COUNTED, SPEC_UNKNOWN } kind;
    int index;            /* the first word that matters */
    int last, step, limit;    /* SPEC_RANGE: last counts from index, or, when
                               * negative, from the end */
    int number, first, every; /* SPEC_COUNTED: which word from index is the
                               * number of keys, which the first key */
    const char *note;
};

struct facts {
    const char *name, *since;
    const char *flags, *categories, *tips;
    struct key_spec specs[CATALOG_SPECS];
};

/* Every command of the table has facts. */
const struct facts *command_facts(const struct command *command);

/* The first word of a text, which begins after it; false: there is none. */
bool next_word(const char **text, struct slice *word);

/* Is the word one of the text's, in any case? */
bool has_word(const char *text, struct slice word);

#endif
