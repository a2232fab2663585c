/* May the client do that? ACL's answer, before each request. */
#ifndef PERMISSION_H
#define PERMISSION_H

#include "command/command.h"
#include "session/session.h"

/* Looks whether the user that the client is has changed since its last request.
 * False: there is no such user any more, and the conversation is over. */
bool permission_know_user(struct session *session);

/* On false the error has been replied, and the refusal noted. */
bool permission_given(struct session *session, const struct command *command,
                      const struct slice *argv, size_t argc);

/* Likewise, when EXEC comes to a request that was allowed when it was
 * queued. */
bool permission_kept(struct session *session, const struct call *call);

#endif
