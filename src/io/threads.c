/* A thread for each client: it reads, runs and writes, and waits as if it were
 * alone. The code reads as the conversation goes; the price is a stack for each
 * client and a wake-up of the scheduler for each request.
 *
 *     the main thread            a client's thread
 *     wait for a connection      read            (blocks)
 *     accept it                  run what is whole
 *     start its thread           write           (blocks)
 *
 * Threads end by themselves: when their client leaves, or when somebody shuts
 * their socket down, which makes a blocked read return. */
#include "base/clock.h"
#include "base/io.h"
#include "io/bell.h"
#include "io/connection.h"
#include "io/deadlines.h"
#include "io/model.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    STACK = 256 * 1024, /* bytes of address space; memory is what is touched */
    LOOKS = 2,          /* for bytes, before sleeping until they come */
};

struct guest {
    struct connection connection; /* first: `ring` gets its address */
    struct bell bell;             /* hangs once there may be mail */
};

static void ring(void *connection)
{
    struct guest *guest = connection;
    bell_ring(&guest->bell);
}

/* Waits for bytes or the bell, and takes the mail. False: no descriptor for a
 * bell. *readable: there are bytes, or the end of them. */
static bool wait_for_both(struct guest *guest, bool *readable)
{
    struct session *session = guest->connection.session;
    if (!bell_hang(&guest->bell))
        return false;
    struct pollfd fds[2] = {{.fd = guest->connection.fd, .events = POLLIN},
                            {.fd = guest->bell.fds[0], .events = POLLIN}};
    int timeout = poll_timeout(session_deadline(session), clock_mono_ms());
    int n = poll(fds, 2, timeout);
    *readable = n > 0 && fds[0].revents != 0;
    if (n > 0 && fds[1].revents != 0)
        bell_silence(&guest->bell);
    session_wake(session, clock_mono_ms());
    return true;
}

/* Sends all replies, and those of the requests that waited for that. */
static bool send_output(const struct connection *connection)
{
    struct slice output = session_output(connection->session);
    while (output.len > 0) {
        if (!write_all(connection->fd, output.data, output.len))
            return false;
        session_sent(connection->session, output.len, clock_mono_ms());
        output = session_output(connection->session);
    }
    return true;
}

/* Like read_some. To sleep and to be woken costs more than a small request: so
 * let others run and look whether something has come, and sleep last. With many
 * busy clients there nearly always is something when a thread's turn comes
 * again. */
static ssize_t receive(int fd, char *data, size_t len)
{
    for (int i = 0; i < LOOKS; i++) {
        sched_yield();
        ssize_t n = recv(fd, data, len, MSG_DONTWAIT);
        if (n >= 0 || (errno != EAGAIN && errno != EINTR))
            return n;
    }
    return read_some(fd, data, len);
}

static void converse(struct guest *guest)
{
    struct connection *connection = &guest->connection;
    struct session *session = connection->session;
    char portion[PORTION];
    if (!send_output(connection)) /* it may be refused with a word */
        return;
    while (!session_done(session)) {
        if (session_expects_mail(session)) {
            bool readable;
            if (!wait_for_both(guest, &readable) || !send_output(connection))
                return;
            if (!readable)
                continue;
        }
        ssize_t n = receive(connection->fd, portion, sizeof portion);
        if (n <= 0)
            return;
        session_feed(session, portion, (size_t)n, clock_mono_ms());
        if (!send_output(connection))
            return;
    }
}

static void free_guest(struct guest *guest)
{
    bell_close(&guest->bell);
    free(guest);
}

static void *serve_client(void *argument)
{
    struct guest *guest = argument;
    converse(guest);
    connection_close(&guest->connection);
    free_guest(guest);
    return NULL;
}

static int start_thread(struct guest *guest)
{
    pthread_t thread;
    pthread_attr_t attr;
    int error = pthread_attr_init(&attr);
    if (error != 0)
        return error;
    pthread_attr_setstacksize(&attr, STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    error = pthread_create(&thread, &attr, serve_client, guest);
    pthread_attr_destroy(&attr);
    return error;
}

/* NULL: no memory. */
static struct guest *new_guest(void)
{
    struct guest *guest = calloc(1, sizeof *guest);
    if (guest == NULL || bell_open(&guest->bell))
        return guest;
    free(guest);
    return NULL;
}

static void welcome(struct core *core, int fd)
{
    struct guest *guest = new_guest();
    if (guest == NULL) {
        connection_refuse(core, fd, "out of memory");
        close(fd);
        return;
    }
    if (connection_open(&guest->connection, core, fd, ring)) {
        int error = start_thread(guest);
        if (error == 0)
            return;
        connection_refuse(core, fd, strerror(error));
        connection_close(&guest->connection);
    }
    free_guest(guest);
}

/* Replies under way get out; then whoever is left is cut off. */
static void part(struct core *core)
{
    clients_hang_up(&core->clients, INT64_MAX, HANG_UP_INPUT);
    if (clients_wait_until_gone(&core->clients, LAST_WORDS_MS))
        return;
    clients_hang_up(&core->clients, INT64_MAX, HANG_UP_BOTH);
    clients_wait_until_gone(&core->clients, -1);
}

/* Threads that wake up shall not push others from the processor in the middle
 * of a batch of requests: SCHED_BATCH, sched(7), inherited by each new thread.
 * It needs no privilege; where it is missing, nothing but time is lost. */
static void be_patient(void)
{
#ifdef SCHED_BATCH
    sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
#endif
}

static void accept_from(struct core *core, struct listener *listener)
{
    int fd = connection_accept(core, listener);
    if (fd >= 0)
        welcome(core, fd);
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    be_patient();
    struct pollfd fds[LISTENERS_MAX + 1];
    size_t n = listeners->count;
    for (size_t i = 0; i < n; i++)
        fds[i] = (struct pollfd){.fd = listeners->at[i].fd, .events = POLLIN};
    fds[n] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
    do {
        if (poll(fds, n + 1, -1) < 0)
            continue; /* EINTR; or no memory, which accept would report */
        for (size_t i = 0; i < n; i++)
            if (fds[i].revents != 0)
                accept_from(core, &listeners->at[i]);
    } while (fds[n].revents == 0);
    part(core);
    return true;
}

const struct io_model io_threads = {
    "threads", "a thread for each client, blocking reads and writes",
    serve, NULL};
