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
#include "io/address.h"
#include "io/model.h"
#include "session/session.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    STACK = 256 * 1024,  /* bytes of address space; memory is what is touched */
    PORTION = 16 * 1024, /* bytes read at once */
    LOOKS = 2,           /* for bytes, before sleeping until they come */
    LAST_WORDS_MS = 1000, /* for replies under way when the server stops */
};

struct connection {
    int fd;
    struct session *session;
    char peer[ADDRESS_MAX], local[ADDRESS_MAX];

    pthread_mutex_t lock; /* of what follows */
    int bell[2];          /* a pipe, made when it is first needed; or -1 */
    bool rung;
};

static void hang_up(void *wire, enum hang_up how)
{
    const struct connection *connection = wire;
    shutdown(connection->fd, how == HANG_UP_INPUT ? SHUT_RD : SHUT_RDWR);
}

/* The end of the stream counts even behind bytes that are not yet read. */
static bool has_left(void *wire)
{
    const struct connection *connection = wire;
    struct pollfd fd = {.fd = connection->fd, .events = POLLRDHUP};
    return poll(&fd, 1, 0) > 0;
}

/* From any thread. Before there is a bell, `rung` is enough. */
static void ring(void *wire)
{
    struct connection *connection = wire;
    pthread_mutex_lock(&connection->lock);
    if (!connection->rung && connection->bell[1] >= 0)
        write_all(connection->bell[1], "", 1);
    connection->rung = true;
    pthread_mutex_unlock(&connection->lock);
}

/* Who is woken by another client's thread shall not push that one aside: a
 * PUBLISH to a thousand would be interrupted a thousand times. */
static void give_way(void)
{
    struct sched_param usual = {0};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &usual);
}

/* Makes the bell ready to be waited for. False: no descriptor for it. */
static bool hang_bell(struct connection *connection)
{
    bool good = true;
    if (connection->bell[0] < 0)
        give_way();
    pthread_mutex_lock(&connection->lock);
    if (connection->bell[0] < 0) {
        good = pipe(connection->bell) == 0;
        if (!good)
            connection->bell[0] = connection->bell[1] = -1;
        else if (connection->rung)
            good = write_all(connection->bell[1], "", 1);
    }
    pthread_mutex_unlock(&connection->lock);
    return good;
}

static void silence_bell(struct connection *connection)
{
    char byte;
    pthread_mutex_lock(&connection->lock);
    if (connection->rung && connection->bell[0] >= 0)
        read_some(connection->bell[0], &byte, 1);
    connection->rung = false;
    pthread_mutex_unlock(&connection->lock);
}

static int poll_timeout(int64_t deadline, int64_t now)
{
    if (deadline == NO_DEADLINE)
        return -1;
    if (deadline <= now)
        return 0;
    return deadline - now < INT_MAX ? (int)(deadline - now) : INT_MAX;
}

/* Waits for bytes or the bell, and takes the mail. False: no descriptor for a
 * bell. *readable: there are bytes, or the end of them. */
static bool wait_for_both(struct connection *connection, bool *readable)
{
    struct session *session = connection->session;
    if (!hang_bell(connection))
        return false;
    struct pollfd fds[2] = {{.fd = connection->fd, .events = POLLIN},
                            {.fd = connection->bell[0], .events = POLLIN}};
    int timeout = poll_timeout(session_deadline(session), clock_mono_ms());
    int n = poll(fds, 2, timeout);
    *readable = n > 0 && fds[0].revents != 0;
    if (n > 0 && fds[1].revents != 0)
        silence_bell(connection);
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
 * let others run and look again, and sleep last. With many busy clients there
 * is nearly always something when a thread's turn comes again. */
static ssize_t receive(int fd, char *data, size_t len)
{
    for (int i = 0; i < LOOKS; i++) {
        ssize_t n = recv(fd, data, len, MSG_DONTWAIT);
        if (n >= 0 || (errno != EAGAIN && errno != EINTR))
            return n;
        sched_yield();
    }
    return read_some(fd, data, len);
}

static void converse(struct connection *connection)
{
    struct session *session = connection->session;
    char portion[PORTION];
    if (!send_output(connection)) /* it may be refused with a word */
        return;
    while (!session_done(session)) {
        if (session_expects_mail(session)) {
            bool readable;
            if (!wait_for_both(connection, &readable) ||
                !send_output(connection))
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

static void free_connection(struct connection *connection)
{
    if (connection->fd >= 0)
        close(connection->fd);
    if (connection->bell[0] >= 0) {
        close(connection->bell[0]);
        close(connection->bell[1]);
    }
    pthread_mutex_destroy(&connection->lock);
    free(connection);
}

/* The session goes first: until then others may hang up on the socket. */
static void *serve_client(void *argument)
{
    struct connection *connection = argument;
    converse(connection);
    session_close(connection->session);
    free_connection(connection);
    return NULL;
}

static void refuse(struct core *core, int fd, const char *why)
{
    static const char full[] = "-ERR max number of clients reached\r\n";
    static const char failed[] = "-ERR out of memory or threads\r\n";
    const char *text = why == NULL ? full : failed;
    log_write(&core->log, LOG_WARNING, "Refused a client: %s",
              why ? why : "maxclients are connected");
    /* Best effort, without waiting: the socket's buffer is empty. */
    send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

static int start_thread(struct connection *connection)
{
    pthread_t thread;
    pthread_attr_t attr;
    int error = pthread_attr_init(&attr);
    if (error != 0)
        return error;
    pthread_attr_setstacksize(&attr, STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    error = pthread_create(&thread, &attr, serve_client, connection);
    pthread_attr_destroy(&attr);
    return error;
}

static void keep_alive(const struct core *core, int fd)
{
    int seconds = (int)config_number(&core->config, SETTING_TCP_KEEPALIVE);
    int on = seconds > 0;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (on)
        setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
}

/* NULL: no memory. Owns the socket only once it has a thread. */
static struct connection *new_connection(int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    if (connection == NULL)
        return NULL;
    *connection = (struct connection){.fd = fd, .bell = {-1, -1}};
    if (pthread_mutex_init(&connection->lock, NULL) == 0)
        return connection;
    free(connection);
    return NULL;
}

static void welcome(struct core *core, int fd)
{
    struct connection *connection = new_connection(fd);
    bool full = false;
    if (connection == NULL) {
        refuse(core, fd, "out of memory");
        return;
    }
    struct wire wire = {connection, hang_up, ring, has_left,
                        connection->peer, connection->local, fd};
    address_of_peer(fd, connection->peer);
    address_of_socket(fd, connection->local);
    connection->session = session_open(core, &wire, clock_mono_ms(), &full);
    int error = connection->session == NULL ? ENOMEM : 0;
    if (error == 0) {
        keep_alive(core, fd);
        error = start_thread(connection);
        if (error == 0)
            return;
        session_close(connection->session);
    }
    refuse(core, fd, full ? NULL : strerror(error));
    connection->fd = -1;
    free_connection(connection);
}

static void accept_from(struct core *core, struct listener *listener)
{
    int fd = accept_client(listener);
    if (fd >= 0)
        welcome(core, fd);
    else if (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
        log_write(&core->log, LOG_WARNING, "Cannot accept a client: %s",
                  strerror(errno));
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
    "threads", "a thread for each client, blocking reads and writes", serve};
