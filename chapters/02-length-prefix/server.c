/* Sends every message back to the client that it came from. The bytes arrive in
 * any portions; the length in front says how many to wait for. */
#include "accept.h"
#include "io.h"
#include "listen.h"
#include "message.h"
#include "stop.h"

#include <unistd.h>

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

/* Header and body leave in one write: two would be two packets. */
static bool send_message(int client, struct buf *out, struct slice body)
{
    out->end = 0;
    u32_append(out, (uint32_t)body.len);
    buf_append(out, body.data, body.len);
    return !out->failed && write_all(client, out->data, out->end);
}

static void serve(int client)
{
    struct buf in = {0}, out = {0};
    size_t len;
    while (receive_length(client, &len) && len <= MESSAGE_MAX &&
           receive_body(client, &in, len) &&
           send_message(client, &out, buf_slice(&in)))
        ;
    buf_free(&in);
    buf_free(&out);
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct listener listener = listen_from_args("02-length-prefix", argc, argv);
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
