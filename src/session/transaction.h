/* MULTI ... EXEC: requests are queued, then run at one moment for everybody
 * else, because EXEC holds the locks of them all. WATCH: EXEC does nothing if a
 * watched key has changed. */
#ifndef TRANSACTION_H
#define TRANSACTION_H

#include "session/execute.h"
#include "session/request.h"

struct transaction;

bool transaction_is_open(const struct session *session);

/* Is there a write among the queued requests? */
bool transaction_writes(const struct session *session);

/* After MULTI: a request that could not be queued, so EXEC will refuse. */
void transaction_spoil(struct session *session);

/* Is one queued that may need more memory? */
bool transaction_grows(const struct session *session);

/* As DISCARD, if there is a transaction; replies nothing. */
void transaction_discard(struct session *session);

/* Queues the request. */
void transaction_queue(struct session *session, const struct command *command);

/* What MULTI, EXEC ... asked for. For CALL_WATCH the call's keys are still
 * held; for the others nothing is. */
void transaction_watch(struct session *session, struct call *call);
void transaction_command(struct session *session, enum outcome outcome);

/* Forgets it all: the client leaves, or says RESET. */
void transaction_free(struct session *session);

#endif
