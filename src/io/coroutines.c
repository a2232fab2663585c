/* A coroutine for each client, all on one thread: it reads, runs and writes as
 * if it were alone, in the words of threads.c. But where a thread would sleep it
 * pauses, and the loop resumes it once epoll(7) says that its socket is ready,
 * or when there is mail:
 *
 *     the loop                       a client's coroutine
 *     wait, accept
 *     resume who is ready    ---->   co_read, which paused: here are bytes
 *                                    run what is whole
 *     resume who has replies ---->   co_write: send; pause if there is no room
 *     close who has ended    <----   co_read: pause until there are bytes
 *
 * So nobody who waits holds up the others. A client's price is the memory that
 * its stack has touched. Therefore what is read lies in one place for all (it is
 * the coroutine's until that pauses), and what a deep command has touched is
 * given back when the client has been silent for a while. */
#include "base/clock.h"
#include "base/co.h"
#include "io/loop.h"
#include "io/model.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    STACK = 64 * 1024, /* bytes: INCRBYFLOAT is the deepest, and takes 26 KiB */
    REST_MS = 1000,
    EVENTS = 256, /* heard of at once */
};

struct host {
    struct loop loop; /* first: guests know its address */
    struct listeners *listeners;
    int stop_fd, epoll;
    char portion[PORTION];
};

static struct host *host_of(const struct guest *guest)
{
    return (struct host *)guest->loop;
}

/* ---- what a coroutine calls; false or -1: the conversation has to end ---- */

/* Tells the kernel what to look at, if that is news. */
static bool watch(struct guest *guest, unsigned events)
{
    if (events == guest->watched)
        return true;
    struct epoll_event event = {.events = events, .data.ptr = guest};
    int change = guest->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    guest->watched = events;
    return epoll_ctl(host_of(guest)->epoll, change, guest->connection.fd,
                     &event) == 0;
}

/* A deadline that is too early stays: to wake in vain now and then costs less
 * than to change it with each request. False: no memory, and it is needed. */
static bool wake_by(struct guest *guest, int64_t deadline)
{
    struct deadline *set = &guest->deadline;
    int64_t at = deadline < guest->rests_at ? deadline : guest->rests_at;
    return (set->place > 0 && set->at <= at) ||
           deadlines_set(&guest->loop->deadlines, set, at) ||
           deadline == NO_DEADLINE;
}

/* Until the socket is ready for that, somebody rings or it is time; or, now and
 * then, nothing of that. */
static bool wait_for(struct guest *guest, unsigned events, int64_t deadline)
{
    guest->broken |= !watch(guest, events) || !wake_by(guest, deadline);
    if (!guest->broken)
        co_pause(guest->co);
    return !guest->broken;
}

