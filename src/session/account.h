/* What a command cost, noted for INFO, SLOWLOG and LATENCY. Looking at the
 * clock costs as much as a short command's lock, so each look serves twice: a
 * command in a pipeline begins when the one before it has ended. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "command/command.h"
#include "session/session.h"

/* The moment, in nanoseconds, at which what is done now began. */
int64_t account_begin(struct session *session);

/* The call that began then has ended. Its words are still there. */
void account_end(struct session *session, const struct call *call,
                 int64_t began);

/* The command was refused; NULL: there is no such command. */
void account_refused(struct session *session, const struct command *command);

#endif
