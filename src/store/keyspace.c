#include "store/keyspace.h"
#include "store/interest.h"
#include "store/shard.h"
#include "store/usage.h"

#include <stdlib.h>

enum { FEW = 32 /* keys, that are compared with each other */ };

static struct shard *shard_of(const struct keyspace *space,
                              const struct key *key)
{
    return &space->store->shards[store_shard(space->db, key->hash)];
}

void keyspace_changed(struct keyspace *space, const struct key *key)
{
    const struct shard *shard = shard_of(space, key);
    const struct store *store = space->store;
    if (atomic_load_explicit(&store->heeds_changes, memory_order_relaxed))
        store_tell_change(store, space->writer, key->name);
    if (shard->watching.count > 0 || shard->waiting.count > 0)
        interest_tell(space, key);
}

static void count_mortal(struct shard *shard, int64_t deadline, int by)
{
    if (deadline != NO_DEADLINE)
        atomic_fetch_add(&shard->mortal, (size_t)by);
}

/* Hangs `entry` (NULL: nothing) where `link` is, and sets aside what it
 * replaces. */
static void replace(struct keyspace *space, struct shard *shard,
                    struct entry **link, struct entry *entry)
{
    struct entry *old = *link;
    if (entry != NULL) {
        entry->next = old ? old->next : NULL;
        shard->count++;
        count_mortal(shard, entry_deadline(entry), +1);
    }
    *link = entry ? entry : old ? old->next : NULL;
    if (old != NULL) {
        shard->count--;
        count_mortal(shard, entry_deadline(old), -1);
        old->next = space->garbage;
        space->garbage = old;
    }
}

static void touch(const struct keyspace *space, struct entry *entry)
{
    if (!space->leaves_no_trace)
        usage_note(space->store, entry, space->now);
}

/* The key's entry for a write: what has expired is gone. */
static struct entry **find_live_link(struct keyspace *space,
                                     struct shard *shard,
                                     const struct key *key)
{
    struct entry **link = shard_link(shard, key);
    if (*link != NULL && entry_deadline(*link) <= space->now) {
        store_tell(space->store, STORE_EXPIRED, space->db, key->name);
        replace(space, shard, link, NULL);
        link = shard_link(shard, key);
    }
    if (*link != NULL)
        touch(space, *link);
    return link;
}

struct entry *keyspace_peek(const struct keyspace *space,
                            const struct key *key)
{
    const struct shard *shard = shard_of(space, key);
    if (shard->buckets == NULL)
        return NULL;
    struct entry *entry = *shard_link(shard, key);
    if (entry != NULL && entry_deadline(entry) <= space->now)
        return NULL;
    return entry;
}

struct entry *keyspace_find(const struct keyspace *space,
                            const struct key *key)
{
    struct entry *entry = keyspace_peek(space, key);
    if (entry != NULL)
        touch(space, entry);
    return entry;
}

int64_t keyspace_idle(const struct keyspace *space, const struct entry *entry)
{
    return usage_idle(entry, space->now);
}

/* Hangs a new entry in the place of what the key was, and tells nobody who is
 * interested. */
static bool hang(struct keyspace *space, const struct key *key,
                 struct entry *entry)
{
    struct shard *shard = shard_of(space, key);
    if (entry == NULL)
        return false;
    usage_begin(space->store, entry, space->now);
    struct entry **link = find_live_link(space, shard, key);
    bool is_new = *link == NULL;
    replace(space, shard, link, entry);
    if (is_new)
        store_tell(space->store, STORE_NEW, space->db, key->name);
    return true;
}

static bool put_entry(struct keyspace *space, const struct key *key,
                      struct entry *entry)
{
    bool good = hang(space, key, entry);
    if (good)
        keyspace_changed(space, key);
    return good;
}

/* The key's entry, if a value of that length can be put where the old one is;
 * else NULL. */
static struct entry *find_room(struct keyspace *space, const struct key *key,
                               size_t len, int64_t deadline)
{
    struct entry *old = *find_live_link(space, shard_of(space, key), key);
    bool good = old != NULL && old->type == TYPE_STRING &&
                entry_deadline(old) == deadline && entry_has_room(old, len);
    return good ? old : NULL;
}

static void overwrite(struct keyspace *space, const struct key *key,
                      struct entry *entry, struct slice value)
{
    entry_set_value(entry, value);
    entry->changed_in_place = entry->is_text = false;
    keyspace_changed(space, key);
}

static struct entry *new_string(const struct key *key, struct slice value,
                                int64_t deadline)
{
    return entry_new((uint32_t)key->hash, key->name, value, deadline);
}

bool keyspace_put(struct keyspace *space, const struct key *key,
                  struct slice value, int64_t deadline)
{
    if (!shard_grow(shard_of(space, key)))
        return false;
    struct entry *old = find_room(space, key, value.len, deadline);
    if (old == NULL)
        return put_entry(space, key, new_string(key, value, deadline));
    overwrite(space, key, old, value);
    return true;
}

/* What one of many keys gets: another value in place, or another entry. */
struct plan {
    struct entry *old, *new;
};

