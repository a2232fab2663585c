/* The floor: a session that knows nothing and answers +OK to each request. Built
 * with the I/O models of src/io/ instead of src/session/, it shows what a model
 * costs by itself; tests/floor.sh compares.
 *
 * It only counts lines: a request "*N" has 2N + 1 of them, if no word has a line
 * end in it, as none of the benchmark's has. */
#include "session/session.h"

#include <stdlib.h>

static const char ok[] = "+OK\r\n";

/* Of the parser and the transaction only these are used: the lines of the
 * request that are still to come, in parser.left. */
struct session *session_open(struct core *core, const struct wire *wire,
                             int64_t now, bool *full)
{
    *full = false;
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->core = core;
    session->client.connected_at = now;
    mailbox_open(&session->client.mailbox, wire);
    if (clients_add(&core->clients, &session->client, SIZE_MAX))
        return session;
    mailbox_close(&session->client.mailbox);
    free(session);
    return NULL;
}

void session_close(struct session *session)
{
    clients_remove(&session->core->clients, &session->client);
    mailbox_close(&session->client.mailbox);
    buf_free(&session->out.bytes);
    free(session);
}

static void take_line(struct session *session, const char *line)
{
    if (session->parser.left == 0)
        session->parser.left = 2 * atoll(line + 1) + 1;
    if (--session->parser.left == 0)
        buf_append(&session->out.bytes, ok, sizeof ok - 1);
}

void session_feed(struct session *session, const void *data, size_t len,
                  int64_t now)
{
    (void)now;
    const char *line = data, *end = line + len, *stop;
    while (line < end && (stop = memchr(line, '\n', (size_t)(end - line)))) {
        take_line(session, line);
        line = stop + 1;
    }
}

struct slice session_output(const struct session *session)
{
    return buf_slice(&session->out.bytes);
}

void session_sent(struct session *session, size_t len, int64_t now)
{
    (void)now;
    buf_consume(&session->out.bytes, len);
}

bool session_wants_input(const struct session *session)
{
    return buf_len(&session->out.bytes) <= SESSION_OUTPUT_LIMIT;
}

bool session_expects_mail(const struct session *session)
{
    (void)session;
    return false;
}

int64_t session_deadline(const struct session *session)
{
    (void)session;
    return NO_DEADLINE;
}

void session_wake(struct session *session, int64_t now)
{
    (void)session;
    (void)now;
}

bool session_done(const struct session *session)
{
    return session->out.bytes.failed;
}
