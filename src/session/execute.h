/* One request, from its words to its reply. */
#ifndef EXECUTE_H
#define EXECUTE_H

#include "session/session.h"

/* Runs the request that the session's parser has just completed. */
void execute(struct session *session);

#endif
