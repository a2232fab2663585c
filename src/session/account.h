/* What a command cost, noted for INFO, SLOWLOG and LATENCY. Looking at the
 * clock costs as much as a short command's lock. So each look serves twice: in a
 * pipeline a command begins when the one before it has ended. And a few short
 * requests for one fast command are measured together: what they took is shared
 * among them (stats_ran). */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "command/command.h"
#include "session/session.h"

/* The moment, in nanoseconds, at which what is done now began. */
int64_t account_begin(struct session *session, const struct command *command);

/* The call that began then has ended. Its words are still there. */
void account_end(struct session *session, const struct call *call,
                 int64_t began);

/* No request is at hand: what was not yet noted is. */
void account_settle(struct session *session);

/* The command was refused; NULL: there is no such command. */
void account_refused(struct session *session, const struct command *command);

#endif
