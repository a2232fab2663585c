/* One thread for all clients: poll(2) says who has sent something and whose
 * socket has room for more, so nobody is ever waited for alone. The kernel is
 * given the whole list each time, and looks at everybody in it: that is its
 * price.
 *
 *     wait -> accept -> receive and execute -> send -> close
 */
#include "base/clock.h"
#include "io/loop.h"
#include "io/model.h"

#include <poll.h>
#include <stdlib.h>

/* The list: fds[STOP], fds[BELL], the listeners, the guests, in no order. */
enum { STOP, BELL, FIRST };

struct poller {
    struct loop loop;
    struct listeners *listeners;
    struct pollfd *fds;
    struct guest **guests; /* guests[i] has fds[i], and `watched` is i */
    size_t count, room;
};

static bool make_room(struct poller *poller)
{
    if (poller->count < poller->room)
        return true;
    size_t room = 2 * poller->room + FIRST + LISTENERS_MAX;
    struct pollfd *fds = realloc(poller->fds, room * sizeof *fds);
    if (fds == NULL)
        return false;
    poller->fds = fds;
    struct guest **guests = realloc(poller->guests, room * sizeof *guests);
    if (guests == NULL)
        return false;
    poller->guests = guests;
    poller->room = room;
    return true;
}

/* At the end of the list, to be read. False: no memory. */
static bool add(struct poller *poller, int fd)
{
    if (!make_room(poller))
        return false;
    poller->fds[poller->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    return true;
}

static bool watch_door(struct poller *poller, int stop_fd)
{
    bool good = add(poller, stop_fd) && add(poller, poller->loop.bell.fds[0]);
    for (size_t i = 0; good && i < poller->listeners->count; i++)
        good = add(poller, poller->listeners->at[i].fd);
    return good;
}

/* poll() passes over descriptors below 0. */
static void unwatch_door(struct poller *poller)
{
    poller->fds[STOP].fd = -1;
    for (size_t i = 0; i < poller->listeners->count; i++)
        poller->fds[FIRST + i].fd = -1;
}

/* False: no memory. */
static bool watch(struct poller *poller, struct guest *guest)
{
    if (guest->watched == 0) {
        if (!add(poller, guest->connection.fd))
            return false;
        guest->watched = (unsigned)poller->count - 1;
        poller->guests[guest->watched] = guest;
    }
    int events = (guest_wants_input(guest) ? POLLIN : 0) |
                 (guest_wants_output(guest) ? POLLOUT : 0);
    poller->fds[guest->watched].events = (short)events;
    return true;
}

/* The last one takes its place. */
static void unwatch(struct poller *poller, const struct guest *guest)
{
    if (guest->watched == 0)
        return;
    struct guest *last = poller->guests[--poller->count];
    poller->fds[guest->watched] = poller->fds[poller->count];
    poller->guests[guest->watched] = last;
    last->watched = guest->watched;
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
    for (size_t i = FIRST + poller->listeners->count; i < poller->count; i++)
        if (poller->fds[i].revents != 0)
            loop_receive(poller->guests[i], poller->fds[i].revents &
                                                (POLLHUP | POLLERR));
    loop_answer(&poller->loop);
}

/* Send and close. */
static void settle(struct poller *poller)
{
    struct guest *guest;
    while ((guest = loop_next(&poller->loop)) != NULL) {
        loop_send(guest);
        if (!guest_is_done(guest) && watch(poller, guest))
            continue;
        unwatch(poller, guest);
        loop_drop(guest);
    }
}

static void go_round(struct poller *poller)
{
    struct loop *loop = &poller->loop;
    int n = poll(poller->fds, poller->count, loop_timeout(loop));
    loop->now = clock_mono_ms();
    if (n < 0)
        return; /* EINTR; or no memory, this time */
    bool stops = poller->fds[STOP].revents != 0;
    let_in(poller);
    take_turns(poller);
    settle(poller);
    if (stops) {
        unwatch_door(poller);
        loop_part(loop);
    }
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    struct poller poller = {.listeners = listeners};
    if (!loop_open(&poller.loop, core))
        return false;
    bool good = watch_door(&poller, stop_fd);
    while (good && loop_goes_on(&poller.loop))
        go_round(&poller);
    loop_close(&poller.loop);
    free(poller.fds);
    free(poller.guests);
    return good;
}

const struct io_model io_poll = {
    "poll", "one thread, which asks poll(2) who has something to say",
    serve, NULL};
