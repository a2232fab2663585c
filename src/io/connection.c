#include "io/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void hang_up(void *wire, enum hang_up how)
{
    const struct connection *connection = wire;
    shutdown(connection->fd, how == HANG_UP_INPUT ? SHUT_RD : SHUT_RDWR);
}

/* The end of the stream counts even behind bytes that are not yet read. */
static bool has_left(void *wire)
{
    const struct connection *connection = wire;
    struct pollfd fd = {.fd = connection->fd, .events = POLLRDHUP};
    return poll(&fd, 1, 0) > 0;
}

int connection_accept(struct core *core, struct listener *listener)
{
    int fd = accept_client(listener);
    if (fd < 0 && errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
        log_write(&core->log, LOG_WARNING, "Cannot accept a client: %s",
                  strerror(errno));
    return fd;
}

/* Best effort, without waiting: the socket's buffer is empty. */
static void refuse(struct core *core, int fd, const char *text, const char *why)
{
    log_write(&core->log, LOG_WARNING, "Refused a client: %s", why);
    send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void connection_refuse(struct core *core, int fd, const char *why)
{
    refuse(core, fd, "-ERR out of memory or threads\r\n", why);
}

static void keep_alive(const struct core *core, int fd)
{
    int seconds = (int)config_number(&core->config, SETTING_TCP_KEEPALIVE);
    int on = seconds > 0;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (on)
        setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
}

bool connection_open(struct connection *connection, struct core *core, int fd,
                     void (*ring)(void *connection))
{
    bool full = false;
    connection->fd = fd;
    address_of_peer(fd, connection->peer);
    address_of_socket(fd, connection->local);
    struct wire wire = {connection, hang_up, ring, has_left,
                        connection->peer, connection->local, fd};
    connection->session = session_open(core, &wire, clock_mono_ms(), &full);
    if (connection->session == NULL) {
        if (full)
            refuse(core, fd, "-ERR max number of clients reached\r\n",
                   "maxclients are connected");
        else
            connection_refuse(core, fd, strerror(ENOMEM));
        close(fd);
        return false;
    }
    keep_alive(core, fd);
    return true;
}

/* The session goes first: until then others may hang up on the socket. */
void connection_close(struct connection *connection)
{
    session_close(connection->session);
    close(connection->fd);
}

bool connection_receive(struct connection *connection, int64_t now)
{
    char portion[PORTION];
    ssize_t n = recv(connection->fd, portion, sizeof portion, 0);
    if (n > 0)
        session_feed(connection->session, portion, (size_t)n, now);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool connection_send(struct connection *connection, int64_t now)
{
    struct slice output = session_output(connection->session);
    while (output.len > 0) {
        ssize_t n = send(connection->fd, output.data, output.len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return errno == EAGAIN;
        if (n > 0)
            session_sent(connection->session, (size_t)n, now);
        output = session_output(connection->session);
    }
    return true;
}
