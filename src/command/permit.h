/* What a user may do. */
#ifndef PERMIT_H
#define PERMIT_H

#include "command/command.h"

enum permit { PERMITTED, DENIED_COMMAND, DENIED_KEY, DENIED_CHANNEL };

/* May the user run this request? On DENIED_KEY and DENIED_CHANNEL *word tells
 * which word it is that he may not touch. */
enum permit user_permits(const struct user *user, const struct command *command,
                         const struct slice *argv, size_t argc, size_t *word);

/* Does one set of permissions allow both this request and to read any key? So
 * it must be for a request that finds the names of keys in data. */
bool user_permits_any_key(const struct user *user,
                          const struct command *command,
                          const struct slice *argv, size_t argc);

/* Notes for ACL LOG that this client was refused `object`. */
void note_refusal(struct core *core, const struct client *client,
                  const char *reason, struct slice object, struct slice user);

/* Likewise, for what user_permits said of a request. */
void note_denied(struct core *core, const struct client *client,
                 enum permit denied, const struct command *command,
                 struct slice word);

#endif
