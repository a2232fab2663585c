#include "io/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3)))
static bool fail(struct config_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return false;
}

static const char *advice(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "; is another server running? Choose another with --port";
    case EACCES:
        return "; only root may listen on ports below 1024, and only who may "
               "write to a folder can put a socket there";
    case EADDRNOTAVAIL:
        return "; no interface of this machine has that address";
    default:
        return "";
    }
}

/* The socket becomes a listener, or is closed. False, with errno. */
static bool start(struct listeners *listeners, int fd, int backlog)
{
    struct listener *listener = &listeners->at[listeners->count];
    if (listen(fd, backlog) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        listener_open(listener, fd)) {
        listeners->count++;
        return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

static int open_tcp(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0)
        return -1;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) /* "::" shall not take IPv4 as well */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* address = [ "-" ] ( "*" / IPv4 / IPv6 / name ); with "-" it may be missing
 * from this machine. */
static bool listen_tcp(struct listeners *listeners, const char *address,
                       const struct config *config, struct config_error *error)
{
    bool optional = address[0] == '-';
    address += optional;
    const char *host = strcmp(address, "*") == 0      ? "0.0.0.0"
                       : strcmp(address, "::*") == 0 ? "::"
                                                     : address;
    char port[8];
    snprintf(port, sizeof port, "%d",
             (int)config_number(config, SETTING_PORT));
    int backlog = (int)config_number(config, SETTING_TCP_BACKLOG);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found;
    int unknown = getaddrinfo(host, port, &hints, &found);
    if (unknown != 0)
        return fail(error, "cannot listen on %.100s: %s", address,
                    gai_strerror(unknown));
    int fd = open_tcp(found);
    freeaddrinfo(found);
    if (fd >= 0 && start(listeners, fd, backlog))
        return true;
    if (optional && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT))
        return true;
    return fail(error, "cannot listen on %.100s port %s: %s%s", address, port,
                strerror(errno), advice(errno));
}

static bool listen_all_tcp(struct listeners *listeners, struct config *config,
                           struct config_error *error)
{
    struct buf addresses = config_text(config, SETTING_BIND);
    buf_append(&addresses, "", 1);
    bool good = !addresses.failed || fail(error, "out of memory");
    char *rest = addresses.data;
    while (good && rest != NULL) {
        char *address = strsep(&rest, " ");
        if (address[0] == '\0')
            continue;
        good = listeners->count < LISTENERS_MAX - 1
                   ? listen_tcp(listeners, address, config, error)
                   : fail(error, "bind: more than %d addresses",
                          LISTENERS_MAX - 1);
    }
    buf_free(&addresses);
    return good;
}

/* bind(2) makes the file with the permissions that umask(2) leaves. */
static int bind_path(int fd, const struct sockaddr_un *at, mode_t mode)
{
    struct stat old;
    if (stat(at->sun_path, &old) == 0 && S_ISSOCK(old.st_mode))
        unlink(at->sun_path); /* left by a server that was killed */
    if (bind(fd, (const struct sockaddr *)at, sizeof *at) != 0)
        return -1;
    return mode != 0 ? chmod(at->sun_path, mode) : 0;
}

static bool listen_unix(struct listeners *listeners, char *path,
                        const struct config *config,
                        struct config_error *error)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return fail(error, "unixsocket: a path has at most %zu bytes",
                    sizeof at.sun_path - 1);
    memcpy(at.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    mode_t mode = (mode_t)config_number(config, SETTING_UNIXSOCKETPERM);
    int backlog = (int)config_number(config, SETTING_TCP_BACKLOG);
    if (fd >= 0 && bind_path(fd, &at, mode) == 0) {
        listeners->path = path;
        if (start(listeners, fd, backlog))
            return true;
        fd = -1;
    }
    fail(error, "cannot listen on %.100s: %s%s", path, strerror(errno),
         errno == EADDRINUSE ? "; there is a file, and it is no socket"
                             : advice(errno));
    if (fd >= 0)
        close(fd);
    return false;
}

bool listeners_open(struct listeners *listeners, struct config *config,
                    struct config_error *error)
{
    *listeners = (struct listeners){0};
    struct buf path = config_text(config, SETTING_UNIXSOCKET);
    bool wants_path = buf_len(&path) > 0;
    buf_append(&path, "", 1);
    bool good = !path.failed || fail(error, "out of memory");
    if (good && config_number(config, SETTING_PORT) != 0)
        good = listen_all_tcp(listeners, config, error);
    if (good && wants_path)
        good = listen_unix(listeners, path.data, config, error);
    if (good && listeners->count == 0)
        good = fail(error, "there is nothing to listen on: give a port, an "
                           "address to bind, or a unixsocket");
    if (listeners->path == NULL)
        buf_free(&path);
    if (!good)
        listeners_close(listeners);
    return good;
}

void listeners_close(struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        listener_close(&listeners->at[i]);
    if (listeners->path != NULL)
        unlink(listeners->path);
    free(listeners->path);
    *listeners = (struct listeners){0};
}
