/* The threads are detached: each ends by itself when its client leaves, and no
 * one waits for it. Only stopping has to find them all, so every connection is
 * in a list, from before its thread starts until its descriptor is closed. */
#include "threads.h"
#include "stop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024 /* bytes, where 8 MiB is usual */ };

struct threads {
    void (*serve)(int fd, void *context);
    void *context;
    pthread_attr_t attributes;
    pthread_mutex_t lock;
    pthread_cond_t ended;     /* rings when the last connection has ended */
    struct connection *first; /* lock must be held */
};

struct connection {
    int fd;
    struct threads *threads;
    struct connection *next, **back; /* lock must be held */
};

static void connection_enter(struct connection *connection)
{
    struct threads *threads = connection->threads;
    pthread_mutex_lock(&threads->lock);
    connection->next = threads->first;
    connection->back = &threads->first;
    if (connection->next != NULL)
        connection->next->back = &connection->next;
    threads->first = connection;
    pthread_mutex_unlock(&threads->lock);
}

static void connection_leave(struct connection *connection)
{
    struct threads *threads = connection->threads;
    pthread_mutex_lock(&threads->lock);
    *connection->back = connection->next;
    if (connection->next != NULL)
        connection->next->back = connection->back;
    close(connection->fd);
    free(connection);
    if (threads->first == NULL)
        pthread_cond_signal(&threads->ended);
    pthread_mutex_unlock(&threads->lock);
}

static void *run(void *argument)
{
    struct connection *connection = argument;
    connection->threads->serve(connection->fd, connection->threads->context);
    connection_leave(connection);
    return NULL;
}

/* When there is no thread to be had, this client goes and the others stay. */
static void start(struct threads *threads, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        close(fd);
        return;
    }
    *connection = (struct connection){.fd = fd, .threads = threads};
    connection_enter(connection);
    /* A thread inherits its creator's mask: signals stay with the main thread,
     * which sits in accept(). */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    if (pthread_create(&thread, &threads->attributes, run, connection) != 0)
        connection_leave(connection);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void end_all(struct threads *threads)
{
    pthread_mutex_lock(&threads->lock);
    for (struct connection *c = threads->first; c != NULL; c = c->next)
        shutdown(c->fd, SHUT_RDWR);
    while (threads->first != NULL)
        pthread_cond_wait(&threads->ended, &threads->lock);
    pthread_mutex_unlock(&threads->lock);
}

/* A process may raise its own limit up to the hard one; see getrlimit(2). */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void threads_serve(struct listener *listener,
                   void (*serve)(int fd, void *context), void *context)
{
    struct threads threads = {.serve = serve, .context = context};
    pthread_mutex_init(&threads.lock, NULL);
    pthread_cond_init(&threads.ended, NULL);
    pthread_attr_init(&threads.attributes);
    pthread_attr_setdetachstate(&threads.attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&threads.attributes, STACK_SIZE);
    raise_descriptor_limit();
    stop_sockets(listener->fd, -1);
    while (!stop_asked()) {
        int fd = accept_client(listener);
        if (fd >= 0)
            start(&threads, fd);
    }
    end_all(&threads);
    pthread_attr_destroy(&threads.attributes);
    pthread_cond_destroy(&threads.ended);
    pthread_mutex_destroy(&threads.lock);
}
