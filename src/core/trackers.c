/* Who tracks: they come, change their wishes, and go. */
#include "core/core.h"

static const struct slice nothing = {"", 0};

static struct slice id_of(const struct client *client)
{
    return (struct slice){(const char *)&client->id, sizeof client->id};
}

static void count_locked(struct core *core)
{
    size_t count = core->tracking.clients.count;
    atomic_store(&core->tracking.count, count);
    atomic_store(&core->store.heeds_changes, count > 0);
}

/* One more, or one less, has the prefix. False: no memory. */
static bool count_prefix_locked(struct tracking *tracking, struct slice prefix,
                                int by)
{
    const struct dict_entry *entry = dict_find(&tracking->prefixes, prefix);
    size_t count = 0;
    if (entry != NULL)
        memcpy(&count, dict_payload(entry).data, sizeof count);
    count += (size_t)by;
    const struct slice payload = {(const char *)&count, sizeof count};
    if (count > 0)
        return dict_put(&tracking->prefixes, prefix, payload, NULL) != NULL;
    return dict_remove(&tracking->prefixes, prefix);
}

static bool add_prefix_locked(struct tracking *tracking,
                              struct tracker *tracker, struct slice prefix)
{
    bool added;
    if (dict_put(&tracker->prefixes, prefix, nothing, &added) == NULL)
        return false;
    if (!added || count_prefix_locked(tracking, prefix, +1))
        return true;
    dict_remove(&tracker->prefixes, prefix);
    return false;
}

static void stop_locked(struct core *core, struct client *client)
{
    struct tracking *tracking = &core->tracking;
    struct tracker *tracker = &client->tracker;
    for (const struct dict_entry *entry = dict_first(&tracker->prefixes);
         entry != NULL; entry = dict_next(&tracker->prefixes, entry))
        count_prefix_locked(tracking, dict_key(entry), -1);
    dict_free(&tracker->prefixes);
    atomic_store(&tracker->mode, 0);
    atomic_store(&tracker->redirect_id, 0);
    tracker->asked = false;
    tracker->redirect = NULL;
    dict_remove(&tracking->clients, id_of(client));
    count_locked(core);
}

struct search {
    unsigned long long id;
    struct client *found;
};

static bool is_it(struct client *client, void *context)
{
    struct search *search = context;
    if (client->id == search->id)
        search->found = client;
    return search->found == NULL;
}

static struct client *find_client(struct core *core, unsigned long long id)
{
    struct search search = {.id = id};
    clients_each(&core->clients, is_it, &search);
    return search.found;
}

static bool start_locked(struct core *core, struct client *client,
                         const struct tracking_wish *wish)
{
    struct tracking *tracking = &core->tracking;
    struct tracker *tracker = &client->tracker;
    const struct slice payload = {(const char *)&client, sizeof client};
    bool good = dict_put(&tracking->clients, id_of(client), payload, NULL) !=
                NULL;
    if ((wish->mode & TRACKING_BCAST) && wish->prefix_count == 0)
        good = good && add_prefix_locked(tracking, tracker, nothing);
    for (size_t i = 0; good && i < wish->prefix_count; i++)
        good = add_prefix_locked(tracking, tracker, wish->prefixes[i]);
    if (!good)
        return false;
    tracker->redirect = wish->redirect_id != 0
                            ? find_client(core, wish->redirect_id)
                            : NULL;
    atomic_store(&tracker->redirect_id, wish->redirect_id);
    atomic_store(&tracker->mode, wish->mode | TRACKING_ON);
    count_locked(core);
    return true;
}

bool tracking_start(struct core *core, struct client *client,
                    const struct tracking_wish *wish)
{
    pthread_mutex_lock(&core->tracking.lock);
    bool good = start_locked(core, client, wish);
    if (!good)
        stop_locked(core, client);
    pthread_mutex_unlock(&core->tracking.lock);
    return good;
}

void tracking_stop(struct core *core, struct client *client)
{
    pthread_mutex_lock(&core->tracking.lock);
    stop_locked(core, client);
    pthread_mutex_unlock(&core->tracking.lock);
}

/* Who is killed is not found by find_client. */
void tracking_leave(struct core *core, struct client *client)
{
    const struct dict *clients = &core->tracking.clients;
    pthread_mutex_lock(&core->tracking.lock);
    atomic_store(&client->killed, true);
    stop_locked(core, client);
    for (const struct dict_entry *entry = dict_first(clients); entry != NULL;
         entry = dict_next(clients, entry)) {
        struct client *other;
        memcpy(&other, dict_payload(entry).data, sizeof other);
        if (other->tracker.redirect == client)
            other->tracker.redirect = NULL;
    }
    pthread_mutex_unlock(&core->tracking.lock);
}

struct tracking_size tracking_size(struct tracking *tracking)
{
    pthread_mutex_lock(&tracking->lock);
    struct tracking_size size = {tracking->keys.count, tracking->items,
                                 tracking->prefixes.count};
    pthread_mutex_unlock(&tracking->lock);
    return size;
}
