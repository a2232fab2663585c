/* The way of a client's bytes: in -> request_run -> out. The kernel brings them
 * and takes them away; nothing here reads or writes a socket. */
#include "conn.h"
#include "message.h"
#include "request.h"
#include "ring.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    OUT_MAX = 64 * 1024, /* bytes: while so many wait to be sent, no request is
                          * served */
    IN_MAX = 64 * 1024,  /* bytes: while replies wait to be sent and so many
                          * bytes to be served, nothing is received */
};

struct conn *conn_new(int fd, struct store *store)
{
    struct conn *conn = malloc(sizeof *conn);
    if (conn == NULL)
        return NULL;
    *conn = (struct conn){.fd = fd, .store = store, .want_read = true};
    return conn;
}

void conn_free(struct conn *conn)
{
    assert(conn->asked == 0);
    close(conn->fd);
    buf_free(&conn->in);
    buf_free(&conn->out);
    free(conn);
}

/* Serves the first message in `in`. False: it is not complete yet. */
static bool serve(struct conn *conn)
{
    struct slice in = buf_slice(&conn->in);
    if (in.len < MESSAGE_HEADER)
        return false;
    size_t len = u32_load(in.data);
    if (len > MESSAGE_MAX) {
        request_refuse(&conn->out);
        conn->refused = true;
        return true;
    }
    if (in.len - MESSAGE_HEADER < len)
        return false;
    struct slice body = {in.data + MESSAGE_HEADER, len};
    request_run(conn->store, body, &conn->out);
    buf_consume(&conn->in, MESSAGE_HEADER + len);
    return true;
}

/* Serves every complete request, as long as there is room for the replies. */
static void serve_all(struct conn *conn)
{
    while (!conn->refused && buf_len(&conn->out) < OUT_MAX && serve(conn))
        ;
}

/* Only a client that takes its replies may send more requests: whoever does not
 * fills `out` to OUT_MAX and one reply, then `in`, then the kernel's buffers,
 * then its own. An idle connection has no buffers. */
static void decide(struct conn *conn)
{
    conn->want_write = buf_len(&conn->out) > 0;
    conn->want_read = !conn->ended &&
                      (!conn->want_write || buf_len(&conn->in) < IN_MAX);
    if (conn->in.failed || conn->out.failed ||
        (conn->ended && !conn->want_write))
        conn->want_close = true;
    if (buf_len(&conn->in) == 0 || conn->refused)
        buf_free(&conn->in);
    if (buf_len(&conn->out) == 0)
        buf_free(&conn->out);
}

/* A reply may make `out` move: so not while the kernel sends from it. */
void conn_serve(struct conn *conn)
{
    if (!(conn->asked & SEND))
        serve_all(conn);
    decide(conn);
}

/* The kernel gave up before it was done, for now. */
static bool is_passing(int error)
{
    return error == EAGAIN || error == EINTR;
}

/* A receive also ends when no buffer is free, and when it was taken back. If it
 * is still wanted it is asked for again. */
void conn_received(struct conn *conn, int result, struct slice bytes)
{
    if (result > 0)
        buf_append(&conn->in, bytes.data, bytes.len);
    else if (result == 0)
        conn->ended = true;
    else if (result != -ENOBUFS && result != -ECANCELED && !is_passing(-result))
        conn->want_close = true;
}

/* Closing a socket with unread bytes in it resets the connection, and the reply
 * may be lost with it. A client that is refused gets the end of the stream, and
 * is read from, to no effect, until it closes too. */
void conn_sent(struct conn *conn, int result)
{
    if (result >= 0)
        buf_consume(&conn->out, (size_t)result);
    else if (!is_passing(-result))
        conn->want_close = true;
    if (conn->refused && buf_len(&conn->out) == 0)
        shutdown(conn->fd, SHUT_WR);
}
