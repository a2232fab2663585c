#include "core/clients.h"

#include <errno.h>
#include <time.h>

bool clients_open(struct clients *clients)
{
    *clients = (struct clients){0};
    pthread_condattr_t attr;
    errno = pthread_mutex_init(&clients->lock, NULL);
    if (errno == 0)
        errno = pthread_condattr_init(&attr);
    if (errno != 0)
        return false;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    int error = pthread_cond_init(&clients->changed, &attr);
    pthread_condattr_destroy(&attr);
    errno = error;
    return error == 0;
}

void clients_close(struct clients *clients)
{
    pthread_cond_destroy(&clients->changed);
    pthread_mutex_destroy(&clients->lock);
}

bool clients_add(struct clients *clients, struct client *client, size_t most)
{
    pthread_mutex_lock(&clients->lock);
    bool room = clients->count < most;
    if (room) {
        client->id = ++clients->accepted;
        client->previous = NULL;
        client->next = clients->first;
        if (client->next != NULL)
            client->next->previous = client;
        clients->first = client;
        clients->count++;
    } else {
        clients->rejected++;
    }
    pthread_mutex_unlock(&clients->lock);
    return room;
}

static void add_up(unsigned long long sums[COUNTERS],
                   const struct counters *counters)
{
    for (int i = 0; i < COUNTERS; i++)
        sums[i] +=
            atomic_load_explicit(&counters->of[i], memory_order_relaxed);
}

void clients_remove(struct clients *clients, struct client *client)
{
    pthread_mutex_lock(&clients->lock);
    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        clients->first = client->next;
    if (client->next != NULL)
        client->next->previous = client->previous;
    clients->count--;
    for (int i = 0; i < COUNTERS; i++)
        count(&clients->gone, (enum counter)i, client->counters.of[i]);
    pthread_cond_broadcast(&clients->changed);
    pthread_mutex_unlock(&clients->lock);
}

size_t clients_count(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    size_t count = clients->count;
    pthread_mutex_unlock(&clients->lock);
    return count;
}

void clients_sum(struct clients *clients, unsigned long long sums[COUNTERS])
{
    memset(sums, 0, COUNTERS * sizeof *sums);
    pthread_mutex_lock(&clients->lock);
    add_up(sums, &clients->gone);
    for (const struct client *c = clients->first; c != NULL; c = c->next)
        add_up(sums, &c->counters);
    pthread_mutex_unlock(&clients->lock);
}

size_t clients_hang_up(struct clients *clients, int64_t before,
                       enum hang_up how)
{
    size_t hung_up = 0;
    pthread_mutex_lock(&clients->lock);
    for (struct client *c = clients->first; c != NULL; c = c->next) {
        if (atomic_load(&c->active_at) < before) {
            c->hang_up(c->wire, how);
            hung_up++;
        }
    }
    pthread_mutex_unlock(&clients->lock);
    return hung_up;
}

bool clients_wait_until_gone(struct clients *clients, int ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    int error = 0;
    pthread_mutex_lock(&clients->lock);
    while (clients->count > 0 && error != ETIMEDOUT)
        error = ms < 0 ? pthread_cond_wait(&clients->changed, &clients->lock)
                       : pthread_cond_timedwait(&clients->changed,
                                                &clients->lock, &until);
    bool gone = clients->count == 0;
    pthread_mutex_unlock(&clients->lock);
    return gone;
}