static ssize_t co_read(struct guest *guest, char *data, size_t len)
{
    ssize_t n;
    do {
        while (!guest->ready)
            if (!wait_for(guest, EPOLLIN, NO_DEADLINE))
                return -1;
        n = recv(guest->connection.fd, data, len, 0);
        guest->ready = n < 0 && errno == EINTR;
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    return n;
}

/* The others in this round go first. */
static void co_take_turns(struct guest *guest)
{
    loop_touch(guest);
    co_pause(guest->co);
}

/* Sends all replies, and those of the requests that waited for that. In a round
 * everybody executes before the first reply leaves: so clients that wake up find
 * several of them, and to wake up is what costs them most. */
static bool co_write(struct guest *guest)
{
    if (!guest_wants_output(guest))
        return true;
    co_take_turns(guest);
    while (connection_send(&guest->connection, guest->loop->now)) {
        if (!guest_wants_output(guest))
            return true;
        if (!wait_for(guest, EPOLLOUT, NO_DEADLINE))
            return false;
    }
    return false;
}

/* Waits for bytes or the bell, and takes the mail. */
static bool wait_for_both(struct guest *guest)
{
    struct session *session = guest->connection.session;
    if (!guest->ready && !guest->woken &&
        !wait_for(guest, EPOLLIN, session_deadline(session)))
        return false;
    guest->woken = false;
    session_wake(session, guest->loop->now);
    return true;
}

static void converse(struct co *co, void *argument)
{
    struct guest *guest = argument;
    struct session *session = guest->connection.session;
    char *portion = host_of(guest)->portion;
    (void)co;
    if (!co_write(guest)) /* it may be refused with a word */
        return;
    while (!session_done(session)) {
        if (session_expects_mail(session)) {
            if (!wait_for_both(guest) || !co_write(guest))
                return;
            if (!guest->ready)
                continue;
        }
        ssize_t n = co_read(guest, portion, PORTION);
        if (n <= 0)
            return;
        session_feed(session, portion, (size_t)n, guest->loop->now);
        if (!co_write(guest))
            return;
    }
}

/* ---- the loop ---- */

static bool begin(struct guest *guest)
{
    guest->rests_at = NO_DEADLINE;
    guest->co = co_new(converse, guest, STACK);
    if (guest->co == NULL)
        connection_refuse(guest->loop->core, guest->connection.fd,
                          strerror(errno));
    return guest->co != NULL;
}

static bool go_on(struct guest *guest)
{
    if (guest->co == NULL && !begin(guest))
        return false;
    if (guest->loop->now >= guest->rests_at) {
        co_trim(guest->co);
        guest->rests_at = NO_DEADLINE;
    }
    return co_resume(guest->co);
}

/* Receive and execute; send; close. */
static void take_turns(struct loop *loop)
{
    struct guest *guest;
    while ((guest = loop_next(loop)) != NULL) {
        if (go_on(guest))
            continue;
        if (guest->co != NULL)
            co_free(guest->co);
        loop_drop(guest);
    }
}

static void hear_guest(struct guest *guest, unsigned events)
{
    guest->ready |= (events & ~(unsigned)EPOLLOUT) != 0;
    guest->rests_at = guest->loop->now + REST_MS;
    loop_touch(guest);
}

/* Accept. */
static void let_in(struct host *host)
{
    for (size_t i = 0; i < host->listeners->count; i++)
        for (int n = 0; n < AT_ONCE; n++)
            if (!loop_accept(&host->loop, &host->listeners->at[i]))
                break;
}

static bool watch_door(struct host *host, int change)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = host->listeners};
    for (size_t i = 0; i < host->listeners->count; i++)
        if (epoll_ctl(host->epoll, change, host->listeners->at[i].fd,
                      &event) != 0)
            return false;
    event.data.ptr = &host->stop_fd;
    return epoll_ctl(host->epoll, change, host->stop_fd, &event) == 0;
}

static bool watch_bell(struct host *host)
{
    struct bell *bell = &host->loop.bell;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = bell};
    return epoll_ctl(host->epoll, EPOLL_CTL_ADD, bell->fds[0], &event) == 0;
}

/* What is not a guest is known by its address too. */
static void hear(struct host *host, void *who, unsigned events)
{
    if (who == host->listeners) {
        let_in(host);
    } else if (who == &host->stop_fd) {
        watch_door(host, EPOLL_CTL_DEL);
        loop_part(&host->loop);
    } else if (who != &host->loop.bell) { /* loop_hear looks at that anyway */
        hear_guest(who, events);
    }
}

static void go_round(struct host *host)
{
    struct loop *loop = &host->loop;
    struct epoll_event events[EVENTS];
    int n = epoll_wait(host->epoll, events, EVENTS, loop_timeout(loop));
    loop->now = clock_mono_ms();
    for (int i = 0; i < n; i++) /* n is -1 after EINTR */
        hear(host, events[i].data.ptr, events[i].events);
    loop_hear(loop);
    take_turns(loop);
}

/* Who is left finds out that the conversation has to end. */
static void end_all(struct loop *loop)
{
    loop_hear(loop);
    for (struct guest *guest = loop->guests; guest; guest = guest->next) {
        guest->broken = true;
        loop_touch(guest);
    }
    take_turns(loop);
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    struct host host = {.listeners = listeners, .stop_fd = stop_fd};
    if (!loop_open(&host.loop, core))
        return false;
    host.epoll = epoll_create1(EPOLL_CLOEXEC);
    bool good = host.epoll >= 0 && watch_bell(&host) &&
                watch_door(&host, EPOLL_CTL_ADD);
    while (good && loop_goes_on(&host.loop))
        go_round(&host);
    end_all(&host.loop);
    loop_close(&host.loop);
    if (host.epoll >= 0)
        close(host.epoll);
    return good;
}

const struct io_model io_coroutines = {
    "coroutines", "a coroutine for each client, all on one thread",
    serve, NULL};
