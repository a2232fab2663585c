/* What play.c and cuts.c share: the state of a script that is being played. */
#ifndef WIRE_PLAYER_H
#define WIRE_PLAYER_H

#include "wire/conn.h"
#include "wire/pattern.h"
#include "wire/play.h"

struct wire_player {
    const struct wire_target *target;
    struct wire_failure *failure;
    struct wire_address address;
    int timeout;               /* ms without a byte: the server is silent */
    long counters[WIRE_DEPTH]; /* of the repeats around the current step */
    int depth;                 /* how many there are */
    struct wire_conn *conns;
    size_t count, cap;
};

/* Every function that returns false has filled player->failure. */
bool wire_fail(struct wire_player *player, enum wire_trouble trouble,
               const struct wire_conn *conn);
bool wire_fail_local(struct wire_player *player, int error);

/* Where target->host and target->port are. */
bool wire_find_address(struct wire_player *player);

/* Appends to the trail, whose oldest step may have to go. */
void wire_remember(struct wire_failure *failure, struct wire_moment moment);

/* Of the innermost repeat; 0 outside of any. */
long wire_counter(const struct wire_player *player);

/* Notes that this step comes next: for the trail and the trace. */
void wire_enter(struct wire_player *player, const struct wire_step *step);

/* The step's connection, connected if it was not. */
struct wire_conn *wire_connect(struct wire_player *player,
                               const struct wire_step *step);

/* Sends and waits until the server has taken it. */
bool wire_send(struct wire_player *player, struct wire_conn *conn,
               struct slice bytes);

/* Waits for the bytes of the pattern and takes them off conn->in. */
bool wire_expect(struct wire_player *player, struct wire_conn *conn,
                 const struct wire_pattern *pattern);

/* A step of kind CUTS. */
bool wire_play_cuts(struct wire_player *player, const struct wire_step *step);

void wire_sleep(long ms);

#endif
