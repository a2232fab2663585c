/* The loop of 07, in rounds of
 *
 *     wait -> accept -> resume
 *
 * but what is kept between two events is a coroutine, paused where it waits. It
 * has said what for. The loop decides nothing: whoever is ready is resumed.
 *
 *     coroutine                               loop
 *
 *     co_read
 *       wait_for(EPOLLIN)
 *         epoll_ctl, if that is news
 *         co_pause          ------------->    epoll_wait, others run
 *       read_some           <-------------    resume
 *
 * A read waits first: nearly always there is nothing, since a client sends when
 * it has its replies. A write tries first: nearly always there is room. */
#include "coroutines.h"
#include "co.h"
#include "io.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 256, /* in one round; who is left out comes in the next */
    STACK_SIZE = 32 * 1024, /* bytes. Of them only what is used takes memory */
};

struct loop {
    struct listener *listener;
    void (*serve)(struct client *client, void *context);
    void *context;
    int epoll;               /* the kernel's list */
    struct client **clients; /* by descriptor; NULL where there is none */
    rlim_t size;             /* of the table; every descriptor is below it */
    bool stopping;
    struct epoll_event events[EVENTS_MAX]; /* of this round */
    int count;                             /* so many of them are filled in */
};

/* A descriptor is always below RLIMIT_NOFILE, so a table of that size (raised
 * first, see getrlimit(2)) never needs to grow. Pages that are never touched
 * take no memory. */
static bool loop_open(struct loop *loop)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
    loop->size = limit.rlim_cur;
    loop->clients = calloc(loop->size, sizeof(struct client *));
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN,
                                .data.fd = loop->listener->fd};
    return loop->clients != NULL && loop->epoll >= 0 &&
           epoll_ctl(loop->epoll, EPOLL_CTL_ADD, event.data.fd, &event) == 0;
}

static void loop_close(struct loop *loop)
{
    if (loop->epoll >= 0)
        close(loop->epoll);
    free(loop->clients);
}

/* ---- what a coroutine calls ---- */

/* Tells the kernel, if that is news to it. False: it has no memory for it. */
static bool watch(struct client *client, uint32_t interests)
{
    if (interests == client->interests)
        return true;
    int change = client->interests == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    struct epoll_event event = {.events = interests, .data.fd = client->fd};
    if (epoll_ctl(client->loop->epoll, change, client->fd, &event) < 0)
        return false;
    client->interests = interests;
    return true;
}

/* Pauses until the client is ready. Errors and hang-ups count as ready: a read
 * or write will tell more. False: no time to wait, the server stops. */
static bool wait_for(struct client *client, uint32_t interests)
{
    if (client->loop->stopping || !watch(client, interests))
        return false;
    co_pause(client->co);
    return !client->loop->stopping;
}

ssize_t co_read(struct client *client, void *data, size_t len)
{
    ssize_t n;
    do {
        if (!wait_for(client, EPOLLIN))
            return -1;
        n = read_some(client->fd, data, len);
    } while (n < 0 && errno == EAGAIN);
    return n;
}

bool co_write(struct client *client, const void *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(client->fd, (const char *)data + done, len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            return false;
        else if (errno == EAGAIN && !wait_for(client, EPOLLOUT))
            return false;
    }
    return true;
}

bool co_take_turns(struct client *client)
{
    return wait_for(client, EPOLLOUT);
}

/* ---- the loop ---- */

static void run(struct co *co, void *argument)
{
    struct client *client = argument;
    client->co = co;
    client->loop->serve(client, client->loop->context);
}

/* Lets it run until it waits. When it has ended, it and its client go. */
static void resume(struct client *client)
{
    if (co_resume(client->co))
        return;
    client->loop->clients[client->fd] = NULL;
    co_free(client->co);
    close(client->fd);
    free(client);
}

/* When there is no memory, this client goes and the others stay. */
static void start(struct loop *loop, int fd)
{
    struct client *client = malloc(sizeof *client);
    struct co *co = client != NULL ? co_new(run, client, STACK_SIZE) : NULL;
    if (co == NULL) {
        free(client);
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *client = (struct client){.fd = fd, .co = co, .loop = loop};
    loop->clients[fd] = client;
    resume(client);
}

static void accept_clients(struct loop *loop)
{
    int fd;
    while ((fd = accept_client(loop->listener)) >= 0)
        start(loop, fd);
}

static bool listener_is_ready(const struct loop *loop)
{
    for (int i = 0; i < loop->count; i++)
        if (loop->events[i].data.fd == loop->listener->fd)
            return true;
    return false;
}

static void resume_ready(struct loop *loop)
{
    for (int i = 0; i < loop->count; i++) {
        struct client *client = loop->clients[loop->events[i].data.fd];
        if (client != NULL) /* else it is the listener's event */
            resume(client);
    }
}

/* Whatever they wait for does not come: each finds out, and ends. */
static void end_all(struct loop *loop)
{
    loop->stopping = true;
    for (rlim_t fd = 0; fd < loop->size; fd++)
        while (loop->clients[fd] != NULL)
            resume(loop->clients[fd]);
}

bool coroutines_serve(struct listener *listener,
                      void (*serve)(struct client *client, void *context),
                      void *context)
{
    struct loop loop = {
        .listener = listener, .serve = serve, .context = context};
    fcntl(listener->fd, F_SETFL, O_NONBLOCK);
    bool open = loop_open(&loop);
    stop_sockets(listener->fd, -1);
    while (open && !stop_asked()) {
        loop.count = epoll_wait(loop.epoll, loop.events, EVENTS_MAX, -1);
        if (loop.count < 0)
            continue; /* EINTR: again */
        if (listener_is_ready(&loop))
            accept_clients(&loop);
        resume_ready(&loop);
    }
    if (open)
        end_all(&loop);
    loop_close(&loop);
    return open;
}
