/* Closed loop: a client sends a pipeline of requests, waits for all replies,
 * and sends the next. When the server stalls, nobody asks.
 *
 * Open loop: requests fall due by the clock, whatever the server does:
 *
 *     client 0  |       |       |       |        each as far from the next as
 *     client 1     |       |       |       |     the rate says; and latency
 *     client 2        |       |       |          counts from here, not from
 *               --------------------------> time when it could be sent
 *
 * What is due waits while its client's pipeline is full, and leaves together,
 * in one write, when there is room. */
#include "lane.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    EVENTS = 256,         /* that one epoll_wait may bring */
    LOOK_UP = 100000000,  /* ns: so often, at least, a thread looks around */
    TIMER_SLACK = 1000,   /* ns that the kernel may let us sleep too long */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Space for a pipeline of the longer request. */
static size_t requests_size(const struct plan *plan)
{
    size_t get = plan->get.bytes.end, set = plan->set.bytes.end;
    return (get > set ? get : set) * (size_t)plan->options->pipeline;
}

bool lane_open(struct lane *lane)
{
    struct desk *desk = &lane->desk;
    desk->requests = malloc(requests_size(desk->plan));
    desk->replies = malloc(CONN_READ);
    desk->open = lane->count;
    lane->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (desk->requests == NULL || desk->replies == NULL || lane->epoll < 0)
        return false;
    for (size_t i = 0; i < lane->count; i++) {
        struct epoll_event event = {.events = EPOLLIN,
                                    .data.ptr = &lane->conns[i]};
        if (epoll_ctl(lane->epoll, EPOLL_CTL_ADD, lane->conns[i].fd, &event) <
            0)
            return false;
    }
    return true;
}

void lane_close(struct lane *lane)
{
    if (lane->epoll >= 0)
        close(lane->epoll);
    free(lane->desk.requests);
    free(lane->desk.replies);
}

/* What has not left by now stays. */
static bool is_over(const struct lane *lane)
{
    return lane->desk.now >= lane->desk.plan->end || lane->desk.open == 0 ||
           atomic_load_explicit(&lane->course->stop, memory_order_relaxed);
}

/* So many of `wanted` requests may be begun at that time. */
static size_t claim(struct lane *lane, int64_t time, size_t wanted)
{
    const struct plan *plan = lane->desk.plan;
    struct course *course = lane->course;
    if (time >= plan->end ||
        atomic_load_explicit(&course->stop, memory_order_relaxed))
        return 0;
    if (time < plan->measured)
        return wanted;
    uint64_t first = atomic_fetch_add_explicit(&course->taken, wanted,
                                               memory_order_relaxed);
    if (first >= plan->limit)
        return 0;
    lane->desk.draw.next = first;
    return least(wanted, plan->limit - first);
}

/* Waits for room in the socket, too, while there is something to send. */
static void watch(struct lane *lane, struct conn *conn)
{
    bool writing = buf_len(&conn->out) > 0;
    if (conn->fd < 0 || writing == conn->writing)
        return;
    struct epoll_event event = {.events = writing ? EPOLLIN | EPOLLOUT
                                                  : EPOLLIN,
                                .data.ptr = conn};
    epoll_ctl(lane->epoll, EPOLL_CTL_MOD, conn->fd, &event);
    conn->writing = writing;
}

static void send_more(struct lane *lane, struct conn *conn, size_t n)
{
    if (n == 0)
        return;
    conn_send(&lane->desk, conn, n);
    watch(lane, conn);
}

/* ---- closed loop ---- */

static void ask_again(struct lane *lane, struct conn *conn)
{
    size_t pipeline = (size_t)lane->desk.plan->options->pipeline;
    if (conn->fd >= 0 && conn_under_way(conn) == 0)
        send_more(lane, conn, claim(lane, lane->desk.now, pipeline));
}

/* ---- open loop ---- */

/* Sends what is due, as far as the pipeline has room. */
static void send_due(struct lane *lane, struct conn *conn)
{
    const struct options *options = lane->desk.plan->options;
    size_t room = (size_t)options->pipeline - conn_under_way(conn);
    size_t n = least(room, conn->due - conn->sent);
    if (conn->fd < 0)
        return;
    lane->waiting -= n;
    send_more(lane, conn, n);
}

/* Makes due whatever is, and returns how many. */
static size_t fall_due(struct lane *lane)
{
    const struct plan *plan = lane->desk.plan;
    size_t n = 0;
    while (!lane->over && lane->next <= lane->desk.now) {
        lane->over = claim(lane, lane->next, 1) == 0;
        if (lane->over)
            break;
        lane->conns[lane->turn].due++;
        n++;
        lane->turn = (lane->turn + 1) % lane->count;
        lane->round += lane->turn == 0;
        lane->next = plan_intended(plan, lane->conns[lane->turn].number,
                                   lane->round);
    }
    lane->waiting += n;
    return n;
}

