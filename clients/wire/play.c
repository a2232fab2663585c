/* Steps are played one after another, in the order in which they are written:
 * a step that sends is over when the server's kernel has all the bytes, one
 * that expects is over when they have come. Whatever a script says happens
 * "at the same time" is a matter of sending to several connections before
 * reading from any of them. */
#include "wire/player.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE = 5000,        /* ms without a byte before we give up */
    BLOCKED = 250,          /* ms in which a flooded server took nothing */
    FLOOD_PART = 16 * 1024, /* bytes of a flood handed over at once */
};

void wire_sleep(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000 * 1000};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

/* --- connections --- */

static struct wire_conn *find_conn(struct wire_player *player,
                                   struct slice name, long index)
{
    for (size_t i = 0; i < player->count; i++)
        if (player->conns[i].index == index &&
            slice_equal(player->conns[i].name, name))
            return &player->conns[i];
    return NULL;
}

static struct wire_conn *add_conn(struct wire_player *player, struct slice name,
                                  long index)
{
    if (player->count == player->cap) {
        size_t cap = player->cap * 2 + 8;
        struct wire_conn *conns = realloc(player->conns, cap * sizeof *conns);
        if (conns == NULL) {
            wire_fail_local(player, ENOMEM);
            return NULL;
        }
        player->conns = conns;
        player->cap = cap;
    }
    struct wire_conn *conn = &player->conns[player->count++];
    *conn = (struct wire_conn){.name = name, .index = index, .fd = -1};
    return conn;
}

static bool open_conn(struct wire_player *player, struct wire_conn *conn)
{
    int error = wire_conn_open(conn, &player->address, player->timeout);
    if (error == 0)
        return true;
    player->failure->error = error;
    bool ours = error == EMFILE || error == ENFILE || error == EADDRNOTAVAIL;
    return wire_fail(player, ours ? WIRE_LOCAL : WIRE_REFUSED, conn);
}

struct wire_conn *wire_connect(struct wire_player *player,
                               const struct wire_step *step)
{
    long index = wire_number_value(step->index, player->counters);
    struct wire_conn *conn = find_conn(player, step->conn, index);
    if (conn == NULL)
        conn = add_conn(player, step->conn, index);
    if (conn != NULL && conn->fd < 0 && !open_conn(player, conn))
        return NULL;
    return conn;
}

/* --- what steps do --- */

bool wire_send(struct wire_player *player, struct wire_conn *conn,
               struct slice bytes)
{
    size_t room = WIRE_SENT - buf_len(&conn->sent);
    buf_append(&conn->sent, bytes.data, bytes.len < room ? bytes.len : room);
    conn->sent_total += bytes.len;
    buf_append(&conn->out, bytes.data, bytes.len);
    if (conn->out.failed)
        return wire_fail_local(player, ENOMEM);
    if (wire_conn_flush(conn, player->timeout) == WIRE_TIMEOUT)
        return wire_fail(player, WIRE_STUCK, conn);
    return true;
}

/* The end of the piece that starts at `start`. */
static size_t piece_end(const struct wire_step *step, size_t start, size_t len)
{
    size_t end = len;
    if (step->piece > 0 && len - start > step->piece)
        end = start + step->piece;
    for (size_t i = 0; i < step->cut_count; i++)
        if (step->cuts[i] > start && step->cuts[i] < end)
            end = step->cuts[i];
    return end;
}

static bool send_pieces(struct wire_player *player, struct wire_conn *conn,
                        const struct wire_step *step, struct slice bytes)
{
    for (size_t start = 0, end; start < bytes.len; start = end) {
        end = piece_end(step, start, bytes.len);
        if (start > 0)
            wire_sleep(step->delay);
        struct slice piece = {bytes.data + start, end - start};
        if (!wire_send(player, conn, piece))
            return false;
    }
    return true;
}

static bool play_send(struct wire_player *player, struct wire_conn *conn,
                      const struct wire_step *step,
                      const struct wire_pattern *pattern)
{
    conn->split = step->piece > 0 || step->cut_count > 0;
    conn->frames = 0;
    for (const struct wire_item *item = step->items; item; item = item->next)
        conn->frames++;
    return send_pieces(player, conn, step, buf_slice(&pattern->bytes));
}

/* What came is not what the pattern says, or not all of it. */
static bool fail_expect(struct wire_player *player, enum wire_trouble trouble,
                        const struct wire_conn *conn,
                        const struct wire_pattern *pattern, size_t same)
{
    struct wire_failure *failure = player->failure;
    struct slice received = buf_slice(&conn->in);
    wire_pattern_show(pattern, received, &failure->expected, &failure->wild);
    failure->same = same;
    return wire_fail(player, trouble, conn);
}

bool wire_expect(struct wire_player *player, struct wire_conn *conn,
                 const struct wire_pattern *pattern)
{
    size_t len;
    enum wire_verdict verdict;
    while ((verdict = wire_pattern_match(pattern, buf_slice(&conn->in),
                                         &len)) == WIRE_MORE) {
        enum wire_wait wait = wire_conn_receive(conn, player->timeout);
        if (conn->in.failed)
            return wire_fail_local(player, ENOMEM);
        if (wait == WIRE_TIMEOUT)
            return fail_expect(player, WIRE_SILENCE, conn, pattern, len);
        if (wait == WIRE_CLOSED)
            return fail_expect(player,
                               conn->aborted ? WIRE_ABORTED : WIRE_ENDED, conn,
                               pattern, len);
    }
    if (verdict == WIRE_MISMATCH)
        return fail_expect(player, WIRE_DIFFERENT, conn, pattern, len);
    buf_consume(&conn->in, len);
    return true;
}

