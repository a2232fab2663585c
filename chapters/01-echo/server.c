/* Sends every byte back to the client that it came from, one client after the
 * other: the next one waits in the listening socket's queue. */
#include "accept.h"
#include "listen.h"
#include "stop.h"

#include <errno.h>
#include <unistd.h>

/* write() may take fewer bytes than it is offered: offer it the rest. */
static bool write_everything(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static void serve(int client)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = read(client, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* 0: the client sends no more; -1: it has vanished */
            return;
        if (!write_everything(client, bytes, (size_t)n))
            return;
    }
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct listener listener = listen_from_args("01-echo", argc, argv);
    stop_sockets(listener.fd, -1);
    while (!stop_asked()) {
        int client = accept_client(&listener);
        if (client < 0)
            continue;
        stop_sockets(listener.fd, client);
        serve(client);
        stop_sockets(listener.fd, -1);
        close(client);
    }
    listener_close(&listener);
    return 0;
}
