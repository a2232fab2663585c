/* A client that waits for a key: BLPOP and its kin.
 *
 * Its request hangs, as one struct interest for each key, in the keys' shards.
 * Whoever changes such a key runs the request again on the client's behalf
 * (after its own command, before anything else), leaves the reply here and
 * rings the client's bell. First come, first served; nobody is woken in vain.
 *
 * Both sides hold all the shards of the request's keys when they look whether
 * it still waits, so a client is either served or gives up, never both. */
#ifndef BLOCKED_H
#define BLOCKED_H

#include "session/execute.h"
#include "session/request.h"

struct blocked;

/* Makes the session wait for the call's keys; their shards are still held from
 * running it. False: no memory. */
bool blocked_enter(struct session *session, struct call *call,
                   const struct lockset *locks);

/* Serves those who waited for what the space's commands have changed, and those
 * who waited for what that changed. No lock is held. */
void blocked_serve(struct keyspace *space);

/* For the session's own thread: if it has been served, the reply is now in the
 * session's output, and it waits no longer. Returns whether that is so. */
bool blocked_is_over(struct session *session);

/* Ends the wait either way, and tells how: WAIT_SERVED is as above, WAIT_ON
 * means that it was not over. */
enum waiting blocked_give_up(struct session *session);

#endif
