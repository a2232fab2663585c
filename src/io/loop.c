#include "io/loop.h"
#include "base/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bool loop_open(struct loop *loop, struct core *core)
{
    *loop = (struct loop){
        .core = core, .now = clock_mono_ms(), .ends_at = NO_DEADLINE};
    if (!bell_open(&loop->bell))
        return false;
    if (bell_hang(&loop->bell) && pthread_mutex_init(&loop->lock, NULL) == 0)
        return true;
    bell_close(&loop->bell);
    return false;
}

void loop_close(struct loop *loop)
{
    loop_hear(loop); /* who was just let in */
    while (loop->guests != NULL)
        loop_drop(loop->guests);
    deadlines_free(&loop->deadlines);
    pthread_mutex_destroy(&loop->lock);
    bell_close(&loop->bell);
}

void loop_touch(struct guest *guest)
{
    struct loop *loop = guest->loop;
    if (guest->touched)
        return;
    guest->touched = true;
    guest->next_touched = NULL;
    *(loop->touched != NULL ? loop->last_touched : &loop->touched) = guest;
    loop->last_touched = &guest->next_touched;
}

static void list(struct guest *guest)
{
    struct loop *loop = guest->loop;
    guest->listed = true;
    guest->next = loop->guests;
    if (loop->guests != NULL)
        loop->guests->previous = guest;
    loop->guests = guest;
    loop->count++;
}

/* From any thread. The first one who is rung for rings the loop's bell. */
static void ring(void *connection)
{
    struct guest *guest = connection;
    struct loop *loop = guest->loop;
    pthread_mutex_lock(&loop->lock);
    bool first = loop->rung == NULL;
    if (!guest->rung) {
        guest->rung = true;
        guest->previous_rung = NULL;
        guest->next_rung = loop->rung;
        if (!first)
            loop->rung->previous_rung = guest;
        loop->rung = guest;
    }
    pthread_mutex_unlock(&loop->lock);
    if (first)
        bell_ring(&loop->bell);
}

static void forget_ring(struct guest *guest)
{
    struct loop *loop = guest->loop;
    pthread_mutex_lock(&loop->lock);
    if (guest->rung) {
        if (guest->next_rung != NULL)
            guest->next_rung->previous_rung = guest->previous_rung;
        if (guest->previous_rung != NULL)
            guest->previous_rung->next_rung = guest->next_rung;
        else
            loop->rung = guest->next_rung;
    }
    pthread_mutex_unlock(&loop->lock);
}

void loop_welcome(struct loop *home, int fd)
{
    struct guest *guest = calloc(1, sizeof *guest);
    if (guest == NULL) {
        connection_refuse(home->core, fd, "out of memory");
        close(fd);
        return;
    }
    guest->loop = home;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connection_open(&guest->connection, home->core, fd, ring))
        ring(guest);
    else
        free(guest);
}

bool loop_accept(struct loop *home, struct listener *listener)
{
    int fd = connection_accept(home->core, listener);
    if (fd >= 0)
        loop_welcome(home, fd);
    return fd >= 0;
}

void loop_receive(struct guest *guest, bool hung_up)
{
    loop_touch(guest);
    if (guest_wants_input(guest))
        guest->ended = !connection_receive(&guest->connection,
                                           guest->loop->now);
    else if (hung_up)
        guest->broken = true;
}

static void wake(struct guest *guest)
{
    guest->woken = true;
    loop_touch(guest);
}

/* Their flags change under the lock, so that they can be rung for again while
 * they are woken. */
static void wake_rung(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    for (struct guest *guest = loop->rung; guest; guest = guest->next_rung) {
        guest->rung = false;
        if (!guest->listed)
            list(guest);
        wake(guest);
    }
    loop->rung = NULL;
    pthread_mutex_unlock(&loop->lock);
}

static struct guest *guest_of(struct deadline *deadline)
{
    return (struct guest *)(void *)((char *)deadline -
                                    offsetof(struct guest, deadline));
}

void loop_hear(struct loop *loop)
{
    struct deadline *deadline;
    bell_silence(&loop->bell);
    wake_rung(loop);
    while ((deadline = deadlines_take(&loop->deadlines, loop->now)) != NULL)
        wake(guest_of(deadline));
}

void loop_answer(struct loop *loop)
{
    loop_hear(loop);
    for (struct guest *guest = loop->touched; guest;
         guest = guest->next_touched)
        if (guest->woken) {
            guest->woken = false;
            session_wake(guest->connection.session, loop->now);
        }
}

struct guest *loop_next(struct loop *loop)
{
    struct guest *guest = loop->touched;
    if (guest == NULL)
        return NULL;
    loop->touched = guest->next_touched;
    guest->touched = false;
    return guest;
}

void loop_send(struct guest *guest)
{
    if (!guest->broken &&
        !connection_send(&guest->connection, guest->loop->now))
        guest->broken = true;
    loop_set_deadline(guest);
}

void loop_set_deadline(struct guest *guest)
{
    if (!deadlines_set(&guest->loop->deadlines, &guest->deadline,
                       session_deadline(guest->connection.session)))
        guest->broken = true;
}

bool guest_wants_input(const struct guest *guest)
{
    return !guest->ended && session_wants_input(guest->connection.session);
}

bool guest_wants_output(const struct guest *guest)
{
    return session_output(guest->connection.session).len > 0;
}

bool guest_is_done(const struct guest *guest)
{
    return guest->broken || session_done(guest->connection.session) ||
           (guest->ended && !guest_wants_output(guest));
}

/* Once its connection is closed, nobody rings for it any more. */
void loop_drop(struct guest *guest)
{
    struct loop *loop = guest->loop;
    connection_close(&guest->connection);
    forget_ring(guest);
    deadlines_set(&loop->deadlines, &guest->deadline, NO_DEADLINE);
    if (guest->next != NULL)
        guest->next->previous = guest->previous;
    if (guest->previous != NULL)
        guest->previous->next = guest->next;
    else
        loop->guests = guest->next;
    loop->count--;
    free(guest);
}

int loop_timeout(const struct loop *loop)
{
    int64_t next = deadlines_next(&loop->deadlines);
    return poll_timeout(next < loop->ends_at ? next : loop->ends_at, loop->now);
}

void loop_part(struct loop *loop)
{
    if (loop->ends_at != NO_DEADLINE)
        return;
    loop->ends_at = loop->now + LAST_WORDS_MS;
    clients_hang_up(&loop->core->clients, INT64_MAX, HANG_UP_INPUT);
}

bool loop_goes_on(const struct loop *loop)
{
    return loop->ends_at == NO_DEADLINE ||
           (loop->guests != NULL && loop->now < loop->ends_at);
}
