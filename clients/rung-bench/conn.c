/* A pipeline of requests is built in the thread's own memory, which stays in
 * the processor's cache, and handed to the kernel in one send(); only what the
 * socket does not take is copied. Replies are counted where read() puts them.
 */
#include "conn.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool conn_is_silent(const struct conn *conn)
{
    char byte;
    ssize_t n = recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

void conn_close(struct conn *conn)
{
    if (conn->fd >= 0)
        close(conn->fd);
    conn->fd = -1;
    buf_free(&conn->out);
}

/* Nothing more is to be had from this connection. */
static void lose(struct desk *desk, struct conn *conn, const char *why)
{
    tally_error(&desk->tally, "%s, with %llu requests under way", why,
                (unsigned long long)conn_under_way(conn));
    desk->under_way -= conn_under_way(conn);
    desk->open--;
    conn_close(conn);
}

/* Sends `len` bytes and returns how many the socket took. When it is broken,
 * that is all: reading will tell why. */
static size_t send_some(const struct conn *conn, const char *bytes, size_t len)
{
    ssize_t n;
    do
        n = send(conn->fd, bytes, len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? 0 : len;
    return (size_t)n;
}

void conn_flush(struct conn *conn)
{
    struct slice out = buf_slice(&conn->out);
    if (out.len > 0)
        buf_consume(&conn->out, send_some(conn, out.data, out.len));
}

void conn_send(struct desk *desk, struct conn *conn, size_t n)
{
    const struct plan *plan = desk->plan;
    char *end = desk->requests;
    for (uint64_t k = conn->sent; k < conn->sent + n; k++) {
        bool get = plan_is_get(plan, conn->number, k);
        end = request_put(get ? &plan->get : &plan->set, end, &desk->draw);
    }
    if (desk->under_way == 0)
        desk->heard = desk->now;
    conn->began = desk->now;
    conn->sent += n;
    desk->under_way += n;
    size_t len = (size_t)(end - desk->requests), taken = 0;
    if (buf_len(&conn->out) == 0)
        taken = send_some(conn, desk->requests, len);
    buf_append(&conn->out, desk->requests + taken, len - taken);
    if (conn->out.failed)
        lose(desk, conn, "no memory for what waits to be sent");
}

/* Names an answer as one would name it. */
static const char *name(enum answer answer)
{
    static const char *const names[ANSWER_KINDS] = {
        "no reply",    "OK",     "a line of text",
        "a value",     "nothing", "a number",
        "an array",    "an error", "what is not the protocol",
    };
    return names[answer];
}

/* The answers that the k-th request may have. */
static bool is_right(struct desk *desk, const struct conn *conn, uint64_t k)
{
    enum answer answer = conn->scan.answer;
    const struct plan *plan = desk->plan;
    if (plan_is_get(plan, conn->number, k)) {
        desk->tally.hits += answer == ANSWER_VALUE;
        desk->tally.misses += answer == ANSWER_NOTHING;
        return answer == ANSWER_VALUE || answer == ANSWER_NOTHING;
    }
    if (plan->options->command != NULL && !plan->fill)
        return answer != ANSWER_ERROR;
    return answer == ANSWER_OK;
}

static void count_wrong(struct desk *desk, const struct conn *conn,
                        const char *what)
{
    const struct scan *scan = &conn->scan;
    int len = (int)scan->len;
    while (len > 0 && strchr("\r\n", scan->line[len - 1]) != NULL)
        len--;
    bool says = scan->answer == ANSWER_ERROR || scan->answer == ANSWER_BAD;
    tally_error(&desk->tally, "%s %s%s%.*s", what, name(scan->answer),
                says ? ": " : "", says ? len : 0, scan->line);
}

/* A whole reply has come. */
static void take_reply(struct desk *desk, struct conn *conn)
{
    const struct plan *plan = desk->plan;
    if (conn->answered == conn->sent) {
        count_wrong(desk, conn, "nobody asked, and there came");
        return;
    }
    uint64_t k = conn->answered++;
    desk->under_way--;
    desk->tally.replies++;
    if (!is_right(desk, conn, k))
        count_wrong(desk, conn, "a request was answered with");
    int64_t began = plan->gap > 0 ? plan_intended(plan, conn->number, k)
                                  : conn->began;
    if (began < plan->measured)
        return;
    histogram_add(&desk->tally.latency,
                  desk->now > began ? (uint64_t)(desk->now - began) : 0);
    desk->tally.last = desk->now;
}

static void take_replies(struct desk *desk, struct conn *conn, size_t len)
{
    const char *at = desk->replies, *end = at + len;
    const struct protocol *protocol = desk->plan->options->protocol;
    while (at < end) {
        at = protocol->scan(&conn->scan, at, end);
        if (conn->scan.answer != ANSWER_NONE)
            take_reply(desk, conn);
        if (conn->scan.answer == ANSWER_BAD) {
            lose(desk, conn, "a connection cannot be understood");
            return;
        }
    }
}

void conn_receive(struct desk *desk, struct conn *conn)
{
    uint64_t before = conn->answered;
    ssize_t n = read_some(conn->fd, desk->replies, CONN_READ);
    desk->now = clock_ns();
    if (n > 0)
        take_replies(desk, conn, (size_t)n);
    else if (n == 0)
        lose(desk, conn, "the server closed a connection");
    else if (errno != EAGAIN)
        lose(desk, conn, strerror(errno));
    if (conn->answered == before)
        return;
    desk->heard = desk->now;
    atomic_fetch_add_explicit(&desk->seen, conn->answered - before,
                              memory_order_relaxed);
}
