/* Whoever has read a key is told once that it has changed, and has to read it
 * again to be told again; so the key is forgotten when it changes. Messages go
 * into mailboxes while the key's shard is held: in each client's stream they
 * come after the reply with the old value. */
#include "core/tracking.h"
#include "base/text.h"
#include "core/core.h"
#include "resp/reply.h"

#include <stdlib.h>

static const struct slice nothing = {"", 0};

void tracking_open(struct tracking *tracking)
{
    *tracking = (struct tracking){0};
    pthread_mutex_init(&tracking->lock, NULL);
}

void tracking_close(struct tracking *tracking)
{
    dict_free(&tracking->clients);
    dict_free(&tracking->keys);
    dict_free(&tracking->prefixes);
    dict_free(&tracking->changed);
    pthread_mutex_destroy(&tracking->lock);
}

/* Numbers and pointers are the bytes of dictionaries. */
#define BYTES_OF(value) ((struct slice){(const char *)&(value), sizeof(value)})

static unsigned long long number_at(struct slice bytes, size_t i)
{
    unsigned long long number;
    memcpy(&number, bytes.data + i * sizeof number, sizeof number);
    return number;
}

static size_t numbers_in(struct slice bytes)
{
    return bytes.len / sizeof(unsigned long long);
}

static struct client *client_in(const struct dict_entry *entry)
{
    struct client *client = NULL;
    if (entry != NULL)
        memcpy(&client, dict_payload(entry).data, sizeof client);
    return client;
}

static struct client *find_locked(const struct tracking *tracking,
                                  unsigned long long id)
{
    return client_in(dict_find(&tracking->clients, BYTES_OF(id)));
}

/* -- Telling ------------------------------------------------------------- */

static void post(struct core *core, struct client *to, struct reply *reply)
{
    struct letter *letter =
        reply->bytes.failed ? NULL : letter_new(buf_slice(&reply->bytes));
    buf_free(&reply->bytes);
    if (letter == NULL) {
        mailbox_fail(&to->mailbox);
        return;
    }
    mailbox_post(&to->mailbox, letter,
                 &core->config.output_limits[client_output_class(to)]);
    letter_release(letter);
}

static int version_of(const struct client *client)
{
    return atomic_load(&client->subscriber.version);
}

/* Whom the client redirects to has left. */
static void tell_broken(struct core *core, struct client *client)
{
    struct reply reply = {.version = version_of(client)};
    atomic_fetch_or(&client->tracker.mode, TRACKING_BROKEN);
    if (reply.version != 3)
        return;
    reply_push(&reply, 2);
    reply_string(&reply, "tracking-redir-broken");
    reply_integer(&reply, (long long)client->tracker.redirect_id);
    post(core, client, &reply);
}

/* Begins a message to `to`. False: it could not tell it from a reply. */
static bool begin(struct reply *reply, const struct client *to, bool redirected)
{
    *reply = (struct reply){.version = version_of(to)};
    if (reply->version == 3) {
        reply_push(reply, 2);
        reply_string(reply, "invalidate");
        return true;
    }
    if (!redirected || !client_is_subscribed(to))
        return false;
    reply_array(reply, 3);
    reply_string(reply, "message");
    reply_string(reply, "__redis__:invalidate");
    return true;
}

/* Tells the client that these keys have changed; none: that all have. */
static void tell_locked(struct core *core, struct client *client,
                        const struct slice *keys, size_t count)
{
    struct reply reply;
    bool redirected = atomic_load(&client->tracker.redirect_id) != 0;
    struct client *to = redirected ? client->tracker.redirect : client;
    if (to == NULL) {
        tell_broken(core, client);
        return;
    }
    if (!begin(&reply, to, redirected))
        return;
    if (count == 0) {
        reply.version = version_of(client); /* a habit of Redis */
        reply_null(&reply);
    } else {
        reply_array(&reply, count);
    }
    for (size_t i = 0; i < count; i++)
        reply_bulk(&reply, keys[i]);
    post(core, to, &reply);
}

