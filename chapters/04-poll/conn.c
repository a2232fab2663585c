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
    READ_SIZE = 64 * 1024,                 /* bytes: at most so many at once */
    IN_MAX = MESSAGE_HEADER + MESSAGE_MAX, /* bytes: no more until some are
                                            * served; any message fits */
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

/* Taking turns: replies that wait are sent before more requests are read. An
 * idle connection has no buffers. */
static void decide(struct conn *conn)
{
    conn->want_write = buf_len(&conn->out) > 0;
    conn->want_read = !conn->want_write;
    if (conn->in.failed || conn->out.failed)
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
    if (buf_len(&conn->in) < IN_MAX)
        receive(conn);
    bool served = !conn->refused && serve(conn);
    if (conn->ended && !served)
        conn->want_close = true;
    decide(conn);
}

/* Closing a socket with unread bytes in it resets the connection, and the reply
 * may be lost with it. A client that is refused gets the end of the stream, and
 * is read from, to no effect, until it closes too. */
void conn_send(struct conn *conn)
{
    struct slice out = buf_slice(&conn->out);
    ssize_t n = write(conn->fd, out.data, out.len);
    if (n >= 0)
        buf_consume(&conn->out, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        conn->want_close = true;
    if (conn->refused && buf_len(&conn->out) == 0)
        shutdown(conn->fd, SHUT_WR);
    decide(conn);
}
