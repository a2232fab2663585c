/* Chains hang in an array of buckets that grows and shrinks by one bucket at a
 * time (linear hashing: Litwin, 1980), so that no change of a large table takes
 * longer than another. With `low` the greatest power of two among the number of
 * buckets, an entry belongs in bucket (hash mod 2 low), or, as long as there is
 * no such bucket, in the one `low` before it. Of six buckets:
 *
 *     buckets   +---+---+---+---+---+---+- - -+- - -+
 *               | 0 | 1 | 2 | 3 | 4 | 5 |  6     7         low = 4
 *               +---+---+-|-+---+---+---+- - -+- - -+
 *                         +------------------->
 *       the next one, 6, takes from 2 the entries that belong in it
 *
 * A scan takes a bucket and its sibling, `low` behind it, as one. Its cursor is
 * a number below `low` that counts up from its *highest* bit (0, 2, 1, 3). When
 * `low` doubles, b becomes b and b + low, neighbours in that order; when it
 * halves, neighbours become one. So a cursor cuts every table, of whatever
 * size, into the same two parts: what has been visited and what has not. */
#include "types/dict.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/random.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
    MIN_BUCKETS = 8,
    SPARSE = 2, /* buckets for each entry: more are too many */
    PLACES = 6, /* in a bucket, that dict_random takes to be there */
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

/* The greatest power of two that is not above n; n is not 0. */
static size_t low_of(size_t n)
{
    return (size_t)1 << (63 - __builtin_clzll(n));
}

static size_t bucket_of(const struct dict *dict, uint32_t of_key)
{
    size_t low = low_of(dict->bucket_count);
    size_t i = of_key & (2 * low - 1);
    return i < dict->bucket_count ? i : i - low;
}

/* Where the pointer to the key's entry is, or would be. There are buckets. */
static struct dict_entry **find_link(const struct dict *dict, uint32_t of_key,
                                     struct slice key)
{
    struct dict_entry **link = &dict->buckets[bucket_of(dict, of_key)];
    while (*link != NULL && ((*link)->hash != of_key ||
                             !slice_equal(dict_key(*link), key)))
        link = &(*link)->next;
    return link;
}

static bool is_power_of_two(size_t n)
{
    return (n & (n - 1)) == 0;
}

static bool reserve(struct dict *dict, size_t bucket_count)
{
    struct dict_entry **buckets =
        realloc(dict->buckets, bucket_count * sizeof *buckets);
    if (buckets != NULL)
        dict->buckets = buckets;
    return buckets != NULL;
}

static void set_bucket_count(struct dict *dict, size_t bucket_count)
{
    dict->memory += (bucket_count - dict->bucket_count) *
                    sizeof *dict->buckets;
    dict->bucket_count = bucket_count;
}

static bool make_buckets(struct dict *dict)
{
    if (!reserve(dict, MIN_BUCKETS))
        return false;
    memset(dict->buckets, 0, MIN_BUCKETS * sizeof *dict->buckets);
    set_bucket_count(dict, MIN_BUCKETS);
    return true;
}

/* Adds a bucket and moves to it what belongs there, if there are as many
 * entries as buckets. Out of memory is no failure as long as there are some: it
 * only gets slower. */
static bool grow(struct dict *dict)
{
    size_t n = dict->bucket_count;
    if (n == 0)
        return make_buckets(dict);
    if (dict->count < n || (is_power_of_two(n) && !reserve(dict, 2 * n)))
        return true;
    struct dict_entry **stay = &dict->buckets[n - low_of(n)];
    struct dict_entry **move = &dict->buckets[n];
    set_bucket_count(dict, n + 1);
    for (struct dict_entry *entry = *stay; entry != NULL; entry = entry->next) {
        struct dict_entry ***end =
            bucket_of(dict, entry->hash) == n ? &move : &stay;
        **end = entry;
        *end = &entry->next;
    }
    *stay = *move = NULL;
    return true;
}

/* Takes buckets away as long as there are too many: the last one's entries go
 * back to where they came from. */
static void shrink(struct dict *dict)
{
    while (dict->bucket_count > MIN_BUCKETS &&
           dict->bucket_count > SPARSE * dict->count) {
        size_t last = dict->bucket_count - 1;
        struct dict_entry **link = &dict->buckets[last - low_of(last)];
        while (*link != NULL)
            link = &(*link)->next;
        *link = dict->buckets[last];
        set_bucket_count(dict, last);
        if (is_power_of_two(last))
            (void)!reserve(dict, last);
    }
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

/* As above: an entry for each key, one linked to the next, but none for what is
 * there already and has no payload. False: no memory. */
static bool make_entries(const struct dict *dict, const struct slice *words,
                         size_t count, size_t step, struct dict_entry **first)
{
    for (size_t i = 0; i < count; i += step) {
        struct slice payload = step > 1 ? words[i + 1] : (struct slice){0};
        uint32_t of_key = hash(words[i]);
        if (step == 1 && *find_link(dict, of_key, words[i]) != NULL)
            continue;
        *first = entry_new(of_key, words[i], payload);
        if (*first == NULL)
            return false;
        first = &(*first)->next;
    }
    return true;
}

static void free_entries(struct dict_entry *entry)
{
    while (entry != NULL) {
        struct dict_entry *next = entry->next;
        free(entry);
        entry = next;
    }
}

bool dict_put_all(struct dict *dict, const struct slice *words, size_t count,
                  size_t step, size_t *added)
{
    struct dict_entry *entry = NULL;
    if ((dict->bucket_count == 0 && !make_buckets(dict)) ||
        !make_entries(dict, words, count, step, &entry)) {
        free_entries(entry);
        return false;
    }
    size_t before = dict->count;
    while (entry != NULL) {
        struct dict_entry *next = entry->next;
        grow(dict);
        replace(dict, find_link(dict, entry->hash, dict_key(entry)), entry);
        entry = next;
    }
    *added = dict->count - before;
    return true;
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
    return first_from(dict, bucket_of(dict, entry->hash) + 1);
}

uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(const struct dict_entry *entry, void *context),
                   void *context)
{
    if (dict->count == 0)
        return 0;
    size_t low = low_of(dict->bucket_count);
    for (size_t i = cursor & (low - 1); i < dict->bucket_count; i += low) {
        const struct dict_entry *entry = dict->buckets[i];
        for (; entry != NULL; entry = entry->next)
            visit(entry, context);
    }
    return cursor_next(cursor, low);
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
