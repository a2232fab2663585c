/* A few threads for all clients, each with a list of its own that the kernel
 * keeps (epoll(7)): to wait costs as much as there are clients with something
 * to say, however many are silent. Level-triggered: what was not read is told
 * again. The first thread accepts, and gives the clients to each in turn.
 *
 *     wait -> accept -> receive and execute -> send -> close
 *
 * The list is changed only when a client begins or ceases to have output that
 * its socket does not take: for most of them, once. */
#include "base/clock.h"
#include "io/loop.h"
#include "io/model.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256 /* heard of at once */ };

struct waiter {
    struct loop loop;
    struct crew *crew;
    int epoll;
    pthread_t thread;
};

struct crew {
    struct listeners *listeners; /* the first waiter's */
    int stop_fd;                 /* likewise */
    atomic_bool stopping;
    size_t count, next; /* waiters; who gets the next client */
    struct waiter *waiters;
};

/* What is not a guest is known by its address too. */
static bool watch(const struct waiter *waiter, int fd, void *who)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = who};
    return epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* False: the kernel has no memory. EPOLLHUP is told anyway: so `events` is
 * never 0, which stands for a guest that is not yet in the list. */
static bool watch_guest(const struct waiter *waiter, struct guest *guest)
{
    unsigned events = EPOLLHUP | (guest_wants_input(guest) ? EPOLLIN : 0) |
                      (guest_wants_output(guest) ? EPOLLOUT : 0);
    if (events == guest->watched)
        return true;
    struct epoll_event event = {.events = events, .data.ptr = guest};
    int change = guest->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    guest->watched = events;
    return epoll_ctl(waiter->epoll, change, guest->connection.fd, &event) == 0;
}

static void unwatch(const struct waiter *waiter, int fd)
{
    epoll_ctl(waiter->epoll, EPOLL_CTL_DEL, fd, NULL);
}

/* Everybody comes to an end; nobody else is accepted. */
static void stop(const struct waiter *first)
{
    struct crew *crew = first->crew;
    unwatch(first, crew->stop_fd);
    for (size_t i = 0; i < crew->listeners->count; i++)
        unwatch(first, crew->listeners->at[i].fd);
    atomic_store(&crew->stopping, true);
    for (size_t i = 0; i < crew->count; i++)
        bell_ring(&crew->waiters[i].loop.bell);
}

/* Accept: each client goes to the next waiter. */
static void let_in(struct crew *crew, struct listener *listener)
{
    for (int i = 0; i < AT_ONCE; i++) {
        if (!loop_accept(&crew->waiters[crew->next].loop, listener))
            return;
        crew->next = (crew->next + 1) % crew->count;
    }
}

static bool is_listener(const struct crew *crew, const void *who)
{
    const struct listener *listeners = crew->listeners->at;
    for (size_t i = 0; i < crew->listeners->count; i++)
        if (who == &listeners[i])
            return true;
    return false;
}

/* Accept, receive and execute. */
static void take_turn(struct waiter *waiter, const struct epoll_event *event)
{
    struct crew *crew = waiter->crew;
    void *who = event->data.ptr;
    if (who == &waiter->loop.bell)
        return; /* loop_answer looks anyway */
    if (who == &crew->stop_fd)
        stop(waiter);
    else if (is_listener(crew, who))
        let_in(crew, who);
    else
        loop_receive(who, event->events & (EPOLLHUP | EPOLLERR));
}

/* Send and close. Closing takes a socket off the list, too. */
static void settle(struct waiter *waiter)
{
    struct guest *guest;
    while ((guest = loop_next(&waiter->loop)) != NULL) {
        loop_send(guest);
        if (guest_is_done(guest) || !watch_guest(waiter, guest))
            loop_drop(guest);
    }
}

static void go_round(struct waiter *waiter)
{
    struct loop *loop = &waiter->loop;
    struct epoll_event events[EVENTS];
    int n = epoll_wait(waiter->epoll, events, EVENTS, loop_timeout(loop));
    loop->now = clock_mono_ms();
    for (int i = 0; i < n; i++) /* n is -1 after EINTR */
        take_turn(waiter, &events[i]);
    loop_answer(loop);
    settle(waiter);
    if (atomic_load(&waiter->crew->stopping))
        loop_part(loop);
}

static void *run(void *argument)
{
    struct waiter *waiter = argument;
    while (loop_goes_on(&waiter->loop))
        go_round(waiter);
    return NULL;
}

static bool open_waiter(struct waiter *waiter, struct crew *crew,
                        struct core *core)
{
    waiter->crew = crew;
    if (!loop_open(&waiter->loop, core))
        return false;
    waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct bell *bell = &waiter->loop.bell;
    if (waiter->epoll >= 0 && watch(waiter, bell->fds[0], bell))
        return true;
    if (waiter->epoll >= 0)
        close(waiter->epoll);
    loop_close(&waiter->loop);
    return false;
}

static void close_waiter(struct waiter *waiter)
{
    loop_close(&waiter->loop);
    close(waiter->epoll);
}

/* The first waiter is this thread. With fewer others than were asked for the
 * server does as well, only slower. */
static void open_others(struct crew *crew, struct core *core, size_t wanted)
{
    while (crew->count < wanted) {
        struct waiter *waiter = &crew->waiters[crew->count];
        if (!open_waiter(waiter, crew, core))
            break;
        int error = pthread_create(&waiter->thread, NULL, run, waiter);
        if (error != 0) {
            close_waiter(waiter);
            break;
        }
        crew->count++;
    }
    if (crew->count < wanted)
        log_write(&core->log, LOG_WARNING, "Only %zu of %zu io-threads started",
                  crew->count, wanted);
}

static bool watch_door(struct crew *crew)
{
    const struct waiter *first = crew->waiters;
    for (size_t i = 0; i < crew->listeners->count; i++)
        if (!watch(first, crew->listeners->at[i].fd, &crew->listeners->at[i]))
            return false;
    return watch(first, crew->stop_fd, &crew->stop_fd);
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    size_t wanted = (size_t)config_number(&core->config, SETTING_IO_THREADS);
    struct crew crew = {.listeners = listeners, .stop_fd = stop_fd};
    crew.waiters = calloc(wanted, sizeof *crew.waiters);
    if (crew.waiters == NULL)
        return false;
    bool good = open_waiter(&crew.waiters[0], &crew, core);
    if (good) {
        crew.count = 1;
        open_others(&crew, core, wanted);
        good = watch_door(&crew);
        if (good)
            run(&crew.waiters[0]);
        else
            stop(&crew.waiters[0]);
    }
    for (size_t i = 1; i < crew.count; i++)
        pthread_join(crew.waiters[i].thread, NULL);
    for (size_t i = 0; i < crew.count; i++)
        close_waiter(&crew.waiters[i]);
    free(crew.waiters);
    return good;
}

const struct io_model io_epoll = {
    "epoll", "--io-threads threads, told by epoll(7) who has something to say",
    serve, NULL};
