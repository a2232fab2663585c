#include "wire/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024,   /* bytes read at once */
    WINDOW = 128 * 1024, /* bytes that the kernel keeps for us unread */
    SEGMENT = 1460,      /* bytes of a TCP segment, as on an Ethernet */
};

/* Within one machine the kernel takes megabytes from a server before anybody
 * reads them, and hardly any write() is short. This makes it stop as early as
 * it does between two machines. To be called before connect(). */
static void behave_like_a_network(int fd)
{
    int window = WINDOW, segment = SEGMENT;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

/* poll() for one descriptor; 0 on timeout, else what is ready. */
static int wait_for(int fd, short events, int timeout)
{
    struct pollfd poller = {.fd = fd, .events = events};
    int n;
    do
        n = poll(&poller, 1, timeout);
    while (n < 0 && errno == EINTR);
    return n > 0 ? poller.revents : 0;
}

static int finish_connect(int fd, int timeout)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (wait_for(fd, POLLOUT, timeout) == 0)
        return ETIMEDOUT;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        return errno;
    return error;
}

int wire_conn_open(struct wire_conn *conn, const struct wire_address *address,
                   int timeout)
{
    int fd = socket(address->family, SOCK_STREAM, 0);
    if (fd < 0)
        return errno;
    int error = 0, on = 1;
    behave_like_a_network(fd);
    const struct sockaddr *to = (const struct sockaddr *)&address->bytes;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        error = errno;
    else if (connect(fd, to, address->len) < 0)
        error = errno == EINPROGRESS ? finish_connect(fd, timeout) : errno;
    if (error != 0) {
        close(fd);
        return error;
    }
    /* Each send is a packet of its own. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    conn->fd = fd;
    return 0;
}

void wire_conn_close(struct wire_conn *conn)
{
    if (conn->fd >= 0)
        close(conn->fd);
    buf_free(&conn->in);
    buf_free(&conn->out);
    buf_free(&conn->sent);
    *conn =
        (struct wire_conn){.name = conn->name, .index = conn->index, .fd = -1};
}

/* The server has ended the stream; `aborted` by a reset or a like error. */
static void note_end(struct wire_conn *conn, bool aborted)
{
    conn->closed = true;
    conn->aborted = aborted;
    buf_consume(&conn->out, buf_len(&conn->out));
}

static bool is_temporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void read_chunk(struct wire_conn *conn)
{
    if (!buf_reserve(&conn->in, CHUNK))
        return;
    ssize_t n = read(conn->fd, conn->in.data + conn->in.end, CHUNK);
    if (n > 0)
        conn->in.end += (size_t)n;
    else if (n == 0)
        note_end(conn, false);
    else if (!is_temporary(errno))
        note_end(conn, true);
}

static void write_chunk(struct wire_conn *conn)
{
    struct slice out = buf_slice(&conn->out);
    ssize_t n = send(conn->fd, out.data, out.len, MSG_NOSIGNAL);
    if (n > 0)
        buf_consume(&conn->out, (size_t)n);
    else if (n < 0 && !is_temporary(errno))
        /* What the server sent before it closed can still be read. */
        buf_consume(&conn->out, out.len);
}

/* Waits for one of the events and acts on it. False: nothing moved. */
static bool pump(struct wire_conn *conn, short events, int timeout)
{
    int ready = wait_for(conn->fd, events, timeout);
    if (ready & POLLOUT)
        write_chunk(conn);
    if (events & POLLIN && ready & (POLLIN | POLLHUP | POLLERR))
        read_chunk(conn);
    else if (ready & (POLLHUP | POLLERR))
        note_end(conn, true);
    return ready != 0;
}

static short out_event(const struct wire_conn *conn)
{
    return buf_len(&conn->out) > 0 ? POLLOUT : 0;
}

static enum wire_wait drain_out(struct wire_conn *conn, short events,
                                int timeout)
{
    while (buf_len(&conn->out) > 0 && !conn->closed)
        if (!pump(conn, (short)(events | POLLOUT), timeout))
            return WIRE_TIMEOUT;
    return conn->closed ? WIRE_CLOSED : WIRE_READY;
}

enum wire_wait wire_conn_flush(struct wire_conn *conn, int timeout)
{
    return drain_out(conn, POLLIN, timeout);
}

enum wire_wait wire_conn_push(struct wire_conn *conn, int timeout)
{
    return drain_out(conn, 0, timeout);
}

enum wire_wait wire_conn_receive(struct wire_conn *conn, int timeout)
{
    size_t before = buf_len(&conn->in);
    while (buf_len(&conn->in) == before && !conn->closed && !conn->in.failed)
        if (!pump(conn, (short)(POLLIN | out_event(conn)), timeout))
            return WIRE_TIMEOUT;
    return buf_len(&conn->in) > before ? WIRE_READY : WIRE_CLOSED;
}
