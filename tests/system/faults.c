/* Makes calls fail that may fail, but seldom do. A library to preload into any
 * program that is dynamically linked:
 *
 *     cc -shared -fPIC -o faults.so faults.c
 *     FAULTS="read write" FAULTS_COUNT=FILE LD_PRELOAD=./faults.so PROGRAM
 *
 * Of each call that FAULTS names, the second of a thread fails, the fifth, the
 * eighth and so on, with EINTR; pthread_create fails the third time, the sixth
 * and so on, with EAGAIN, as a server may need two threads to start at all. When
 * the program ends, FILE tells how often each did. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum call { READ, WRITE, ACCEPT, POLL, EPOLL_WAIT, PTHREAD_CREATE, CALLS };

static const char *const names[CALLS] = {"read", "write", "accept", "poll",
                                         "epoll_wait", "pthread_create"};
static bool wanted[CALLS];
static atomic_ulong failures[CALLS];
static _Thread_local unsigned long made[CALLS];

__attribute__((constructor)) static void begin(void)
{
    const char *faults = getenv("FAULTS");
    for (int i = 0; i < CALLS; i++)
        wanted[i] = faults != NULL && strstr(faults, names[i]) != NULL;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULTS_COUNT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    for (int i = 0; file != NULL && i < CALLS; i++)
        fprintf(file, "%s %lu\n", names[i], failures[i]);
    if (file != NULL)
        fclose(file);
}

static bool fails(enum call call)
{
    unsigned turn = call == PTHREAD_CREATE ? 2 : 1;
    if (!wanted[call] || made[call]++ % 3 != turn)
        return false;
    failures[call]++;
    errno = EINTR;
    return true;
}

/* Sets the function pointer to what the program would have called. */
#define FIND(pointer, name) (*(void **)&(pointer) = dlsym(RTLD_NEXT, name))

ssize_t read(int fd, void *data, size_t len)
{
    ssize_t (*real)(int, void *, size_t);
    FIND(real, "read");
    return fails(READ) ? -1 : real(fd, data, len);
}

ssize_t write(int fd, const void *data, size_t len)
{
    ssize_t (*real)(int, const void *, size_t);
    FIND(real, "write");
    return fails(WRITE) ? -1 : real(fd, data, len);
}

/* Not as <sys/socket.h> declares it: glibc's has a union for the address. */
int accept(int fd, void *address, void *len);

int accept(int fd, void *address, void *len)
{
    int (*real)(int, void *, void *);
    FIND(real, "accept");
    return fails(ACCEPT) ? -1 : real(fd, address, len);
}

int poll(struct pollfd *polls, nfds_t count, int ms)
{
    int (*real)(struct pollfd *, nfds_t, int);
    FIND(real, "poll");
    return fails(POLL) ? -1 : real(polls, count, ms);
}

int epoll_wait(int fd, struct epoll_event *events, int count, int ms)
{
    int (*real)(int, struct epoll_event *, int, int);
    FIND(real, "epoll_wait");
    return fails(EPOLL_WAIT) ? -1 : real(fd, events, count, ms);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    FIND(real, "pthread_create");
    if (fails(PTHREAD_CREATE))
        return EAGAIN;
    return real(thread, attributes, run, argument);
}
