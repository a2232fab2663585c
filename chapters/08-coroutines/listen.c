/* The four steps to a listening socket: socket() makes it, bind() gives it an
 * address, listen() opens its queue of clients, accept() (accept.c) takes them
 * from the queue, each as a socket of its own. */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { DEFAULT_PORT = 7000 };

static uint16_t port_from_args(const char *name, int argc, char **argv)
{
    if (argc == 1)
        return DEFAULT_PORT;
    size_t digits = strspn(argv[1], "0123456789");
    long port = strtol(argv[1], NULL, 10);
    if (argc > 2 || digits == 0 || argv[1][digits] != '\0' || port > 65535) {
        fprintf(stderr, "%s: give one port from 0 to 65535: %s 7000\n", name,
                argv[0]);
        exit(1);
    }
    return (uint16_t)port;
}

static int listening_socket(struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    /* Without this, bind() refuses the port for a minute after a server that
     * had clients has ended (TIME_WAIT, see SO_REUSEADDR in socket(7)). */
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t len = sizeof *address;
    if (bind(fd, (struct sockaddr *)address, len) < 0 ||
        listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)address, &len) < 0)
        return -1;
    return fd;
}

struct listener listen_from_args(const char *name, int argc, char **argv)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port_from_args(name, argc, argv)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct listener listener;
    int fd = listening_socket(&address);
    if (fd < 0 || !listener_open(&listener, fd)) {
        fprintf(stderr, "%s: cannot listen on 127.0.0.1:%d: %s%s\n", name,
                ntohs(address.sin_port), strerror(errno),
                errno == EADDRINUSE ? "; give another port" : "");
        exit(1);
    }
    printf("%s listens on 127.0.0.1:%d\n", name, ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}
