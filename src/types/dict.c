/* Chains hang in a table of a power of two of buckets, which doubles when it
 * holds as many entries as buckets and halves, or more, when it is nearly
 * empty. The low bits of the hash choose the bucket:
 *
 *     buckets   +---+---+---+---+
 *               | . |   | . | . |
 *               +-|-+---+-|-+-|-+
 *                 v       v   v
 *                (a)     (c) (d)     one allocation an entry
 *                 v
 *                (b)
 *
 * A scan's cursor is a bucket's number that counts up from its *highest* bit
 * (0, 4, 2, 6, 1, ... of 8). When a table doubles, bucket b becomes b and
 * b + size, neighbours in that order; when it halves, neighbours become one. So
 * a cursor cuts every table, of whatever size, into the same two parts: what
 * has been visited and what has not. */
#include "types/dict.h"
#include "base/hash.h"
#include "base/random.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
    MIN_BUCKETS = 8,
    SPARSE = 8, /* buckets for each entry, at which the table shrinks */
    PLACES = 4, /* in a bucket, that dict_random takes to be there */
};

static pthread_once_t seeded = PTHREAD_ONCE_INIT;
static struct hash_seed seed; /* never changes once it is there */

static void make_seed(void)
{
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        abort();
}

static uint32_t hash(struct slice key)
{
    pthread_once(&seeded, make_seed);
    return (uint32_t)hash_bytes(&seed, key);
}

static size_t entry_size(size_t key_len, size_t payload_len)
{
    return offsetof(struct dict_entry, bytes) + key_len + payload_len;
}

static size_t entry_memory(const struct dict_entry *entry)
{
    return entry_size(entry->key_len, entry->payload_len);
}

static void copy_bytes(char *to, struct slice from)
{
    if (from.len > 0)
        memcpy(to, from.data, from.len);
}

static struct dict_entry *entry_new(uint32_t of_key, struct slice key,
                                    struct slice payload)
{
    if (key.len > INT32_MAX || payload.len > INT32_MAX)
        return NULL;
    size_t size = entry_size(key.len, payload.len);
    struct dict_entry *entry =
        malloc(size < sizeof *entry ? sizeof *entry : size);
    if (entry == NULL)
        return NULL;
    entry->next = NULL;
    entry->hash = of_key;
    entry->key_len = (uint32_t)key.len;
    entry->payload_len = (uint32_t)payload.len;
    copy_bytes(entry->bytes, key);
    copy_bytes(entry->bytes + key.len, payload);
    return entry;
}

static struct dict_entry **bucket_of(const struct dict *dict, uint32_t of_key)
{
    return &dict->buckets[of_key & (dict->bucket_count - 1)];
}

/* Where the pointer to the key's entry is, or would be. There are buckets. */
static struct dict_entry **find_link(const struct dict *dict, uint32_t of_key,
                                     struct slice key)
{
    struct dict_entry **link = bucket_of(dict, of_key);
    while (*link != NULL && ((*link)->hash != of_key ||
                             !slice_equal(dict_key(*link), key)))
        link = &(*link)->next;
    return link;
}

/* Hangs all entries into a table of `bucket_count`. Out of memory is no failure
 * as long as there is a table at all: it only gets slower. */
