/* What COMMAND HELP, CONFIG HELP and the like reply. */
#ifndef HELP_H
#define HELP_H

#include "command/command.h"

/* The lines, between a first one and the entry of HELP itself; NULL ends them.
 * The call's command is "family|help", or the family. */
void reply_help(struct call *call, const char *const lines[]);

/* The error for a member of a family that got too many words. */
void reply_try_help(struct call *call);

#endif
