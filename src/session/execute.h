/* Requests, from words to replies: the one place where a shard's lock is taken
 * for a client. */
#ifndef EXECUTE_H
#define EXECUTE_H

#include "command/command.h"
#include "session/session.h"
#include "store/lockset.h"

enum { FEW_KEYS = 8 /* keys that need no allocation */ };

/* A call that is ready to run: its keys are hashed. It must not move. */
struct prepared {
    struct call call;
    struct key few[FEW_KEYS];
};

/* False: no memory. */
bool prepare(struct prepared *prepared, struct core *core,
             struct client *client, struct reply *out,
             const struct command *command, const struct slice *argv,
             size_t argc, int64_t now);
void prepared_free(struct prepared *prepared);

/* Adds the locks that the call needs. */
void prepared_plan(const struct prepared *prepared, struct lockset *locks);

/* Runs the request that the session's parser has just completed. False: CLIENT
 * PAUSE holds it back; nothing has happened. */
bool execute(struct session *session);

/* Takes the reply that came since there were `before` bytes back, if CLIENT
 * REPLY says so. */
void execute_silence(struct session *session, size_t before);

/* Lets go of the locks that the last requests took. To be called when no more
 * requests are at hand, and before anything that takes locks or waits. */
void execute_release(struct session *session);

#endif