/* Are they few, and is surely none of them named twice? */
static bool are_apart(const struct key *keys, size_t count)
{
    for (size_t i = 0; count <= FEW && i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (keys[i].hash == keys[j].hash)
                return false;
    return count <= FEW;
}

/* Makes all entries that are needed. A key that is named twice gets two: where
 * the first is put, there may be no room for the second. False: no memory. */
static bool make_plans(struct keyspace *space, const struct key *keys,
                       const struct slice *words, size_t count,
                       struct plan *plans)
{
    bool apart = are_apart(keys, count);
    bool good = true;
    size_t n = 0;
    for (; n < count && good; n++) {
        const struct key *key = &keys[n];
        struct slice value = words[2 * n];
        struct plan plan = {NULL, NULL};
        good = shard_grow(shard_of(space, key));
        if (good && apart)
            plan.old = find_room(space, key, value.len, NO_DEADLINE);
        if (good && plan.old == NULL) {
            plan.new = new_string(key, value, NO_DEADLINE);
            good = plan.new != NULL;
        }
        plans[n] = plan;
    }
    while (!good && n-- > 0)
        if (plans[n].new != NULL)
            entry_free(plans[n].new);
    return good;
}

bool keyspace_put_all(struct keyspace *space, const struct key *keys,
                      const struct slice *words, size_t count)
{
    struct plan few[FEW];
    struct plan *plans = count <= FEW ? few : malloc(count * sizeof *plans);
    bool good =
        plans != NULL && make_plans(space, keys, words, count, plans);
    for (size_t i = 0; good && i < count; i++) {
        if (plans[i].old != NULL)
            overwrite(space, &keys[i], plans[i].old, words[2 * i]);
        else
            put_entry(space, &keys[i], plans[i].new);
    }
    if (plans != few)
        free(plans);
    return good;
}

bool keyspace_put_object(struct keyspace *space, const struct key *key,
                         enum value_type type, void *object, int64_t deadline)
{
    if (!shard_grow(shard_of(space, key)))
        return false;
    return put_entry(space, key,
                     entry_new_object((uint32_t)key->hash, key->name, type,
                                      object, deadline));
}

void *keyspace_create(struct keyspace *space, const struct key *key,
                      enum value_type type)
{
    void *object = value_new(type);
    if (object == NULL ||
        keyspace_put_object(space, key, type, object, NO_DEADLINE))
        return object;
    value_free(type, object);
    return NULL;
}

/* Hangs an empty string there; grow has been called. */
static bool hang_empty(struct keyspace *space, const struct key *key)
{
    return hang(space, key, new_string(key, SLICE(""), NO_DEADLINE));
}

char *keyspace_edit(struct keyspace *space, const struct key *key, size_t len)
{
    struct shard *shard = shard_of(space, key);
    if (len > ENTRY_VALUE_MAX || !shard_grow(shard))
        return NULL;
    struct entry **link = find_live_link(space, shard, key);
    bool is_new = *link == NULL;
    if (is_new && !hang_empty(space, key))
        return NULL;
    link = shard_link(shard, key);
    if (!entry_extend(*link, len)) {
        struct entry *grown = entry_grow(*link, len);
        if (grown == NULL) {
            if (is_new)
                replace(space, shard, link, NULL);
            return NULL;
        }
        *link = grown;
        entry_extend(grown, len);
    }
    (*link)->changed_in_place = true;
    return entry_bytes(*link);
}

bool keyspace_expire(struct keyspace *space, const struct key *key,
                     int64_t deadline)
{
    struct shard *shard = shard_of(space, key);
    struct entry **link = shard_link(shard, key);
    struct entry *entry = *link;
    int64_t before = entry_deadline(entry);
    keyspace_changed(space, key);
    if (entry_set_deadline(entry, deadline)) {
        count_mortal(shard, before, -1);
        count_mortal(shard, deadline, +1);
        return true;
    }
    struct entry *moved = entry_with_deadline(entry, deadline);
    if (moved == NULL)
        return false;
    count_mortal(shard, deadline, +1);
    *link = moved;
    return true;
}

bool keyspace_remove(struct keyspace *space, const struct key *key)
{
    struct shard *shard = shard_of(space, key);
    if (shard->buckets == NULL)
        return false;
    struct entry **link = find_live_link(space, shard, key);
    if (*link == NULL)
        return false;
    replace(space, shard, link, NULL);
    shard_shrink(shard);
    keyspace_changed(space, key);
    return true;
}

/* Makes room for the key in that database. */
static bool make_room(struct keyspace *space, unsigned db,
                      const struct key *key)
{
    return shard_grow(&space->store->shards[store_shard(db, key->hash)]);
}

static void put_in(struct keyspace *space, unsigned db, const struct key *key,
                   struct entry *entry)
{
    unsigned mine = space->db;
    space->db = db;
    put_entry(space, key, entry);
    space->db = mine;
}

bool keyspace_move(struct keyspace *space, const struct key *from, unsigned db,
                   const struct key *to)
{
    struct entry *old = keyspace_peek(space, from);
    struct entry *new = entry_copy(old, (uint32_t)to->hash, to->name,
                                   entry_deadline(old));
    if (new == NULL || !make_room(space, db, to)) {
        free(new);
        return false;
    }
    old->type = TYPE_STRING; /* whatever it owned is the new one's */
    put_in(space, db, to, new);
    keyspace_remove(space, from);
    return true;
}

/* Gives an entry that shares its object with another one of its own. */
static bool own_object(struct entry *entry)
{
    if (entry->type == TYPE_STRING)
        return true;
    void *object =
        value_copy((enum value_type)entry->type, entry_object(entry));
    if (object != NULL)
        entry_set_object(entry, object);
    return object != NULL;
}

bool keyspace_copy(struct keyspace *space, const struct key *from, unsigned db,
                   const struct key *to)
{
    const struct entry *old = keyspace_peek(space, from);
    struct entry *new = entry_copy(old, (uint32_t)to->hash, to->name,
                                   entry_deadline(old));
    if (new == NULL || !make_room(space, db, to) || !own_object(new)) {
        free(new);
        return false;
    }
    put_in(space, db, to, new);
    return true;
}

void keyspace_free_garbage(struct keyspace *space)
{
    while (space->garbage != NULL) {
        struct entry *next = space->garbage->next;
        entry_free(space->garbage);
        space->garbage = next;
    }
}
