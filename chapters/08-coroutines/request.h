/* What a message of the framed protocol says.
 *
 *     request = count { length byte{length} }   ; GET k, SET k v, DEL k
 *     reply   = status byte{...}                ; count, length, status: u32 */
#ifndef REQUEST_H
#define REQUEST_H

#include "store.h"

enum status { STATUS_OK, STATUS_NOT_FOUND, STATUS_ERROR };

/* Runs the request in `body` and appends the reply, a whole message. */
void request_run(struct store *store, struct slice body, struct buf *out);

/* Appends the reply to a message that was announced as too long to receive. */
void request_refuse(struct buf *out);

#endif
