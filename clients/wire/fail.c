/* Keeping the record that a report is made of: the last steps, and what was
 * sent, expected and received when one of them failed. */
#include "wire/player.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

void wire_remember(struct wire_failure *failure, struct wire_moment moment)
{
    if (failure->trail_len == WIRE_TRAIL) {
        memmove(failure->trail, failure->trail + 1,
                (WIRE_TRAIL - 1) * sizeof *failure->trail);
        failure->trail_len--;
    }
    failure->trail[failure->trail_len++] = moment;
}

long wire_counter(const struct wire_player *player)
{
    return player->depth > 0 ? player->counters[player->depth - 1] : 0;
}

void wire_enter(struct wire_player *player, const struct wire_step *step)
{
    const struct wire_target *target = player->target;
    struct wire_moment moment = {step, wire_counter(player)};
    wire_remember(player->failure, moment);
    if (target->trace != NULL)
        target->trace(target->context, step, moment.counter);
}

static void note_conn(struct wire_player *player, const struct wire_conn *conn)
{
    struct wire_failure *failure = player->failure;
    struct slice received = buf_slice(&conn->in), sent = buf_slice(&conn->sent);
    int n = snprintf(failure->conn, sizeof failure->conn, "%.*s",
                     (int)conn->name.len, conn->name.data);
    if (conn->index >= 0 && n >= 0 && (size_t)n < sizeof failure->conn)
        snprintf(failure->conn + n, sizeof failure->conn - (size_t)n, "[%ld]",
                 conn->index);
    buf_append(&failure->received, received.data, received.len);
    buf_append(&failure->sent, sent.data, sent.len);
    failure->sent_total = conn->sent_total;
    failure->split = conn->split;
    failure->frames = conn->frames;
}

bool wire_fail(struct wire_player *player, enum wire_trouble trouble,
               const struct wire_conn *conn)
{
    player->failure->trouble = trouble;
    note_conn(player, conn);
    for (size_t i = 0; i < player->count; i++)
        if (player->conns[i].fd >= 0 && &player->conns[i] != conn)
            player->failure->others++;
    return false;
}

bool wire_fail_local(struct wire_player *player, int error)
{
    player->failure->trouble = WIRE_LOCAL;
    player->failure->error = error;
    return false;
}

void wire_failure_free(struct wire_failure *failure)
{
    buf_free(&failure->expected);
    buf_free(&failure->received);
    buf_free(&failure->wild);
    buf_free(&failure->sent);
    *failure = (struct wire_failure){0};
}

bool wire_find_address(struct wire_player *player)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    const struct wire_target *target = player->target;
    if (getaddrinfo(target->host, target->port, &hints, &found) != 0)
        return wire_fail_local(player, EADDRNOTAVAIL);
    memcpy(&player->address.bytes, found->ai_addr, found->ai_addrlen);
    player->address.len = found->ai_addrlen;
    player->address.family = found->ai_family;
    freeaddrinfo(found);
    return true;
}
