/* A key-value server: each client has a coroutine that waits for its messages,
 * runs the request in each and sends the replies. All of them share one thread,
 * but nothing in this file tells. */
#include "coroutines.h"
#include "listen.h"
#include "message.h"
#include "request.h"
#include "stop.h"

#include <stdio.h>
#include <sys/socket.h>

enum {
    READ_SIZE = 64 * 1024, /* bytes: at most so many at once */
    OUT_MAX = 64 * 1024,   /* bytes: when so many wait to be sent, no request is
                            * served before they have left */
};

struct server {
    struct store *store;
    char bytes[READ_SIZE]; /* of whoever is reading. Others read when he waits,
                            * so what should be kept is copied before */
};

struct conversation {
    struct client *client;
    struct server *server;
    struct buf in, out; /* bytes not yet served, replies not yet sent */
};

static bool send_replies(struct conversation *with)
{
    struct slice out = buf_slice(&with->out);
    bool sent = !with->out.failed && co_write(with->client, out.data, out.len);
    buf_free(&with->out);
    return sent;
}

/* Who is going to wait first sends what is due, and keeps no empty buffer. */
static bool receive_more(struct conversation *with)
{
    if (!send_replies(with))
        return false;
    if (buf_len(&with->in) == 0)
        buf_free(&with->in);
    ssize_t n = co_read(with->client, with->server->bytes, READ_SIZE);
    if (n > 0)
        buf_append(&with->in, with->server->bytes, (size_t)n);
    return n > 0 && !with->in.failed;
}

/* Waits for what is not there yet. False here, and in what follows: the client
 * has left, be it in the middle of a message, or there is no memory. */
static bool receive(struct conversation *with, size_t len)
{
    while (buf_len(&with->in) < len)
        if (!receive_more(with))
            return false;
    return true;
}

static bool receive_length(struct conversation *with, size_t *len)
{
    if (!receive(with, MESSAGE_HEADER))
        return false;
    *len = u32_load(buf_slice(&with->in).data);
    return true;
}

static bool receive_body(struct conversation *with, struct slice *body,
                         size_t len)
{
    if (!receive(with, MESSAGE_HEADER + len))
        return false;
    *body = (struct slice){buf_slice(&with->in).data + MESSAGE_HEADER, len};
    return true;
}

/* Closing a socket with unread bytes in it resets the connection, and the reply
 * may be lost with it. So say that no more comes, and read the rest. */
static void refuse(struct conversation *with)
{
    request_refuse(&with->out);
    if (send_replies(with) && shutdown(with->client->fd, SHUT_WR) == 0)
        while (co_read(with->client, with->server->bytes, READ_SIZE) > 0)
            ;
}

/* Serves one request. Replies are sent when the next request is not there yet,
 * or when there are many of them. */
static bool serve_one(struct conversation *with)
{
    size_t len;
    struct slice body;
    if (!receive_length(with, &len))
        return false;
    if (len > MESSAGE_MAX) {
        refuse(with);
        return false;
    }
    if (!receive_body(with, &body, len))
        return false;
    request_run(with->server->store, body, &with->out);
    buf_consume(&with->in, MESSAGE_HEADER + len);
    return buf_len(&with->out) < OUT_MAX ||
           (co_take_turns(with->client) && send_replies(with));
}

static void serve(struct client *client, void *server)
{
    struct conversation with = {.client = client, .server = server};
    while (serve_one(&with))
        ;
    buf_free(&with.in);
    buf_free(&with.out);
}

int main(int argc, char **argv)
{
    stop_on_signals();
    struct server server = {.store = store_new()};
    if (server.store == NULL) {
        perror("08-coroutines: cannot make a store");
        return 1;
    }
    struct listener listener = listen_from_args("08-coroutines", argc, argv);
    bool served = coroutines_serve(&listener, serve, &server);
    if (!served)
        perror("08-coroutines: cannot start");
    store_free(server.store);
    listener_close(&listener);
    return served ? 0 : 1;
}
