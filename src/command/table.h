/* Every command that the server knows, sorted by name. */
#ifndef TABLE_H
#define TABLE_H

#include "command/command.h"

extern const struct command command_table[];
extern const size_t command_count;

/* The command of that name, in any case; NULL when there is none. */
const struct command *command_find(struct slice name);

/* The subcommand: family "config" and word "get" make "config|get". */
const struct command *command_find_member(const struct command *family,
                                          struct slice word);

#endif
