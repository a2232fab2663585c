/* What a thread that serves many clients keeps of them, however it waits: who
 * they are, who was touched in this round, and who is to be woken when. All
 * models that use it go round in the same phases:
 *
 *     wait                   the model's own
 *     accept                 loop_accept
 *     receive and execute    loop_receive, loop_answer
 *     send, close            loop_next and loop_send, for each guest touched
 *
 * so that there is one write for all that a round had to say to a client. But
 * for `ring`, which loop_accept hands to each session, everything here belongs
 * to the loop's thread. */
#ifndef LOOP_H
#define LOOP_H

#include "io/bell.h"
#include "io/connection.h"
#include "io/deadlines.h"

struct loop {
    struct core *core;
    int64_t now;     /* milliseconds, monotonic: the model sets it, after each
                      * wait */
    int64_t ends_at; /* nobody is waited for after that; or NO_DEADLINE */
    struct guest *guests, *touched, **last_touched;
    size_t count; /* of guests */
    struct deadlines deadlines;

    /* any thread */
    struct bell bell;     /* hangs: wait for bell.fds[0] too */
    pthread_mutex_t lock;
    struct guest *rung;   /* lock must be held */
};

/* A client. */
struct guest {
    struct connection connection; /* first: `ring` gets its address */
    struct deadline deadline;
    struct loop *loop;
    struct guest *previous, *next; /* in loop->guests */
    struct guest *next_touched;
    bool listed, touched;
    bool woken;       /* session_wake is due */
    bool ended;       /* it sends no more, but still gets its replies */
    bool broken;      /* the connection is of no use any more */
    unsigned watched; /* the model's own: what it waits for */

    /* coroutines' own */
    struct co *co;
    bool ready;       /* something has come: bytes, or the end of them */
    int64_t rests_at; /* then its stack has been idle for long enough */

    /* loop->lock must be held */
    struct guest *previous_rung, *next_rung;
    bool rung;
};

/* False, with errno, when something cannot be had. */
bool loop_open(struct loop *loop, struct core *core);

/* Closes the connections that are left. */
void loop_close(struct loop *loop);

enum { AT_ONCE = 16 /* clients accepted before others have their turn */ };

/* Accepts the next client as a guest of `home`, which may be another thread's
 * loop. False: nobody is waiting. */
bool loop_accept(struct loop *home, struct listener *listener);

/* Likewise, the client whose socket that is. */
void loop_welcome(struct loop *home, int fd);

/* The guest's socket has something to be read, or room for more to be sent, or
 * (`hung_up`) no other side any more. */
void loop_receive(struct guest *guest, bool hung_up);

/* Those for whom the bell was rung take their mail, and those whose waiting is
 * over are told. New guests are let in. */
void loop_answer(struct loop *loop);

/* The next one that was touched in this round. NULL: there is no other. */
struct guest *loop_next(struct loop *loop);

/* Sends what can be sent now. If guest_is_done then, the caller drops it; if
 * not, it waits for what the guest wants now. */
void loop_send(struct guest *guest);
bool guest_is_done(const struct guest *guest);
bool guest_wants_input(const struct guest *guest);
bool guest_wants_output(const struct guest *guest);

/* Closes its connection and frees it. */
void loop_drop(struct guest *guest);

/* For a model that receives by other means: the guest is to have its turn; and
 * loop_answer's first half, which leaves each `woken` guest to the model. */
void loop_touch(struct guest *guest);
void loop_hear(struct loop *loop);

/* For a model that sends by other means: loop_send's second half. */
void loop_set_deadline(struct guest *guest);

/* How long to wait at most, as poll(2) wants it. */
int loop_timeout(const struct loop *loop);

/* The server stops: everybody's input ends. Once nobody is left, or
 * LAST_WORDS_MS later, loop_goes_on turns false. */
void loop_part(struct loop *loop);
bool loop_goes_on(const struct loop *loop);

#endif