/* Each connection once, however many of its requests have fallen due. */
static void keep_pace(struct lane *lane)
{
    size_t first = lane->turn;
    size_t n = least(fall_due(lane), lane->count);
    for (size_t i = 0; i < n; i++)
        send_due(lane, &lane->conns[(first + i) % lane->count]);
}

/* ---- both ---- */

/* A busy machine may let a thread wait for its first turn. The time does not
 * run before there is one. */
static void start_clock(struct course *course)
{
    pthread_mutex_lock(&course->gate);
    if (!course->started)
        plan_start(course->plan);
    course->started = true;
    pthread_mutex_unlock(&course->gate);
}

static void begin(struct lane *lane)
{
    const struct plan *plan = lane->desk.plan;
    lane->desk.now = clock_ns();
    if (plan->gap > 0)
        lane->next = plan_intended(plan, lane->conns[0].number, 0);
    else
        for (size_t i = 0; i < lane->count; i++)
            ask_again(lane, &lane->conns[i]);
}

static void handle(struct lane *lane, const struct epoll_event *event)
{
    struct conn *conn = event->data.ptr;
    if ((event->events & EPOLLOUT) != 0) {
        conn_flush(conn);
        watch(lane, conn);
    }
    if ((event->events & ~(uint32_t)EPOLLOUT) == 0)
        return;
    conn_receive(&lane->desk, conn);
    if (lane->desk.plan->gap == 0)
        ask_again(lane, conn);
    else if (!is_over(lane))
        send_due(lane, conn);
}

/* How long nothing needs to be done unless something arrives: ns. */
static int64_t time_to_rest(const struct lane *lane)
{
    if (lane->desk.plan->gap == 0 || lane->over)
        return LOOK_UP;
    int64_t ns = lane->next - clock_ns();
    return ns < 0 ? 0 : ns > LOOK_UP ? LOOK_UP : ns;
}

/* epoll_wait counts in milliseconds, which is too coarse for the open loop. */
static int wait_for(const struct lane *lane, struct epoll_event events[EVENTS])
{
    struct timespec limit = {.tv_nsec = time_to_rest(lane)};
    if (lane->desk.plan->gap > 0)
        return epoll_pwait2(lane->epoll, events, EVENTS, &limit, NULL);
    return epoll_wait(lane->epoll, events, EVENTS, LOOK_UP / 1000000);
}

/* False: it cannot wait any more. */
static bool handle_all(struct lane *lane)
{
    struct epoll_event events[EVENTS];
    int n = wait_for(lane, events);
    if (n < 0 && errno != EINTR) {
        tally_error(&lane->desk.tally, "epoll: %s", strerror(errno));
        return false;
    }
    for (int i = 0; i < n; i++)
        handle(lane, &events[i]);
    if (n <= 0 || lane->desk.plan->gap > 0)
        lane->desk.now = clock_ns();
    return true;
}

static bool lost_patience(struct lane *lane)
{
    struct desk *desk = &lane->desk;
    double seconds = desk->plan->options->timeout;
    if (desk->under_way == 0 ||
        (double)(desk->now - desk->heard) < seconds * 1e9)
        return false;
    tally_error(&desk->tally, "no reply for %g s, with %zu requests under way",
                seconds, desk->under_way);
    return true;
}

static bool goes_on(struct lane *lane)
{
    if (lost_patience(lane))
        return false;
    if (lane->desk.under_way > 0)
        return true;
    if (lane->desk.plan->gap == 0 || lane->desk.open == 0)
        return false;
    return !lane->over || (lane->waiting > 0 && !is_over(lane));
}

void *lane_run(void *argument)
{
    struct lane *lane = argument;
    struct timespec cpu;
    prctl(PR_SET_TIMERSLACK, TIMER_SLACK);
    start_clock(lane->course);
    begin(lane);
    while (goes_on(lane) && handle_all(lane))
        if (lane->desk.plan->gap > 0)
            keep_pace(lane);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    lane->desk.tally.cpu = (int64_t)cpu.tv_sec * 1000000000 + cpu.tv_nsec;
    lane->desk.tally.unsent = lane->waiting;
    atomic_fetch_sub(&lane->course->running, 1);
    pthread_kill(lane->course->waiter, LANE_ENDED);
    return NULL;
}
