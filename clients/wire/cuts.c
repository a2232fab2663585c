/* `every cut`: one conversation, again and again on one connection. First in
 * one write; then once for each place where it can be cut in two; then byte by
 * byte. The answers must not depend on it.
 *
 *     requests   | a a a a | b b | c c c c |
 *     a cut            first piece ^ second piece
 *     due                    A | B C
 *
 * Each reply has a place: the number of bytes sent after which it is due. So
 * before the second piece goes out, all replies to requests that are complete
 * in the first one must have come. They prove that the server has read it, and
 * no clock is needed to keep the pieces apart. */
#include "wire/player.h"

#include <errno.h>
#include <stdlib.h>

enum { APART = 2 /* ms between two pieces when no reply is due in between */ };

struct due {
    size_t after; /* bytes of the conversation sent */
    struct wire_pattern pattern;
    struct wire_moment moment;
};

struct talk {
    struct buf out;
    struct due *due;
    size_t count, cap;
    bool failed;
};

static struct due *add_due(struct talk *talk)
{
    if (talk->count == talk->cap) {
        size_t cap = talk->cap * 2 + 8;
        struct due *due = realloc(talk->due, cap * sizeof *due);
        if (due == NULL)
            return NULL;
        talk->due = due;
        talk->cap = cap;
    }
    talk->due[talk->count] = (struct due){0};
    return &talk->due[talk->count++];
}

static void write_down(struct wire_player *player, struct talk *talk,
                       const struct wire_step *step)
{
    struct wire_pattern pattern = {0};
    wire_pattern_add(&pattern, step->items, player->counters);
    talk->failed |= pattern.failed;
    struct due *due = step->kind == WIRE_EXPECT ? add_due(talk) : NULL;
    if (due != NULL) {
        *due = (struct due){
            buf_len(&talk->out), pattern, {step, wire_counter(player)}};
        return;
    }
    struct slice bytes = buf_slice(&pattern.bytes);
    talk->failed |= step->kind == WIRE_EXPECT;
    buf_append(&talk->out, bytes.data, bytes.len);
    wire_pattern_free(&pattern);
}

/* Flattens the block, its repeats included. */
static void write_all_down(struct wire_player *player, struct talk *talk,
                           const struct wire_step *step)
{
    for (; step != NULL; step = step->next) {
        if (step->kind != WIRE_REPEAT) {
            write_down(player, talk, step);
            continue;
        }
        long times = wire_number_value(step->number, player->counters);
        player->depth++;
        for (long i = 1; i <= times; i++) {
            player->counters[step->counter] = i;
            write_all_down(player, talk, step->body);
        }
        player->depth--;
    }
}

static void free_talk(struct talk *talk)
{
    for (size_t i = 0; i < talk->count; i++)
        wire_pattern_free(&talk->due[i].pattern);
    free(talk->due);
    buf_free(&talk->out);
}

/* Waits for the replies that are due after `sent` bytes, from number *next. */
static bool expect_due(struct wire_player *player, struct wire_conn *conn,
                       const struct talk *talk, size_t *next, size_t sent)
{
    for (; *next < talk->count && talk->due[*next].after <= sent; ++*next) {
        const struct due *due = &talk->due[*next];
        if (!wire_expect(player, conn, &due->pattern)) {
            wire_remember(player->failure, due->moment);
            return false;
        }
    }
    return true;
}

/* Plays it in pieces of `piece` bytes, or in two that meet at `cut`. */
static bool play_once(struct wire_player *player, struct wire_conn *conn,
                      const struct talk *talk, size_t cut, size_t piece)
{
    struct slice out = buf_slice(&talk->out);
    size_t next = 0, seen = 0;
    for (size_t start = 0, end; start < out.len; start = end) {
        end = start < cut ? cut : out.len;
        if (piece > 0)
            end = start + piece < out.len ? start + piece : out.len;
        struct slice bytes = {out.data + start, end - start};
        if (!wire_send(player, conn, bytes) ||
            !expect_due(player, conn, talk, &next, end))
            return false;
        if (end < out.len && next == seen && piece == 0)
            wire_sleep(APART);
        seen = next;
    }
    return true;
}

static bool play_all(struct wire_player *player, struct wire_conn *conn,
                     const struct talk *talk)
{
    char *detail = player->failure->detail;
    size_t size = sizeof player->failure->detail, len = buf_len(&talk->out);
    conn->frames = talk->count;
    snprintf(detail, size, "all %zu bytes in one write", len);
    if (!play_once(player, conn, talk, 0, 0))
        return false;
    conn->split = true;
    for (size_t cut = 1; cut < len; cut++) {
        snprintf(detail, size, "cut in two at byte %zu of %zu", cut, len);
        if (!play_once(player, conn, talk, cut, 0))
            return false;
    }
    snprintf(detail, size, "%zu bytes, one by one", len);
    if (!play_once(player, conn, talk, 0, 1))
        return false;
    detail[0] = '\0';
    return true;
}

bool wire_play_cuts(struct wire_player *player, const struct wire_step *step)
{
    struct wire_conn *conn = wire_connect(player, step);
    if (conn == NULL)
        return false;
    struct talk talk = {0};
    write_all_down(player, &talk, step->body);
    bool good;
    if (talk.failed || talk.out.failed)
        good = wire_fail_local(player, ENOMEM);
    else
        good = play_all(player, conn, &talk);
    free_talk(&talk);
    return good;
}
