#include "io/bell.h"
#include "base/io.h"

#include <unistd.h>

bool bell_open(struct bell *bell)
{
    *bell = (struct bell){.fds = {-1, -1}};
    return pthread_mutex_init(&bell->lock, NULL) == 0;
}

void bell_close(struct bell *bell)
{
    if (bell->fds[0] >= 0) {
        close(bell->fds[0]);
        close(bell->fds[1]);
    }
    pthread_mutex_destroy(&bell->lock);
}

bool bell_hang(struct bell *bell)
{
    bool good = true;
    if (bell->fds[0] >= 0)
        return true;
    pthread_mutex_lock(&bell->lock);
    good = pipe(bell->fds) == 0;
    if (!good)
        bell->fds[0] = bell->fds[1] = -1;
    else if (bell->rung)
        good = write_all(bell->fds[1], "", 1);
    pthread_mutex_unlock(&bell->lock);
    return good;
}

void bell_ring(struct bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    if (!bell->rung && bell->fds[1] >= 0)
        write_all(bell->fds[1], "", 1);
    bell->rung = true;
    pthread_mutex_unlock(&bell->lock);
}

void bell_silence(struct bell *bell)
{
    char byte;
    pthread_mutex_lock(&bell->lock);
    if (bell->rung && bell->fds[0] >= 0)
        read_some(bell->fds[0], &byte, 1);
    bell->rung = false;
    pthread_mutex_unlock(&bell->lock);
}
