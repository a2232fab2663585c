#include "dial.h"

#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* The send timeout is connect's too, see socket(7). */
static bool connect_in_time(int fd, const struct address *address,
                            double seconds)
{
    struct timeval limit = {.tv_sec = (time_t)seconds};
    limit.tv_usec = (suseconds_t)((seconds - (double)limit.tv_sec) * 1e6);
    const struct sockaddr *to = (const struct sockaddr *)&address->bytes;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0)
        return false;
    if (connect(fd, to, address->len) == 0)
        return true;
    if (errno == EINPROGRESS || errno == EAGAIN)
        errno = ETIMEDOUT;
    return false;
}

int dial(const struct address *address, double seconds)
{
    int fd = socket(address->bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    if (connect_in_time(fd, address, seconds) &&
        fcntl(fd, F_SETFL, O_NONBLOCK) == 0) {
        /* What is written leaves at once (tcp(7)); fails on a Unix socket. */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return fd;
    }
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static bool answers(const struct address *address, double seconds)
{
    int fd = dial(address, seconds);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool find_unix(struct address *address, const struct options *options)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(options->socket) >= sizeof to.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(to.sun_path, options->socket);
    memcpy(&address->bytes, &to, sizeof to);
    address->len = sizeof to;
    return answers(address, options->timeout);
}

static bool find_tcp(struct address *address, const struct options *options,
                     const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int failed = getaddrinfo(options->host, options->port, &hints, &list);
    if (failed != 0) {
        *why = gai_strerror(failed);
        return false;
    }
    bool found = false;
    for (const struct addrinfo *a = list; a != NULL && !found; a = a->ai_next) {
        memcpy(&address->bytes, a->ai_addr, a->ai_addrlen);
        address->len = a->ai_addrlen;
        found = answers(address, options->timeout);
    }
    int error = errno;
    freeaddrinfo(list);
    errno = error;
    return found;
}

bool dial_find(struct address *address, const struct options *options)
{
    const char *why = NULL;
    if (options->socket != NULL ? find_unix(address, options)
                                : find_tcp(address, options, &why))
        return true;
    if (why == NULL)
        why = strerror(errno);
    if (options->socket != NULL)
        say("cannot connect to %s: %s", options->socket, why);
    else
        say("cannot connect to %s, port %s: %s", options->host, options->port,
            why);
    return false;
}
