#include "io/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static void format(const union address *address, char out[ADDRESS_MAX])
{
    char ip[INET6_ADDRSTRLEN] = "?";
    if (address->any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->v4.sin_addr, ip, sizeof ip);
        snprintf(out, ADDRESS_MAX, "%s:%d", ip, ntohs(address->v4.sin_port));
    } else if (address->any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address->v6.sin6_addr, ip, sizeof ip);
        snprintf(out, ADDRESS_MAX, "[%s]:%d", ip,
                 ntohs(address->v6.sin6_port));
    } else {
        snprintf(out, ADDRESS_MAX, "%.*s:0",
                 (int)sizeof address->local.sun_path, address->local.sun_path);
    }
}

void address_of_socket(int fd, char out[ADDRESS_MAX])
{
    union address address = {0};
    socklen_t len = sizeof address;
    getsockname(fd, &address.any, &len);
    format(&address, out);
}

void address_of_peer(int fd, char out[ADDRESS_MAX])
{
    union address address = {0};
    socklen_t len = sizeof address;
    getpeername(fd, &address.any, &len);
    if (address.any.sa_family == AF_UNIX)
        address_of_socket(fd, out);
    else
        format(&address, out);
}
