#include "core/clients.h"
#include "base/clock.h"

#include <errno.h>

bool client_is_local(const struct client *client)
{
    const char *peer = client->mailbox.wire.peer;
    return peer[0] == '/' || strncmp(peer, "127.", 4) == 0 ||
           strncmp(peer, "[::1]", 5) == 0;
}

bool clients_open(struct clients *clients)
{
    *clients = (struct clients){0};
    errno = pthread_mutex_init(&clients->lock, NULL);
    if (errno == 0)
        errno = clock_cond_init(&clients->changed);
    return errno == 0;
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

void clients_log_in(struct clients *clients, struct client *client,
                    struct user *user)
{
    pthread_mutex_lock(&clients->lock);
    struct user *old = client->user;
    client->user = user;
    pthread_mutex_unlock(&clients->lock);
    user_release(old);
}

void clients_rename(struct clients *clients, struct buf *name,
                    struct slice bytes)
{
    pthread_mutex_lock(&clients->lock);
    buf_free(name);
    buf_append(name, bytes.data, bytes.len);
    pthread_mutex_unlock(&clients->lock);
}

bool client_is_subscribed(const struct client *client)
{
    for (int kind = TOPIC_CHANNEL; kind <= TOPIC_SHARD; kind++)
        if (atomic_load_explicit(&client->subscriber.count[kind],
                                 memory_order_relaxed) > 0)
            return true;
    return false;
}

void client_expect_mail(struct client *client)
{
    client->expects_mail = client_is_subscribed(client) ||
                           client_is_monitor(client) ||
                           atomic_load(&client->tracker.mode) != 0 ||
                           atomic_load(&client->subscriber.version) == 3;
}

enum client_class client_output_class(const struct client *client)
{
    return client_is_subscribed(client) || client_is_monitor(client)
               ? CLASS_PUBSUB
               : CLASS_NORMAL;
}

void clients_pause(struct clients *clients, int64_t now, int64_t until,
                   bool all)
{
    pthread_mutex_lock(&clients->lock);
    bool goes_on = clients_are_paused(clients, now);
    if (all || !goes_on)
        atomic_store(&clients->all_paused, all);
    if (!goes_on || until > atomic_load(&clients->paused_until))
        atomic_store(&clients->paused_until, until);
    pthread_mutex_unlock(&clients->lock);
}

void clients_resume(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    atomic_store(&clients->paused_until, 0);
    for (struct client *c = clients->first; c != NULL; c = c->next)
        if (atomic_load(&c->held_back))
            mailbox_ring(&c->mailbox);
    pthread_mutex_unlock(&clients->lock);
}

void clients_check_output(struct clients *clients,
                          const struct mail_limit limits[CLASSES])
{
    pthread_mutex_lock(&clients->lock);
    for (struct client *c = clients->first; c != NULL; c = c->next)
        mailbox_check(&c->mailbox, &limits[client_output_class(c)]);
    pthread_mutex_unlock(&clients->lock);
}

void client_kill(struct client *client)
{
    struct wire *wire = &client->mailbox.wire;
    atomic_store(&client->killed, true);
    wire->hang_up(wire->self, HANG_UP_BOTH);
}

void clients_each(struct clients *clients,
                  bool (*visit)(struct client *client, void *context),
                  void *context)
{
    bool goes_on = true;
    pthread_mutex_lock(&clients->lock);
    struct client *c = clients->first;
    for (; c != NULL && c->next != NULL; c = c->next)
        ; /* the last in the list came first */
    for (; c != NULL && goes_on; c = c->previous)
        if (!atomic_load(&c->killed))
            goes_on = visit(c, context);
    pthread_mutex_unlock(&clients->lock);
}

size_t clients_count(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    size_t count = clients->count;
    pthread_mutex_unlock(&clients->lock);
    return count;
}

/* Since ever. lock is held. */
static void sum_all(const struct clients *clients,
                    unsigned long long sums[COUNTERS])
{
    memset(sums, 0, COUNTERS * sizeof *sums);
    add_up(sums, &clients->gone);
    for (const struct client *c = clients->first; c != NULL; c = c->next)
        add_up(sums, &c->counters);
}

void clients_sum(struct clients *clients, unsigned long long sums[COUNTERS])
{
    pthread_mutex_lock(&clients->lock);
    sum_all(clients, sums);
    for (int i = 0; i < COUNTERS; i++)
        sums[i] -= clients->forgotten[i];
    pthread_mutex_unlock(&clients->lock);
}

/* Counters belong to their clients' threads, so they go on; what is forgotten
 * is taken off the sums. */
void clients_forget_sums(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    sum_all(clients, clients->forgotten);
    clients->accepted_before = clients->accepted;
    clients->rejected = 0;
    pthread_mutex_unlock(&clients->lock);
}

/* Who waits for a key has nothing to say. */
static bool is_silent(const struct client *client, int64_t before)
{
    return atomic_load(&client->active_at) < before &&
           (before == INT64_MAX || atomic_load(&client->waiting) == WAIT_NOT);
}

size_t clients_hang_up(struct clients *clients, int64_t before,
                       enum hang_up how)
{
    size_t hung_up = 0;
    pthread_mutex_lock(&clients->lock);
    for (struct client *c = clients->first; c != NULL; c = c->next) {
        if (is_silent(c, before)) {
            c->mailbox.wire.hang_up(c->mailbox.wire.self, how);
            hung_up++;
        }
    }
    pthread_mutex_unlock(&clients->lock);
    return hung_up;
}

bool clients_wait_until_gone(struct clients *clients, int ms)
{
    const struct timespec until = clock_after(ms);
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
