/* Requests are run straight from the bytes that the model read; only a rest
 * that is not a whole request is copied and kept. So a client that is idle, or
 * whose requests come whole, has no input buffer at all. */
#include "session/session.h"
#include "session/account.h"
#include "session/blocked.h"
#include "session/execute.h"
#include "session/transaction.h"

#include <stdlib.h>

enum {
    KEEP_OUTPUT = 16 * 1024,  /* bytes: a larger empty buffer is freed */
    MAIL_PORTION = 16 * 1024, /* bytes taken at once: what is in the mailbox is
                               * shared, what is in the output is not */
};

static const char locked_out[] =
    "DENIED Redis is running in protected mode because protected mode is "
    "enabled and no password is set for the default user. In this mode "
    "connections are only accepted from the loopback interface. To accept "
    "others, set a password (requirepass) or set protected-mode to no.";

/* A server that anybody on the network could use is a mistake, most of the
 * time. */
static bool is_locked_out(const struct session *session)
{
    const struct client *client = &session->client;
    return config_number(&session->core->config, SETTING_PROTECTED) != 0 &&
           client->user->no_password && !client_is_local(client);
}

struct session *session_open(struct core *core, const struct wire *wire,
                             int64_t now, bool *full)
{
    *full = false;
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->core = core;
    session->out.version = 2;
    session->now = now;
    struct client *client = &session->client;
    client->connected_at = now;
    client->subscriber.mailbox = &client->mailbox;
    atomic_init(&client->subscriber.version, 2);
    atomic_init(&client->queued, -1);
    mailbox_open(&client->mailbox, wire);
    atomic_init(&client->active_at, now);
    client->acl_version = atomic_load(&core->acl.version);
    client->user = acl_find(&core->acl, SLICE("default"));
    client->authenticated = client->user->enabled && client->user->no_password;
    long long most = config_number(&core->config, SETTING_MAXCLIENTS);
    if (!clients_add(&core->clients, client, (size_t)most)) {
        *full = true;
        user_release(client->user);
        mailbox_close(&client->mailbox);
        free(session);
        return NULL;
    }
    if (is_locked_out(session)) {
        reply_error(&session->out, "%s", locked_out);
        client->closing = true;
    }
    return session;
}

static void say_if_overflown(struct session *session)
{
    const struct client *client = &session->client;
    if (client->mailbox.overflown)
        log_write(&session->core->log, LOG_WARNING,
                  "Closed client id=%llu addr=%s: more output waited for it "
                  "than client-output-buffer-limit allows, or no memory",
                  client->id, client->mailbox.wire.peer);
}

void session_close(struct session *session)
{
    if (session->blocked != NULL)
        blocked_give_up(session);
    transaction_free(session);
    pubsub_leave_all(&session->core->pubsub, &session->client.subscriber);
    tracking_leave(session->core, &session->client);
    say_if_overflown(session);
    clients_remove(&session->core->clients, &session->client);
    mailbox_close(&session->client.mailbox);
    user_release(session->client.user);
    buf_free(&session->client.name);
    buf_free(&session->client.lib_name);
    buf_free(&session->client.lib_version);
    resp_free(&session->parser);
    buf_free(&session->in);
    buf_free(&session->out.bytes);
    free(session);
}

static bool congested(const struct session *session)
{
    return buf_len(&session->out.bytes) > SESSION_OUTPUT_LIMIT;
}

bool session_wants_input(const struct session *session)
{
    return !session->client.closing && !session->out.bytes.failed &&
           !congested(session) &&
           !atomic_load_explicit(&session->client.killed,
                                 memory_order_relaxed);
}

bool session_done(const struct session *session)
{
    return session->out.bytes.failed || (session->client.closing &&
                                         buf_len(&session->out.bytes) == 0);
}

static struct resp_limits limits(const struct session *session)
{
    const struct config *config = &session->core->config;
    return (struct resp_limits){
        .words = INT32_MAX,
        .bulk = (size_t)config_number(config, SETTING_BULK_LIMIT),
        .line = 64 * 1024,
        .anonymous = !session->client.authenticated,
    };
}

/* Runs the whole requests at the front of `in`; returns their length. */
static size_t run(struct session *session, struct slice in)
{
    size_t done = 0;
    while (session_wants_input(session) && session->blocked == NULL &&
           !session->client.held_back) {
        struct slice rest = {in.data + done, in.len - done};
        struct resp_limits now = limits(session);
        enum resp_result result = resp_parse(&session->parser, rest, &now);
        if (result == RESP_MORE)
            break;
        if (result == RESP_BAD) {
            reply_error(&session->out, "ERR %s", session->parser.error);
            session->client.closing = true;
            break;
        }
        if (execute(session))
            done += session->parser.at;
        resp_next(&session->parser);
    }
    execute_release(session);
    account_settle(session);
    session->measured = 0;
    tracking_broadcast(session->core);
    return done;
}

