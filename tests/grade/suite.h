/* The scripts of a folder, in the order of their names. */
#ifndef SUITE_H
#define SUITE_H

#include "wire/script.h"

#include <stddef.h>

struct suite {
    struct wire_script *scripts;
    size_t count;
};

/* Loads all *.wire files. False: an error has been printed. */
bool suite_load(struct suite *suite, const char *folder);

/* Keeps those that the chapter has to pass and whose names fit the pattern;
 * each may be NULL: any. */
void suite_select(struct suite *suite, const char *chapter,
                  const char *pattern);

/* Prints the names, where they apply, and what they are about. */
void suite_print(const struct suite *suite);

void suite_free(struct suite *suite);

#endif
