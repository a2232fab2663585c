/* A client's socket and its session, whatever the I/O model; and what all
 * models do alike when a client comes or when everybody has to go. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "io/address.h"
#include "io/listeners.h"
#include "session/session.h"

enum {
    PORTION = 16 * 1024,  /* bytes read at once */
    LAST_WORDS_MS = 1000, /* for replies under way when the server stops */
};

struct connection {
    int fd;
    struct session *session;
    char peer[ADDRESS_MAX], local[ADDRESS_MAX];
};

/* The socket of the next client; or -1: nobody this time, or trouble, which is
 * in the log. */
int connection_accept(struct core *core, struct listener *listener);

/* Opens a session for the socket. `ring` is called, from any thread and with
 * this connection, when there is mail. On false the client has been told why,
 * and its socket is closed. */
bool connection_open(struct connection *connection, struct core *core, int fd,
                     void (*ring)(void *connection));

/* Ends the session, then closes the socket. */
void connection_close(struct connection *connection);

/* Tells a client that there is no place for it, and the log why. */
void connection_refuse(struct core *core, int fd, const char *why);

/* For sockets that do not block. Reads once and runs what is whole. False: the
 * client has ended its side, or is gone. */
bool connection_receive(struct connection *connection, int64_t now);

/* Sends as much as the socket takes now, and runs what had to wait for that.
 * False: the client is gone. */
bool connection_send(struct connection *connection, int64_t now);

#endif