/* `held` bytes of requests that have not been run are held. */
static void check_input(struct session *session, size_t held)
{
    const struct config *config = &session->core->config;
    size_t most = (size_t)config_number(config, SETTING_QUERY_LIMIT);
    if (!session->in.failed && held <= most)
        return;
    log_write(&session->core->log, LOG_WARNING,
              "Closing client id=%llu: %zu bytes of requests are too many "
              "(client-query-buffer-limit, or out of memory)",
              session->client.id, held);
    session->client.closing = true;
}

/* Keeps the bytes of `in`, which are no whole request yet, or had to wait. */
static void keep(struct session *session, struct slice in)
{
    size_t held = buf_len(&session->in) + in.len;
    buf_append(&session->in, in.data, in.len);
    check_input(session, held);
}

static void store(atomic_size_t *shown, size_t number)
{
    atomic_store_explicit(shown, number, memory_order_relaxed);
}

/* Lets other threads see how much is held for the client; too much of that ends
 * the conversation. */
static void show(struct session *session)
{
    struct client *client = &session->client;
    const struct mail_limit *limits = session->core->config.output_limits;
    store(&client->input, buf_len(&session->in));
    store(&client->input_room, session->in.cap - buf_len(&session->in));
    store(&client->output_room, session->out.bytes.cap);
    store(&client->mailbox.unsent, buf_len(&session->out.bytes));
    if (!mailbox_check(&client->mailbox, &limits[client_output_class(client)]))
        client->closing = true;
    if (atomic_load_explicit(&client->queue_size, memory_order_relaxed) > 0)
        check_input(session, client->queue_size + buf_len(&session->in));
}

/* Bytes came or went: the client is there, and it is now that time. */
static void moved(struct session *session, enum counter which, size_t len,
                  int64_t now)
{
    session->now = now;
    atomic_store_explicit(&session->client.active_at, now,
                          memory_order_relaxed);
    count(&session->client.counters, which, len);
}

static void take_mail(struct session *session)
{
    if (!mailbox_take(&session->client.mailbox, &session->out.bytes,
                      MAIL_PORTION) ||
        atomic_load(&session->client.killed))
        session->client.closing = true;
}

/* What was published before these requests were sent is told before their
 * replies, even if the bell has not been heard yet. */
void session_feed(struct session *session, const void *data, size_t len,
                  int64_t now)
{
    moved(session, COUNT_BYTES_IN, len, now);
    struct slice in = {data, len};
    if (session->client.expects_mail)
        take_mail(session);
    if (buf_len(&session->in) == 0) {
        size_t done = run(session, in);
        in = (struct slice){in.data + done, len - done};
        if (in.len > 0 && !session->client.closing)
            keep(session, in);
    } else {
        keep(session, in);
        buf_consume(&session->in, run(session, buf_slice(&session->in)));
        if (buf_len(&session->in) == 0)
            buf_free(&session->in);
    }
    show(session);
}

/* Runs what had to wait. */
static void go_on(struct session *session)
{
    if (buf_len(&session->in) > 0)
        buf_consume(&session->in, run(session, buf_slice(&session->in)));
}

struct slice session_output(const struct session *session)
{
    return buf_slice(&session->out.bytes);
}

void session_sent(struct session *session, size_t len, int64_t now)
{
    moved(session, COUNT_BYTES_OUT, len, now);
    buf_consume(&session->out.bytes, len);
    store(&session->client.mailbox.unsent, buf_len(&session->out.bytes));
    if (buf_len(&session->out.bytes) > 0)
        return;
    if (session->out.bytes.cap > KEEP_OUTPUT)
        buf_free(&session->out.bytes);
    go_on(session);
    show(session);
}

bool session_expects_mail(const struct session *session)
{
    return session->blocked != NULL || session->client.expects_mail ||
           session->client.held_back;
}

int64_t session_deadline(const struct session *session)
{
    if (session->client.held_back)
        return atomic_load(&session->core->clients.paused_until);
    return session->blocked != NULL ? session->blocked_until : NO_DEADLINE;
}

/* Is the wait over: in vain, or because somebody served us? */
static void check_blocked(struct session *session)
{
    if (atomic_load(&session->client.waiting) <= WAIT_SERVED &&
        session->now < session->blocked_until) {
        blocked_is_over(session);
        return;
    }
    enum waiting how = blocked_give_up(session);
    if (how == WAIT_SERVED)
        return;
    if (how == WAIT_ERROR)
        reply_error(&session->out, "UNBLOCKED client unblocked via CLIENT "
                                   "UNBLOCK");
    else
        reply_null_array(&session->out);
}

void session_wake(struct session *session, int64_t now)
{
    session->now = now;
    size_t before = buf_len(&session->out.bytes);
    if (session->blocked != NULL) {
        check_blocked(session);
        if (session->client.replies != REPLIES_ON)
            execute_silence(session, before);
    }
    take_mail(session);
    session->client.held_back = false;
    go_on(session);
    show(session);
}
