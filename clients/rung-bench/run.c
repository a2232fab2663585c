/* Ctrl-C, the end of a thread and the time for a line of progress all reach
 * the main thread in one place: as a blocked signal that sigtimedwait(2)
 * takes, or as its timeout. */
#include "run.h"

#include "dial.h"
#include "lane.h"
#include "progress.h"
#include "say.h"

#include "base/clock.h"
#include "base/descriptors.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct plan plan;
    struct address address;
    struct course course;
    struct conn *conns;
    struct lane *lanes;
    size_t lane_count, conn_count;
    int64_t interrupted; /* when; 0: never */
    struct cost before;  /* the server's, before any connection, */
    struct cost begin;   /* and before the first request */
};

static bool connect_all(struct run *run)
{
    const struct options *options = run->plan.options;
    for (size_t i = 0; i < run->conn_count; i++) {
        int fd = dial(&run->address, options->timeout);
        run->conns[i].fd = fd;
        if (fd < 0) {
            say("cannot open connection %zu of %zu: %s", i + 1,
                run->conn_count, strerror(errno));
            return false;
        }
    }
    return true;
}

/* Each thread gets its share of the connections that are not idle. */
static bool open_lanes(struct run *run)
{
    size_t count = (size_t)run->plan.options->connections;
    for (size_t i = 0; i < run->lane_count; i++) {
        size_t first = count * i / run->lane_count;
        size_t behind = count * (i + 1) / run->lane_count;
        struct lane *lane = &run->lanes[i];
        lane->conns = run->conns + first;
        lane->count = behind - first;
        lane->course = &run->course;
        lane->desk.plan = &run->plan;
        lane->desk.draw = plan_draw(&run->plan, i);
        if (!lane_open(lane)) {
            say("cannot watch the connections: %s", strerror(errno));
            return false;
        }
    }
    return true;
}

/* Returns how many are running: if not all, these are told to stop. */
static size_t start_lanes(struct run *run)
{
    for (size_t i = 0; i < run->lane_count; i++) {
        struct lane *lane = &run->lanes[i];
        atomic_fetch_add(&run->course.running, 1);
        int error = pthread_create(&lane->thread, NULL, lane_run, lane);
        if (error == 0)
            continue;
        say("cannot start thread %zu: %s", i + 1, strerror(error));
        atomic_fetch_sub(&run->course.running, 1);
        atomic_store(&run->course.stop, true);
        return i;
    }
    return run->lane_count;
}

static uint64_t seen_so_far(const struct run *run)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < run->lane_count; i++)
        seen += atomic_load(&run->lanes[i].desk.seen);
    return seen;
}

/* The first time, ends in good order; who insists, a second later, ends it at
 * once. (timeout(1) sends its signal twice.) */
static void interrupt(struct run *run)
{
    if (!atomic_exchange(&run->course.stop, true))
        run->interrupted = clock_ns();
    else if (clock_ns() - run->interrupted > 1000000000)
        exit(1);
}

/* Until no thread is running. */
static void wait_for_all(struct run *run, const sigset_t *signals)
{
    struct progress progress;
    progress_start(&progress, run->plan.options->progress, run->plan.fill);
    while (atomic_load(&run->course.running) > 0) {
        struct timespec tick = {.tv_nsec = PROGRESS_TICK};
        int got = sigtimedwait(signals, NULL, &tick);
        if (got == SIGINT || got == SIGTERM)
            interrupt(run);
        progress_show(&progress, seen_so_far(run));
    }
    progress_end(&progress);
}

static void add_up(struct run *run, size_t started, struct result *result)
{
    double ran = (double)(clock_ns() - run->plan.start);
    *result = (struct result){0};
    for (size_t i = 0; i < started; i++) {
        pthread_join(run->lanes[i].thread, NULL);
        tally_merge(&result->tally, &run->lanes[i].desk.tally);
    }
    if (result->tally.last > run->plan.measured)
        result->seconds =
            (double)(result->tally.last - run->plan.measured) / 1e9;
    if (result->tally.latency.count == 0)
        tally_error(&result->tally, "no reply could be measured");
    result->busy = (double)result->tally.cpu / ran / (double)run->lane_count;
}

/* True also when nobody asked. */
static bool look_at_server(const struct run *run, struct cost *cost)
{
    long pid = run->plan.options->server_pid;
    if (pid == 0 || cost_look(cost, (pid_t)pid))
        return true;
    say("cannot look at process %ld: %s", pid, strerror(errno));
    return false;
}

/* The server's cost is a difference, but for its memory. When it has ended,
 * there are errors enough without this one. */
static void find_cost(const struct run *run, struct result *result)
{
    struct cost *server = &result->server;
    long pid = run->plan.options->server_pid;
    if (pid == 0 || !cost_look(server, (pid_t)pid))
        return;
    server->cpu -= run->begin.cpu;
    server->switches -= run->begin.switches;
    result->resident_before = run->before.resident;
}

/* Who was asked nothing has nothing to say, not even goodbye. */
static void check_idle(const struct run *run, struct tally *tally)
{
    size_t first = (size_t)run->plan.options->connections;
    for (size_t i = first; i < run->conn_count; i++)
        if (!conn_is_silent(&run->conns[i]))
            tally_error(tally, "the server closed an idle connection");
}

static bool race(struct run *run, struct result *result)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, LANE_ENDED);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    run->course.waiter = pthread_self();
    run->course.plan = &run->plan;
    pthread_mutex_init(&run->course.gate, NULL);
    size_t started = start_lanes(run);
    wait_for_all(run, &signals);
    add_up(run, started, result);
    find_cost(run, result);
    check_idle(run, &result->tally);
    pthread_mutex_destroy(&run->course.gate);
    result->interrupted = run->interrupted > 0;
    /* A thread's last signal may still be there. */
    struct timespec none = {0};
    while (sigtimedwait(&signals, NULL, &none) > 0)
        ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started == run->lane_count;
}

static void close_all(struct run *run)
{
    for (size_t i = 0; i < run->conn_count; i++)
        conn_close(&run->conns[i]);
    for (size_t i = 0; i < run->lane_count; i++)
        lane_close(&run->lanes[i]);
    free(run->conns);
    free(run->lanes);
    plan_free(&run->plan);
}

/* Room for all, and nothing open yet. */
static bool make_room(struct run *run, const struct options *options)
{
    size_t all = (size_t)(options->connections + options->idle);
    run->conns = calloc(all, sizeof *run->conns);
    run->lanes = calloc((size_t)options->threads, sizeof *run->lanes);
    if (run->conns == NULL || run->lanes == NULL) {
        say("no memory for %zu connections", all);
        return false;
    }
    run->conn_count = all;
    run->lane_count = (size_t)options->threads;
    for (size_t i = 0; i < run->conn_count; i++)
        run->conns[i] = (struct conn){.fd = -1, .number = i};
    for (size_t i = 0; i < run->lane_count; i++)
        run->lanes[i].epoll = -1;
    return true;
}

bool run(const struct options *options, bool fill, struct result *result)
{
    struct run run = {0};
    descriptors_raise();
    bool done = make_room(&run, options) &&
                plan_make(&run.plan, options, fill) &&
                dial_find(&run.address, options) &&
                look_at_server(&run, &run.before) && connect_all(&run) &&
                open_lanes(&run) && look_at_server(&run, &run.begin) &&
                race(&run, result);
    close_all(&run);
    return done;
}
