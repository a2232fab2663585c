/* A server that redis-cli can talk to: a thread for each client receives bytes,
 * runs all requests that are whole, and sends their answers in one write. */
#include "commands.h"
#include "io.h"
#include "listen.h"
#include "resp.h"
#include "stop.h"
#include "threads.h"

#include <stdio.h>
#include <sys/socket.h>

enum {
    READ_SIZE = 4096,        /* bytes to have room for before a read */
    REQUESTS_MAX = 1 << 30,  /* bytes received, but not yet run */
    ANSWERS_MAX = 64 * 1024, /* bytes to send before more requests are run */
    SWEEP_PERIOD = 100000000 /* nanoseconds: a tenth of a second */
};

static const struct resp_limits limits = {
    .words = 1024 * 1024, .bulk = VALUE_MAX, .line = 64 * 1024};

struct client {
    int fd;
    struct buf in;
    struct resp_parser parser;
    struct call call;
};

static bool receive(struct client *client)
{
    struct buf *in = &client->in;
    if (buf_len(in) == 0)
        buf_free(in); /* it may have grown large */
    if (buf_len(in) > REQUESTS_MAX || !buf_reserve(in, READ_SIZE))
        return false;
    ssize_t n = read_some(client->fd, in->data + in->end, in->cap - in->end);
    if (n > 0)
        in->end += (size_t)n;
    return n > 0;
}

/* Waits for a client that does not read, and so asks for no more. */
static bool send_answers(struct client *client)
{
    struct buf *out = &client->call.out.bytes;
    struct slice bytes = buf_slice(out);
    if (out->failed || !write_all(client->fd, bytes.data, bytes.len))
        return false;
    buf_free(out); /* an idle client holds none */
    return true;
}

/* Runs every request that is whole. False when there will be no more. */
static bool answer(struct client *client)
{
    struct call *call = &client->call;
    struct resp_parser *parser = &client->parser;
    enum resp_result result = RESP_DONE;
    while (result == RESP_DONE && !call->quit) {
        if (buf_len(&call->out.bytes) > ANSWERS_MAX && !send_answers(client))
            return false;
        result = resp_parse(parser, buf_slice(&client->in), &limits);
        if (result == RESP_DONE) {
            call_run(call, parser->argc, parser->argv);
            buf_consume(&client->in, parser->at);
            resp_next(parser);
        }
    }
    if (result == RESP_BAD) {
        reply_line(&call->out, "-ERR %s", parser->error);
        call->quit = true;
    }
    return send_answers(client) && !call->quit;
}

/* Closing a socket with unread bytes in it resets the connection, and the last
 * answer may be lost with it. So say that no more comes, and read the rest. */
static void part(int fd)
{
    char rest[4096];
    shutdown(fd, SHUT_WR);
    while (read_some(fd, rest, sizeof rest) > 0)
        ;
}

static void serve(int fd, void *context)
{
    struct server *server = context;
    struct client client = {.fd = fd, .call = {.server = server}};
    client.call.db = server->store.databases;
    client.call.id = ++server->last_id;
    server->clients++;
    while (receive(&client) && answer(&client))
        ;
    if (client.call.quit)
        part(fd);
    server->clients--;
    buf_free(&client.in);
    buf_free(&client.call.out.bytes);
    buf_free(&client.call.name);
    resp_free(&client.parser);
}

static void *sweep(void *store)
{
    const struct timespec period = {.tv_nsec = SWEEP_PERIOD};
    for (; !stop_asked(); nanosleep(&period, NULL))
        store_sweep(store);
    return NULL;
}

int main(int argc, char **argv)
{
    struct server server = {0};
    pthread_t sweeper;
    stop_on_signals();
    if (!store_open(&server.store) ||
        pthread_create(&sweeper, NULL, sweep, &server.store) != 0) {
        fprintf(stderr, "06-resp: no random seed, or no thread, to be had\n");
        return 1;
    }
    struct listener listener = listen_from_args("06-resp", argc, argv);
    threads_serve(&listener, serve, &server);
    pthread_join(sweeper, NULL);
    store_close(&server.store);
    listener_close(&listener);
    return 0;
}