static bool has_mode(const struct client *client, int mode)
{
    return atomic_load_explicit(&client->tracker.mode, memory_order_relaxed) &
           mode;
}

/* -- Keys that have been read --------------------------------------------- */

/* Tells who has read the key, and forgets it. */
static void invalidate_locked(struct core *core, unsigned long long writer,
                              struct slice key)
{
    struct tracking *tracking = &core->tracking;
    const struct dict_entry *entry = dict_find(&tracking->keys, key);
    if (entry == NULL)
        return;
    struct slice ids = dict_payload(entry);
    for (size_t i = 0; i < numbers_in(ids); i++) {
        unsigned long long id = number_at(ids, i);
        struct client *client = find_locked(tracking, id);
        if (client == NULL || has_mode(client, TRACKING_BCAST) ||
            (id == writer && has_mode(client, TRACKING_NOLOOP)))
            continue;
        tell_locked(core, client, &key, 1);
    }
    tracking->items -= numbers_in(ids);
    dict_remove(&tracking->keys, key);
}

/* The ids, without those who have left, and with one more. False: no memory. */
static bool add_id_locked(struct tracking *tracking, struct slice key,
                          struct slice ids, unsigned long long id)
{
    size_t count = 0;
    size_t before = numbers_in(ids);
    unsigned long long *live = malloc((before + 1) * sizeof *live);
    if (live == NULL)
        return false;
    for (size_t i = 0; i < before; i++)
        if (find_locked(tracking, number_at(ids, i)) != NULL)
            live[count++] = number_at(ids, i);
    live[count++] = id;
    struct slice bytes = {(const char *)live, count * sizeof *live};
    bool good = dict_put(&tracking->keys, key, bytes, NULL) != NULL;
    if (good)
        tracking->items += count - before;
    free(live);
    return good;
}

static bool remember_locked(struct tracking *tracking, struct slice key,
                            unsigned long long id)
{
    const struct dict_entry *entry = dict_find(&tracking->keys, key);
    struct slice ids = entry ? dict_payload(entry) : nothing;
    for (size_t i = 0; i < numbers_in(ids); i++)
        if (number_at(ids, i) == id)
            return true;
    return add_id_locked(tracking, key, ids, id);
}

/* What must be forgotten counts as changed. */
static void forget_locked(struct core *core)
{
    struct dict *keys = &core->tracking.keys;
    long long most = config_number(&core->config, SETTING_TRACKED_KEYS);
    while (most > 0 && keys->count > (unsigned long long)most)
        invalidate_locked(core, 0, dict_key(dict_random(keys)));
}

void tracking_remember(struct core *core, struct client *client,
                       struct slice key)
{
    struct tracking *tracking = &core->tracking;
    pthread_mutex_lock(&tracking->lock);
    if (remember_locked(tracking, key, client->id))
        forget_locked(core);
    else
        mailbox_fail(&client->mailbox);
    pthread_mutex_unlock(&tracking->lock);
}

/* -- Prefixes --------------------------------------------------------------*/

static bool starts_with(struct slice key, struct slice prefix)
{
    return key.len >= prefix.len &&
           memcmp(key.data, prefix.data, prefix.len) == 0;
}

static bool is_wanted_locked(const struct tracking *tracking, struct slice key)
{
    const struct dict *prefixes = &tracking->prefixes;
    const struct dict_entry *entry = dict_first(prefixes);
    while (entry != NULL && !starts_with(key, dict_key(entry)))
        entry = dict_next(prefixes, entry);
    return entry != NULL;
}

/* There was no memory to tell those with prefixes. */
static void fail_all_locked(struct tracking *tracking)
{
    const struct dict *clients = &tracking->clients;
    for (const struct dict_entry *entry = dict_first(clients); entry != NULL;
         entry = dict_next(clients, entry))
        if (has_mode(client_in(entry), TRACKING_BCAST))
            mailbox_fail(&client_in(entry)->mailbox);
}

