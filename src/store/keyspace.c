#include "store/keyspace.h"

#include <stdlib.h>

enum { MIN_BUCKETS = 4 };

static struct shard *shard_of(const struct keyspace *space,
                              const struct key *key)
{
    return &space->store->shards[store_shard(space->db, key->hash)];
}

/* Where the pointer to the key's entry is, or would be. There are buckets. */
static struct entry **find_link(const struct shard *shard,
                                const struct key *key)
{
    uint32_t hash = (uint32_t)key->hash;
    struct entry **link = &shard->buckets[hash & (shard->bucket_count - 1)];
    while (*link != NULL && ((*link)->hash != hash ||
                             !slice_equal(entry_key(*link), key->name)))
        link = &(*link)->next;
    return link;
}

void keyspace_listen(struct keyspace *space, struct interest *interest)
{
    struct shard *shard = shard_of(space, &interest->key);
    if (shard->interests == NULL)
        shard->interests_end = &shard->interests;
    interest->next = NULL;
    interest->link = shard->interests_end;
    *interest->link = interest;
    shard->interests_end = &interest->next;
}

void keyspace_ignore(struct keyspace *space, struct interest *interest)
{
    struct shard *shard = shard_of(space, &interest->key);
    *interest->link = interest->next;
    if (interest->next != NULL)
        interest->next->link = interest->link;
    else
        shard->interests_end = interest->link;
}

void keyspace_changed(struct keyspace *space, const struct key *key)
{
    struct interest *interest = shard_of(space, key)->interests;
    for (; interest != NULL; interest = interest->next)
        if (interest->key.hash == key->hash && interest->db == space->db &&
            slice_equal(interest->key.name, key->name))
            interest->changed(interest, space);
}

/* Makes room for one more entry. Out of memory is no failure as long as there
 * is a table at all: it only gets slower. */
static bool grow(struct shard *shard)
{
    if (shard->count < shard->bucket_count)
        return true;
    size_t count = shard->bucket_count ? shard->bucket_count * 2 : MIN_BUCKETS;
    struct entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL)
        return shard->buckets != NULL;
    for (size_t i = 0; i < shard->bucket_count; i++) {
        struct entry *entry = shard->buckets[i];
        while (entry != NULL) {
            struct entry *next = entry->next;
            struct entry **link = &buckets[entry->hash & (count - 1)];
            entry->next = *link;
            *link = entry;
            entry = next;
        }
    }
    free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = count;
    return true;
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

/* The key's entry for a write: what has expired is gone. */
static struct entry **find_live_link(struct keyspace *space,
                                     struct shard *shard,
                                     const struct key *key)
{
    struct entry **link = find_link(shard, key);
    if (*link != NULL && entry_deadline(*link) <= space->now) {
        store_tell(space->store, STORE_EXPIRED, space->db, key->name);
        replace(space, shard, link, NULL);
        link = find_link(shard, key);
    }
    return link;
}

struct entry *keyspace_find(const struct keyspace *space,
                            const struct key *key)
{
    const struct shard *shard = shard_of(space, key);
    if (shard->buckets == NULL)
        return NULL;
    struct entry *entry = *find_link(shard, key);
    if (entry != NULL && entry_deadline(entry) <= space->now)
        return NULL;
    return entry;
}

/* Hangs a new entry in the place of what the key was. */
static bool put_entry(struct keyspace *space, const struct key *key,
                      struct entry *entry)
{
    struct shard *shard = shard_of(space, key);
    if (entry == NULL)
        return false;
    struct entry **link = find_live_link(space, shard, key);
    bool is_new = *link == NULL;
    replace(space, shard, link, entry);
    if (is_new)
        store_tell(space->store, STORE_NEW, space->db, key->name);
    keyspace_changed(space, key);
    return true;
}

bool keyspace_put(struct keyspace *space, const struct key *key,
                  struct slice value, int64_t deadline)
{
    struct shard *shard = shard_of(space, key);
    if (!grow(shard))
        return false;
    struct entry *old = *find_live_link(space, shard, key);
    if (old != NULL && old->type == TYPE_STRING &&
        entry_deadline(old) == deadline && entry_set_value(old, value)) {
        old->changed_in_place = false;
        keyspace_changed(space, key);
        return true;
    }
    return put_entry(space, key,
                     entry_new((uint32_t)key->hash, key->name, value,
                               deadline));
}

bool keyspace_put_object(struct keyspace *space, const struct key *key,
                         enum value_type type, void *object, int64_t deadline)
{
    if (!grow(shard_of(space, key)))
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

bool keyspace_append(struct keyspace *space, const struct key *key,
                     struct slice more)
{
    struct shard *shard = shard_of(space, key);
    if (!grow(shard))
        return false;
    struct entry **link = find_live_link(space, shard, key);
    if (*link == NULL)
        return keyspace_put(space, key, more, NO_DEADLINE);
    if (!entry_append(*link, more)) {
        struct entry *grown = entry_grow(*link, (*link)->value_len + more.len);
        if (grown == NULL)
            return false;
        *link = grown;
        entry_append(grown, more);
    }
    (*link)->changed_in_place = true;
    keyspace_changed(space, key);
    return true;
}

bool keyspace_expire(struct keyspace *space, const struct key *key,
                     int64_t deadline)
{
    struct shard *shard = shard_of(space, key);
    struct entry **link = find_link(shard, key);
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
    keyspace_changed(space, key);
    return true;
}

static struct shard *first_shard(const struct keyspace *space)
{
    return &space->store->shards[store_shard(space->db, 0)];
}

void keyspace_each(const struct keyspace *space,
                   void (*visit)(const struct entry *entry, void *context),
                   void *context)
{
    const struct shard *shard = first_shard(space);
    for (const struct shard *end = shard + SHARDS; shard < end; shard++)
        for (size_t i = 0; i < shard->bucket_count; i++)
            for (struct entry *e = shard->buckets[i]; e != NULL; e = e->next)
                if (entry_deadline(e) > space->now)
                    visit(e, context);
}

struct keyspace_size keyspace_size(const struct keyspace *space)
{
    struct keyspace_size size = {0};
    for (size_t i = 0; i < SHARDS; i++) {
        size.keys += first_shard(space)[i].count;
        size.mortal += first_shard(space)[i].mortal;
    }
    return size;
}

/* Only who watches can be interested in a key that goes. */
static void clear_one(struct keyspace *space, struct shard *shard,
                      struct entry **link)
{
    struct entry *entry = *link;
    replace(space, shard, link, NULL);
    if (shard->interests != NULL) {
        struct key key = store_key(space->store, entry_key(entry));
        keyspace_changed(space, &key);
    }
}

void keyspace_clear(struct keyspace *space)
{
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = first_shard(space) + i;
        for (size_t b = 0; b < shard->bucket_count; b++)
            while (shard->buckets[b] != NULL)
                clear_one(space, shard, &shard->buckets[b]);
        free(shard->buckets);
        shard->buckets = NULL;
        shard->bucket_count = shard->cursor = 0;
    }
}

void keyspace_free_garbage(struct keyspace *space)
{
    while (space->garbage != NULL) {
        struct entry *next = space->garbage->next;
        entry_free(space->garbage);
        space->garbage = next;
    }
}
