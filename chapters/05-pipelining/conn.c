/* The way of a client's bytes: socket -> in -> request_run -> out -> socket. */
#include "conn.h"
#include "io.h"
#include "message.h"
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024, /* bytes: at most so many at once */
    OUT_MAX = 64 * 1024,   /* bytes: while so many wait to be sent, no request
                            * is served and nothing read */
};

struct conn *conn_new(int fd, struct store *store)
{
    struct conn *conn = malloc(sizeof *conn);
    if (conn == NULL)
        return NULL;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *conn = (struct conn){.fd = fd, .store = store, .want_read = true};
    return conn;
}

void conn_free(struct conn *conn)
{
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
    conn->more = buf_len(&conn->out) >= OUT_MAX;
}

/* Only a client that takes its replies may send more requests: whoever does not
 * fills `out` to OUT_MAX and one reply, then the kernel's buffers, then its
 * own. An idle connection has no buffers. */
static void decide(struct conn *conn)
{
    conn->want_write = buf_len(&conn->out) > 0 || conn->more;
    conn->want_read = !conn->ended && !conn->more;
    if (conn->in.failed || conn->out.failed ||
        (conn->ended && !conn->want_write))
        conn->want_close = true;
    if (buf_len(&conn->in) == 0 || conn->refused)
        buf_free(&conn->in);
    if (buf_len(&conn->out) == 0)
        buf_free(&conn->out);
}

static void receive(struct conn *conn)
{
    char bytes[READ_SIZE];
    ssize_t n = read_some(conn->fd, bytes, sizeof bytes);
    if (n > 0)
        buf_append(&conn->in, bytes, (size_t)n);
    else if (n == 0)
        conn->ended = true;
    else if (errno != EAGAIN)
        conn->want_close = true;
}

void conn_receive(struct conn *conn)
{
    receive(conn);
    conn_send(conn);
}

/* Closing a socket with unread bytes in it resets the connection, and the reply
 * may be lost with it. A client that is refused gets the end of the stream, and
 * is read from, to no effect, until it closes too. */
void conn_send(struct conn *conn)
{
    serve_all(conn);
    struct slice out = buf_slice(&conn->out);
    ssize_t n = out.len > 0 ? write(conn->fd, out.data, out.len) : 0;
    if (n >= 0)
        buf_consume(&conn->out, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        conn->want_close = true;
    if (conn->refused && buf_len(&conn->out) == 0)
        shutdown(conn->fd, SHUT_WR);
    decide(conn);
}
