/* A key-value server: each client has a thread that waits for its messages,
 * runs the request in each and sends the reply, before it reads on. */
#include "io.h"
#include "listen.h"
#include "message.h"
#include "request.h"
#include "stop.h"
#include "threads.h"

#include <stdio.h>
#include <sys/socket.h>

/* Both receive functions wait, and return false when the client has left, be it
 * in the middle of a message, or there is no memory. */
static bool receive_length(int client, size_t *len)
{
    char header[MESSAGE_HEADER];
    if (read_full(client, header, sizeof header) != MESSAGE_HEADER)
        return false;
    *len = u32_load(header);
    return true;
}

static bool receive_body(int client, struct buf *body, size_t len)
{
    body->end = 0;
    if (!buf_reserve(body, len) ||
        read_full(client, body->data, len) != (ssize_t)len)
        return false;
    body->end = len;
    return true;
}

static bool send_replies(int client, struct buf *out)
{
    bool sent = !out->failed && write_all(client, out->data, out->end);
    out->end = 0;
    return sent;
}

/* Closing a socket with unread bytes in it resets the connection, and the reply
 * may be lost with it. So say that no more comes, and read the rest. */
static void refuse(int client, struct buf *out)
{
    request_refuse(out);
    char rest[4096];
    if (send_replies(client, out) && shutdown(client, SHUT_WR) == 0)
        while (read_some(client, rest, sizeof rest) > 0)
            ;
}

static void serve(int client, void *store)
{
    struct buf in = {0}, out = {0};
    size_t len;
    while (receive_length(client, &len)) {
        if (len > MESSAGE_MAX) {
            refuse(client, &out);
            break;
        }
        if (!receive_body(client, &in, len))
            break;
        request_run(store, buf_slice(&in), &out);
        if (!send_replies(client, &out))
            break;
    }
    buf_free(&in);
    buf_free(&out);
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct store *store = store_new();
    if (store == NULL) {
        perror("03-threads: cannot make a store");
        return 1;
    }
    struct listener listener = listen_from_args("03-threads", argc, argv);
    threads_serve(&listener, serve, store);
    store_free(store);
    listener_close(&listener);
    return 0;
}
