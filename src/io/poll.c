/* One thread for all clients: poll(2) says who has sent something and whose
 * socket has room for more, so nobody is ever waited for alone. The list of
 * whom to look at is made anew each round, and the kernel looks at all of them
 * each time: that is its price.
 *
 *     wait -> accept -> receive and execute -> send -> close
 */
#include "base/clock.h"
#include "io/loop.h"
#include "io/model.h"

#include <poll.h>
#include <stdlib.h>

/* The list: fds[STOP], fds[BELL], the listeners, the guests. */
enum { STOP, BELL, FIRST };

struct poller {
    struct loop loop;
    struct listeners *listeners;
    struct pollfd *fds;
    struct guest **guests; /* guests[i] is who has fds[i] */
    size_t count, room;
};

static bool make_room(struct poller *poller, size_t count)
{
    if (count <= poller->room)
        return true;
    struct pollfd *fds = realloc(poller->fds, 2 * count * sizeof *fds);
    if (fds == NULL)
        return false;
    poller->fds = fds;
    struct guest **guests = realloc(poller->guests,
                                    2 * count * sizeof *guests);
    if (guests == NULL)
        return false;
    poller->guests = guests;
    poller->room = 2 * count;
    return true;
}

static void look_at(struct poller *poller, int fd, int events)
{
    poller->fds[poller->count++] =
        (struct pollfd){.fd = fd, .events = (short)events};
}

/* A guest for whom there is no memory has to go. */
static void list_guests(struct poller *poller)
{
    struct loop *loop = &poller->loop;
    while (!make_room(poller, poller->count + loop->count))
        loop_drop(loop->guests);
    for (struct guest *guest = loop->guests; guest; guest = guest->next) {
        poller->guests[poller->count] = guest;
        look_at(poller, guest->connection.fd,
                (guest_wants_input(guest) ? POLLIN : 0) |
                    (guest_wants_output(guest) ? POLLOUT : 0));
    }
}

static void list_all(struct poller *poller, int stop_fd)
{
    bool parting = poller->loop.ends_at != NO_DEADLINE;
    poller->count = 0;
    look_at(poller, parting ? -1 : stop_fd, POLLIN);
    look_at(poller, poller->loop.bell.fds[0], POLLIN);
    for (size_t i = 0; i < poller->listeners->count; i++)
        look_at(poller, parting ? -1 : poller->listeners->at[i].fd, POLLIN);
    list_guests(poller);
}

/* Accept. */
static void let_in(struct poller *poller)
{
    struct listeners *listeners = poller->listeners;
    for (size_t i = 0; i < listeners->count; i++)
        for (int n = 0; n < AT_ONCE && poller->fds[FIRST + i].revents; n++)
            if (!loop_accept(&poller->loop, &listeners->at[i]))
                break;
}

/* Receive and execute. */
static void take_turns(struct poller *poller)
{
    struct loop *loop = &poller->loop;
    size_t i = FIRST + poller->listeners->count;
    for (; i < poller->count; i++)
        if (poller->fds[i].revents != 0)
            loop_receive(poller->guests[i], poller->fds[i].revents &
                                                (POLLHUP | POLLERR));
    loop_answer(loop);
}

/* Send and close. */
static void settle(struct loop *loop)
{
    struct guest *guest;
    while ((guest = loop_next(loop)) != NULL) {
        loop_send(guest);
        if (guest_is_done(guest))
            loop_drop(guest);
    }
}

static void go_round(struct poller *poller, int stop_fd)
{
    struct loop *loop = &poller->loop;
    list_all(poller, stop_fd);
    int n = poll(poller->fds, poller->count, loop_timeout(loop));
    loop->now = clock_mono_ms();
    if (n < 0)
        return; /* EINTR; or no memory, this time */
    let_in(poller);
    take_turns(poller);
    settle(loop);
    if (poller->fds[STOP].revents != 0)
        loop_part(loop);
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    struct poller poller = {.listeners = listeners};
    if (!loop_open(&poller.loop, core))
        return false;
    bool good = make_room(&poller, FIRST + listeners->count);
    while (good && loop_goes_on(&poller.loop))
        go_round(&poller, stop_fd);
    loop_close(&poller.loop);
    free(poller.fds);
    free(poller.guests);
    return good;
}

const struct io_model io_poll = {
    "poll", "one thread, which asks poll(2) who has something to say",
    serve, NULL};
