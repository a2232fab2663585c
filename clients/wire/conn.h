/* One connection of the player, non-blocking inside: while it waits for the
 * server to take bytes it also reads what the server sends, so that a big
 * request and its big reply never wait for each other. */
#ifndef WIRE_CONN_H
#define WIRE_CONN_H

#include "base/buf.h"

#include <sys/socket.h>

struct wire_address {
    struct sockaddr_storage bytes;
    socklen_t len;
    int family;
};

/* All zero but for the fd is a connection that is not open. */
struct wire_conn {
    struct slice name;
    long index;      /* of c[7]; -1 when there is none */
    int fd;          /* -1: not open */
    struct buf in;   /* received, and no step has asked for it yet */
    struct buf out;  /* to be sent */
    bool closed;     /* the server ended the stream, or ... */
    bool aborted;    /* ... reset it */
    struct buf sent; /* the first bytes that were sent, for a report */
    size_t sent_total;
    bool split;    /* the last send went out in pieces */
    size_t frames; /* how many items it had */
    long copies;   /* of a flood, not yet drained */
};

/* 0, or errno: ETIMEDOUT, ECONNREFUSED, ... */
int wire_conn_open(struct wire_conn *conn, const struct wire_address *address,
                   int timeout);

/* Closes our end, if it is open, and forgets all that was received. */
void wire_conn_close(struct wire_conn *conn);

enum wire_wait {
    WIRE_READY,   /* it has happened */
    WIRE_TIMEOUT, /* nothing moved for `timeout` milliseconds */
    WIRE_CLOSED,  /* the server closed the connection, one way or the other */
};

/* Hands over what is in `out`; TIMEOUT means that the server does not take
 * it. When the server has closed, what is left of it is dropped. */
enum wire_wait wire_conn_flush(struct wire_conn *conn, int timeout);

/* The same, but leaves what arrives unread. */
enum wire_wait wire_conn_push(struct wire_conn *conn, int timeout);

/* Waits until at least one byte more has been received. */
enum wire_wait wire_conn_receive(struct wire_conn *conn, int timeout);

#endif