static bool resize(struct dict *dict, size_t bucket_count)
{
    struct dict old = *dict;
    struct dict_entry **buckets = calloc(bucket_count, sizeof *buckets);
    if (buckets == NULL)
        return old.buckets != NULL;
    dict->buckets = buckets;
    dict->bucket_count = bucket_count;
    dict->memory += (bucket_count - old.bucket_count) * sizeof *buckets;
    for (size_t i = 0; i < old.bucket_count; i++) {
        struct dict_entry *entry = old.buckets[i];
        while (entry != NULL) {
            struct dict_entry *next = entry->next;
            struct dict_entry **bucket = bucket_of(dict, entry->hash);
            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    free(old.buckets);
    return true;
}

static bool grow(struct dict *dict)
{
    if (dict->count < dict->bucket_count)
        return true;
    return resize(dict,
                  dict->bucket_count ? dict->bucket_count * 2 : MIN_BUCKETS);
}

static void shrink(struct dict *dict)
{
    size_t bucket_count = dict->bucket_count;
    if (dict->count >= bucket_count / SPARSE || bucket_count == MIN_BUCKETS)
        return;
    while (bucket_count > MIN_BUCKETS && bucket_count > 2 * dict->count)
        bucket_count /= 2;
    (void)!resize(dict, bucket_count);
}

struct dict_entry *dict_find(const struct dict *dict, struct slice key)
{
    return dict->count > 0 ? *find_link(dict, hash(key), key) : NULL;
}

/* Replaces the entry at `link` (or none) by `entry` (or none). */
static void replace(struct dict *dict, struct dict_entry **link,
                    struct dict_entry *entry)
{
    struct dict_entry *old = *link;
    struct dict_entry *rest = old ? old->next : NULL;
    if (entry != NULL) {
        entry->next = rest;
        dict->count++;
        dict->memory += entry_memory(entry);
    }
    *link = entry ? entry : rest;
    if (old != NULL) {
        dict->count--;
        dict->memory -= entry_memory(old);
        free(old);
    }
}

struct dict_entry *dict_put(struct dict *dict, struct slice key,
                            struct slice payload, bool *added)
{
    uint32_t of_key = hash(key);
    struct dict_entry *old =
        dict->count > 0 ? *find_link(dict, of_key, key) : NULL;
    if (added != NULL)
        *added = old == NULL;
    if (old != NULL && old->payload_len == payload.len) {
        copy_bytes(old->bytes + old->key_len, payload);
        return old;
    }
    struct dict_entry *entry = entry_new(of_key, key, payload);
    if (entry == NULL)
        return NULL;
    if (old == NULL && !grow(dict)) {
        free(entry);
        return NULL;
    }
    replace(dict, find_link(dict, of_key, key), entry);
    return entry;
}

bool dict_remove(struct dict *dict, struct slice key)
{
    if (dict->count == 0)
        return false;
    struct dict_entry **link = find_link(dict, hash(key), key);
    if (*link == NULL)
        return false;
    replace(dict, link, NULL);
    shrink(dict);
    return true;
}

/* Draws a bucket and a place in it, until there is an entry at that place, so
 * that entries which are alone in their buckets are no more likely than others.
 * Only those in buckets of more than PLACES are a little less so. */
struct dict_entry *dict_random(const struct dict *dict)
{
    for (;;) {
        struct dict_entry *entry =
            dict->buckets[random_index(dict->bucket_count)];
        size_t len = 0;
        for (struct dict_entry *e = entry; e != NULL; e = e->next)
            len++;
        size_t place = len > 0 ? random_index(len > PLACES ? len : PLACES) : 0;
        if (place >= len)
            continue;
        while (place-- > 0)
            entry = entry->next;
        return entry;
    }
}

static struct dict_entry *first_from(const struct dict *dict, size_t i)
{
    for (; i < dict->bucket_count; i++)
        if (dict->buckets[i] != NULL)
            return dict->buckets[i];
    return NULL;
}

struct dict_entry *dict_first(const struct dict *dict)
{
    return first_from(dict, 0);
}

struct dict_entry *dict_next(const struct dict *dict,
                             const struct dict_entry *entry)
{
    if (entry->next != NULL)
        return entry->next;
    return first_from(dict, (entry->hash & (dict->bucket_count - 1)) + 1);
}

static uint64_t reverse_bits(uint64_t x)
{
    uint64_t reversed = 0;
    for (int i = 0; i < 64; i++, x >>= 1)
        reversed = reversed << 1 | (x & 1);
    return reversed;
}

uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(const struct dict_entry *entry, void *context),
                   void *context)
{
    if (dict->count == 0)
        return 0;
    const struct dict_entry *entry = *bucket_of(dict, (uint32_t)cursor);
    for (; entry != NULL; entry = entry->next)
        visit(entry, context);
    /* With all bits set above the bucket's number, the carry of the reversed
     * count leaves them and lands in the number's highest bit. */
    cursor |= ~(uint64_t)(dict->bucket_count - 1);
    return reverse_bits(reverse_bits(cursor) + 1);
}

bool dict_copy(struct dict *copy, const struct dict *dict)
{
    const struct dict_entry *entry = dict_first(dict);
    for (; entry != NULL; entry = dict_next(dict, entry)) {
        if (!dict_put(copy, dict_key(entry), dict_payload(entry), NULL)) {
            dict_free(copy);
            return false;
        }
    }
    return true;
}

void dict_free(struct dict *dict)
{
    struct dict_entry *entry = dict_first(dict);
    while (entry != NULL) {
        struct dict_entry *next = dict_next(dict, entry);
        free(entry);
        entry = next;
    }
    free(dict->buckets);
    *dict = (struct dict){0};
}