static bool expect_eof(struct wire_player *player, struct wire_conn *conn)
{
    enum wire_wait wait = WIRE_READY;
    if (buf_len(&conn->in) == 0)
        wait = wire_conn_receive(conn, player->timeout);
    if (wait == WIRE_READY)
        return wire_fail(player, WIRE_EXTRA, conn);
    if (wait == WIRE_TIMEOUT)
        return wire_fail(player, WIRE_OPEN, conn);
    wire_conn_close(conn);
    return true;
}

/* Sends copies without reading, until the server takes no more of them. */
static bool play_flood(struct wire_player *player, struct wire_conn *conn,
                       size_t limit, struct slice copy)
{
    if (copy.len == 0)
        return true;
    int small = FLOOD_PART;
    setsockopt(conn->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    int patience = (int)((long)BLOCKED * player->timeout / PATIENCE);
    for (size_t total = 0; total < limit;) {
        size_t goal = total + FLOOD_PART;
        for (; total < goal; total += copy.len, conn->copies++)
            buf_append(&conn->out, copy.data, copy.len);
        if (conn->out.failed)
            return wire_fail_local(player, ENOMEM);
        if (wire_conn_push(conn, patience) != WIRE_READY)
            return true;
    }
    return wire_fail(player, WIRE_GREEDY, conn);
}

static bool play_drain(struct wire_player *player, struct wire_conn *conn,
                       const struct wire_pattern *pattern)
{
    for (; conn->copies > 0; conn->copies--)
        if (!wire_expect(player, conn, pattern))
            return false;
    return true;
}

/* A visitor connects, ends its side, and waits until the server does too: by
 * then a server with an event loop has seen all that came before. */
static bool play_barrier(struct wire_player *player)
{
    struct wire_conn visitor = {
        .name = SLICE("visitor"), .index = -1, .fd = -1};
    bool good = open_conn(player, &visitor);
    if (good) {
        shutdown(visitor.fd, SHUT_WR);
        good = expect_eof(player, &visitor);
    }
    wire_conn_close(&visitor);
    return good;
}

static void reset_conn(struct wire_player *player, struct wire_conn *conn)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    wire_conn_close(conn);
    player->failure->was_reset = true;
}

/* --- the script --- */

static bool play_bytes(struct wire_player *player, struct wire_conn *conn,
                       const struct wire_step *step)
{
    struct wire_pattern pattern = {0};
    wire_pattern_add(&pattern, step->items, player->counters);
    bool good;
    if (pattern.failed)
        good = wire_fail_local(player, ENOMEM);
    else if (step->kind == WIRE_SEND)
        good = play_send(player, conn, step, &pattern);
    else if (step->kind == WIRE_EXPECT)
        good = wire_expect(player, conn, &pattern);
    else if (step->kind == WIRE_FLOOD)
        good = play_flood(
            player, conn,
            (size_t)wire_number_value(step->number, player->counters),
            buf_slice(&pattern.bytes));
    else
        good = play_drain(player, conn, &pattern);
    wire_pattern_free(&pattern);
    return good;
}

static bool play_conn(struct wire_player *player, const struct wire_step *step)
{
    struct wire_conn *conn = wire_connect(player, step);
    if (conn == NULL)
        return false;
    switch (step->kind) {
    case WIRE_CONNECT:
        return true;
    case WIRE_CLOSE:
        wire_conn_close(conn);
        return true;
    case WIRE_RESET:
        reset_conn(player, conn);
        return true;
    case WIRE_HALFCLOSE:
        shutdown(conn->fd, SHUT_WR);
        return true;
    case WIRE_EOF:
        return expect_eof(player, conn);
    default:
        return play_bytes(player, conn, step);
    }
}

static bool play_steps(struct wire_player *player,
                       const struct wire_step *step);

static bool play_repeat(struct wire_player *player,
                        const struct wire_step *step)
{
    long times = wire_number_value(step->number, player->counters);
    bool good = true;
    player->depth++;
    for (long i = 1; i <= times && good; i++) {
        player->counters[step->counter] = i;
        good = play_steps(player, step->body);
    }
    player->depth--;
    return good;
}

static bool play_steps(struct wire_player *player, const struct wire_step *step)
{
    bool good = true;
    for (; step != NULL && good; step = step->next) {
        if (step->kind == WIRE_REPEAT) {
            good = play_repeat(player, step);
            continue;
        }
        wire_enter(player, step);
        if (step->kind == WIRE_CUTS)
            good = wire_play_cuts(player, step);
        else if (step->kind == WIRE_PAUSE)
            wire_sleep(step->number.value);
        else if (step->kind == WIRE_BARRIER)
            good = play_barrier(player);
        else
            good = play_conn(player, step);
    }
    return good;
}

/* Our side of every connection ends; then the server's must, without a byte
 * more; and then it must still be there for a visitor. */
static bool close_down(struct wire_player *player)
{
    player->failure->at_end = true;
    for (size_t i = 0; i < player->count; i++)
        if (player->conns[i].fd >= 0)
            shutdown(player->conns[i].fd, SHUT_WR);
    for (size_t i = 0; i < player->count; i++)
        if (player->conns[i].fd >= 0 && !expect_eof(player, &player->conns[i]))
            return false;
    return play_barrier(player);
}

bool wire_play(const struct wire_script *script,
               const struct wire_target *target, struct wire_failure *failure)
{
    *failure = (struct wire_failure){0};
    double scale = target->timeout_scale > 0 ? target->timeout_scale : 1;
    struct wire_player player = {.target = target,
                                 .failure = failure,
                                 .timeout = (int)(PATIENCE * scale)};
    bool good = wire_find_address(&player);
    good = good && play_steps(&player, script->steps) && close_down(&player);
    for (size_t i = 0; i < player.count; i++)
        wire_conn_close(&player.conns[i]);
    free(player.conns);
    return good;
}
