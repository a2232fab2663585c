#include "link.h"

#include "base/io.h"
#include "wire/conn.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024,  /* bytes that one read may bring */
    CONNECT_MAX = 60000 /* ms, however long the timeout is */
};

static int timeout_ms(const struct options *options)
{
    double ms = options->timeout * 1000;
    return ms > 0 && ms < CONNECT_MAX ? (int)ms + 1 : CONNECT_MAX;
}

/* 0 or errno. */
static int connect_to(struct link *link, const struct sockaddr *address,
                      socklen_t len, const struct options *options)
{
    struct wire_conn conn = {.fd = -1};
    struct wire_address to = {.len = len, .family = address->sa_family};
    memcpy(&to.bytes, address, len);
    int error = wire_conn_open(&conn, &to, timeout_ms(options));
    if (error == 0)
        link->fd = conn.fd;
    return error;
}

static int connect_unix(struct link *link, const struct options *options)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(options->socket) >= sizeof address.sun_path)
        return ENAMETOOLONG;
    strcpy(address.sun_path, options->socket);
    return connect_to(link, (struct sockaddr *)&address, sizeof address,
                      options);
}

/* A name may have several addresses, IPv6 and IPv4: the first one at which
 * somebody answers is taken. */
static int connect_tcp(struct link *link, const struct options *options,
                       const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int failed = getaddrinfo(options->host, options->port, &hints, &list);
    if (failed != 0) {
        *why = gai_strerror(failed);
        return EINVAL;
    }
    int error = EINVAL;
    for (const struct addrinfo *a = list; a != NULL && error != 0;
         a = a->ai_next)
        error = connect_to(link, a->ai_addr, a->ai_addrlen, options);
    freeaddrinfo(list);
    return error;
}

bool link_open(struct link *link, const struct options *options, char *why,
               size_t size)
{
    const char *reason = NULL;
    *link = (struct link){.fd = -1};
    int error = options->socket != NULL ? connect_unix(link, options)
                                        : connect_tcp(link, options, &reason);
    if (error == 0)
        return true;
    char name[LINK_NAME];
    link_name(options, name);
    snprintf(why, size, "Could not connect to %s: %s", name,
             reason != NULL ? reason : strerror(error));
    return false;
}

void link_close(struct link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    buf_free(&link->in);
}

void link_reset(struct link *link)
{
    /* Close at once, and forget what has not been sent: the kernel then tells
     * the other end with a reset in place of the usual goodbye (tcp(7)). */
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(link->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    link_close(link);
}

bool link_half_close(struct link *link)
{
    return shutdown(link->fd, SHUT_WR) == 0;
}

ssize_t link_receive(struct link *link)
{
    if (!buf_reserve(&link->in, CHUNK)) {
        errno = ENOMEM;
        return -1;
    }
    ssize_t n = read_some(link->fd, link->in.data + link->in.end, CHUNK);
    if (n > 0)
        link->in.end += (size_t)n;
    return n;
}

ssize_t link_send(struct link *link, const void *data, size_t len)
{
    ssize_t n;
    do
        n = send(link->fd, data, len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n;
}

bool link_is_dead(const struct link *link)
{
    char byte;
    ssize_t n = recv(link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

void link_name(const struct options *options, char name[LINK_NAME])
{
    if (options->socket != NULL)
        snprintf(name, LINK_NAME, "%s", options->socket);
    else
        snprintf(name, LINK_NAME,
                 strchr(options->host, ':') != NULL ? "[%s]:%s" : "%s:%s",
                 options->host, options->port);
}