static void note_locked(struct tracking *tracking, unsigned long long writer,
                        struct slice key)
{
    if (!is_wanted_locked(tracking, key) ||
        dict_find(&tracking->changed, key) != NULL)
        return;
    if (dict_put(&tracking->changed, key, BYTES_OF(writer), NULL) == NULL)
        fail_all_locked(tracking);
    else
        atomic_store(&tracking->to_be_told, true);
}

void tracking_changed(struct core *core, unsigned long long writer,
                      struct slice key)
{
    struct tracking *tracking = &core->tracking;
    pthread_mutex_lock(&tracking->lock);
    note_locked(tracking, writer, key);
    invalidate_locked(core, writer, key);
    pthread_mutex_unlock(&tracking->lock);
}

static int compare(const void *a, const void *b)
{
    return slice_compare(dict_key(*(struct dict_entry *const *)a),
                         dict_key(*(struct dict_entry *const *)b));
}

/* What has changed, sorted by name. */
struct changes {
    size_t count;
    struct dict_entry **all;
    struct slice *chosen; /* room for as many */
};

static bool sort_changes(struct changes *changes, const struct dict *changed)
{
    size_t n = 0;
    *changes = (struct changes){.count = changed->count};
    changes->all = malloc(changed->count * sizeof *changes->all);
    changes->chosen = malloc(changed->count * sizeof *changes->chosen);
    if (changes->all == NULL || changes->chosen == NULL)
        return false;
    for (struct dict_entry *entry = dict_first(changed); entry != NULL;
         entry = dict_next(changed, entry))
        changes->all[n++] = entry;
    qsort(changes->all, n, sizeof *changes->all, compare);
    return true;
}

/* Each prefix gets a message of its own. */
static void tell_prefix_locked(struct core *core, struct client *client,
                               struct slice prefix,
                               const struct changes *changes)
{
    size_t n = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct slice key = dict_key(changes->all[i]);
        bool own = number_at(dict_payload(changes->all[i]), 0) == client->id;
        if (starts_with(key, prefix) &&
            !(own && has_mode(client, TRACKING_NOLOOP)))
            changes->chosen[n++] = key;
    }
    if (n > 0)
        tell_locked(core, client, changes->chosen, n);
}

static void tell_all_locked(struct core *core, const struct changes *changes)
{
    const struct dict *clients = &core->tracking.clients;
    for (const struct dict_entry *e = dict_first(clients); e != NULL;
         e = dict_next(clients, e)) {
        struct client *client = client_in(e);
        const struct dict *prefixes = &client->tracker.prefixes;
        for (const struct dict_entry *p = dict_first(prefixes); p != NULL;
             p = dict_next(prefixes, p))
            tell_prefix_locked(core, client, dict_key(p), changes);
    }
}

void tracking_broadcast(struct core *core)
{
    struct tracking *tracking = &core->tracking;
    struct changes changes;
    if (!atomic_load_explicit(&tracking->to_be_told, memory_order_relaxed))
        return;
    pthread_mutex_lock(&tracking->lock);
    atomic_store(&tracking->to_be_told, false);
    if (tracking->changed.count > 0) {
        if (sort_changes(&changes, &tracking->changed))
            tell_all_locked(core, &changes);
        else
            fail_all_locked(tracking);
        free(changes.all);
        free(changes.chosen);
        dict_free(&tracking->changed);
    }
    pthread_mutex_unlock(&tracking->lock);
}

void tracking_flushed(struct core *core)
{
    struct tracking *tracking = &core->tracking;
    pthread_mutex_lock(&tracking->lock);
    for (const struct dict_entry *e = dict_first(&tracking->clients); e != NULL;
         e = dict_next(&tracking->clients, e))
        tell_locked(core, client_in(e), NULL, 0);
    dict_free(&tracking->keys);
    tracking->items = 0;
    pthread_mutex_unlock(&tracking->lock);
}
