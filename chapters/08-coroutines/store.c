/* A hash table of chains: buckets[hash % size] starts a list of the entries
 * whose hash leads there. Any number of threads may read, or one may write.
 * What takes long, malloc and free, happens while nobody waits for the lock. */
#include "store.h"
#include "hash.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
    struct entry *next;
    uint64_t hash;
    size_t key_len, value_len;
    char bytes[]; /* the key, then the value */
};

struct store {
    struct hash_seed seed;
    pthread_rwlock_t lock; /* must be held for all below */
    struct entry **buckets;
    size_t size; /* of buckets: a power of two */
    size_t count;
};

static struct entry *entry_new(uint64_t hash, struct slice key,
                               struct slice value)
{
    struct entry *entry = malloc(sizeof *entry + key.len + value.len);
    if (entry == NULL)
        return NULL;
    *entry = (struct entry){NULL, hash, key.len, value.len};
    if (key.len > 0)
        memcpy(entry->bytes, key.data, key.len);
    if (value.len > 0)
        memcpy(entry->bytes + key.len, value.data, value.len);
    return entry;
}

/* Where the pointer to the key's entry is, or would be (it is NULL). */
static struct entry **find(struct store *store, uint64_t hash, struct slice key)
{
    struct entry **at = &store->buckets[hash & (store->size - 1)];
    for (; *at != NULL; at = &(*at)->next)
        if ((*at)->hash == hash &&
            slice_equal((struct slice){(*at)->bytes, (*at)->key_len}, key))
            break;
    return at;
}

/* Twice as many buckets, so that chains stay short. Without the memory for it
 * they get longer, and everything still works. */
static void grow(struct store *store)
{
    size_t size = store->size * 2;
    struct entry **buckets = calloc(size, sizeof *buckets);
    if (buckets == NULL)
        return;
    for (size_t i = 0; i < store->size; i++)
        for (struct entry *entry = store->buckets[i], *next; entry != NULL;
             entry = next) {
            next = entry->next;
            struct entry **bucket = &buckets[entry->hash & (size - 1)];
            entry->next = *bucket;
            *bucket = entry;
        }
    free(store->buckets);
    store->buckets = buckets;
    store->size = size;
}

/* glibc's rwlock lets new readers overtake a waiting writer, which may then
 * never get in. Tell it otherwise; elsewhere (musl) writers have their turn. */
static void init_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
#ifdef __GLIBC__
    pthread_rwlockattr_setkind_np(&attributes,
                                  PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    pthread_rwlock_init(lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

struct store *store_new(void)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return NULL;
    init_lock(&store->lock);
    store->size = 1024;
    store->buckets = calloc(store->size, sizeof *store->buckets);
    if (store->buckets != NULL && hash_seed_random(&store->seed))
        return store;
    store_free(store);
    return NULL;
}

void store_free(struct store *store)
{
    for (size_t i = 0; store->buckets != NULL && i < store->size; i++)
        for (struct entry *entry = store->buckets[i], *next; entry != NULL;
             entry = next) {
            next = entry->next;
            free(entry);
        }
    free(store->buckets);
    pthread_rwlock_destroy(&store->lock);
    free(store);
}

bool store_get(struct store *store, struct slice key, struct buf *value)
{
    uint64_t hash = hash_bytes(&store->seed, key);
    pthread_rwlock_rdlock(&store->lock);
    struct entry *entry = *find(store, hash, key);
    if (entry != NULL)
        buf_append(value, entry->bytes + entry->key_len, entry->value_len);
    pthread_rwlock_unlock(&store->lock);
    return entry != NULL;
}

bool store_set(struct store *store, struct slice key, struct slice value)
{
    uint64_t hash = hash_bytes(&store->seed, key);
    struct entry *entry = entry_new(hash, key, value);
    if (entry == NULL)
        return false;
    pthread_rwlock_wrlock(&store->lock);
    struct entry **at = find(store, hash, key), *old = *at;
    entry->next = old != NULL ? old->next : NULL;
    *at = entry;
    if (old == NULL && ++store->count > store->size)
        grow(store);
    pthread_rwlock_unlock(&store->lock);
    free(old);
    return true;
}

bool store_del(struct store *store, struct slice key)
{
    uint64_t hash = hash_bytes(&store->seed, key);
    pthread_rwlock_wrlock(&store->lock);
    struct entry **at = find(store, hash, key), *old = *at;
    if (old != NULL) {
        *at = old->next;
        store->count--;
    }
    pthread_rwlock_unlock(&store->lock);
    free(old);
    return old != NULL;
}
