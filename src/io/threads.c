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
#include "io/model.h"
#include "session/session.h"

#include <errno.h>
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
    LAST_WORDS_MS = 1000, /* for replies under way when the server stops */
};

struct connection {
    int fd;
    struct session *session;
};

static void hang_up(void *wire, enum hang_up how)
{
    const struct connection *connection = wire;
    shutdown(connection->fd, how == HANG_UP_INPUT ? SHUT_RD : SHUT_RDWR);
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

static void converse(const struct connection *connection)
{
    struct session *session = connection->session;
    char portion[PORTION];
    while (!session_done(session)) {
        ssize_t n = read_some(connection->fd, portion, sizeof portion);
        if (n <= 0)
            return;
        session_feed(session, portion, (size_t)n, clock_mono_ms());
        if (!send_output(connection))
            return;
    }
}

/* The session goes first: until then others may hang up on the socket. */
static void *serve_client(void *argument)
{
    struct connection *connection = argument;
    converse(connection);
    session_close(connection->session);
    close(connection->fd);
    free(connection);
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

static void welcome(struct core *core, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    bool full = false;
    if (connection != NULL) {
        keep_alive(core, fd);
        connection->fd = fd;
        connection->session =
            session_open(core, connection, hang_up, clock_mono_ms(), &full);
    }
    if (connection == NULL || connection->session == NULL) {
        free(connection);
        refuse(core, fd, full ? NULL : "out of memory");
        return;
    }
    int error = start_thread(connection);
    if (error != 0) {
        session_close(connection->session);
        free(connection);
        refuse(core, fd, strerror(error));
    }
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
