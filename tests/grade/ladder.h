/* Which scripts a chapter has to pass. */
#ifndef LADDER_H
#define LADDER_H

#include "wire/script.h"

#include <stdbool.h>

/* Is there such a chapter? "04", or "server" for the complete server. */
bool ladder_has(const char *chapter);

/* The names of all chapters, for a message; separated by spaces. */
void ladder_print(FILE *out);

bool ladder_applies(const char *chapter, const struct wire_script *script);

#endif
