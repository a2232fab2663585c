/* A small hash is a packed list in which each field is followed by its value,
 * in the order in which they came; a large one is a table. */
#include "types/hash.h"
#include "base/random.h"
#include "types/dict.h"
#include "types/pack.h"

#include <stdlib.h>

struct hash {
    bool is_table;
    union {
        struct pack pack;
        struct dict dict;
    };
};

struct hash *hash_new(void)
{
    return calloc(1, sizeof(struct hash));
}

static void free_fields(struct hash *hash)
{
    if (hash->is_table)
        dict_free(&hash->dict);
    else
        pack_free(&hash->pack);
}

void hash_free(struct hash *hash)
{
    free_fields(hash);
    free(hash);
}

struct hash *hash_copy(const struct hash *hash)
{
    struct hash *copy = hash_new();
    if (copy == NULL)
        return NULL;
    copy->is_table = hash->is_table;
    if (hash->is_table ? dict_copy(&copy->dict, &hash->dict)
                       : pack_copy(&copy->pack, &hash->pack))
        return copy;
    hash_free(copy);
    return NULL;
}

size_t hash_memory(const struct hash *hash)
{
    return sizeof *hash +
           (hash->is_table ? hash->dict.memory : hash->pack.capacity);
}

bool hash_is_packed(const struct hash *hash)
{
    return !hash->is_table;
}

size_t hash_count(const struct hash *hash)
{
    return hash->is_table ? hash->dict.count : hash->pack.count / 2;
}

/* The position of a field; pack_end: there is none. */
static size_t find_packed(const struct pack *pack, struct slice field)
{
    size_t at = 0;
    while (at < pack_end(pack) && !slice_equal(pack_get(pack, at), field))
        at = pack_next(pack, pack_next(pack, at));
    return at;
}

static struct pair packed_pair(const struct pack *pack, size_t at)
{
    return (struct pair){pack_get(pack, at),
                         pack_get(pack, pack_next(pack, at))};
}

static struct pair table_pair(const struct dict_entry *entry)
{
    return (struct pair){dict_key(entry), dict_payload(entry)};
}

bool hash_get(const struct hash *hash, struct slice field,
              struct slice *value)
{
    if (hash->is_table) {
        const struct dict_entry *entry = dict_find(&hash->dict, field);
        if (entry != NULL)
            *value = dict_payload(entry);
        return entry != NULL;
    }
    size_t at = find_packed(&hash->pack, field);
    if (at == pack_end(&hash->pack))
        return false;
    *value = pack_get(&hash->pack, pack_next(&hash->pack, at));
    return true;
}

/* False: no memory, and the hash stays packed. */
static bool make_table(struct hash *hash)
{
    struct dict dict = {0};
    struct hash_walk walk = {hash, 0, NULL};
    struct pair pair;
    while (hash_step(&walk, &pair)) {
        if (!dict_put(&dict, pair.field, pair.value, NULL)) {
            dict_free(&dict);
            return false;
        }
    }
    pack_free(&hash->pack);
    hash->is_table = true;
    hash->dict = dict;
    return true;
}

/* May this pair be in a packed hash, whatever else is in it? */
static bool is_short(const struct hash *hash, const struct pair *pair,
                     const struct hash_limits *limits)
{
    size_t longest = pair->field.len > pair->value.len ? pair->field.len
                                                       : pair->value.len;
    return longest <= limits->len &&
           longest <= PACK_MAX / 4 &&
           pack_end(&hash->pack) <= PACK_MAX / 4;
}

static bool append_packed(struct pack *pack, const struct pair *pair)
{
    size_t at = pack_end(pack);
    if (!pack_push_back(pack, pair->field))
        return false;
    if (pack_push_back(pack, pair->value))
        return true;
    pack_remove(pack, at, 1);
    return false;
}

static bool put_packed(struct pack *pack, size_t at, const struct pair *pair)
{
    if (at == pack_end(pack))
        return append_packed(pack, pair);
    return pack_replace(pack, pack_next(pack, at), pair->value);
}

static bool put_table(struct dict *dict, const struct pair *pair, bool *added)
{
    return dict_put(dict, pair->field, pair->value, added) != NULL;
}

bool hash_put(struct hash *hash, const struct pair *pair,
              const struct hash_limits *limits, bool *added)
{
    if (hash->is_table)
        return put_table(&hash->dict, pair, added);
    size_t at = find_packed(&hash->pack, pair->field);
    bool is_new = at == pack_end(&hash->pack);
    if (!is_short(hash, pair, limits) ||
        hash_count(hash) + is_new > limits->fields)
        return make_table(hash) && put_table(&hash->dict, pair, added);
    if (added != NULL)
        *added = is_new;
    return put_packed(&hash->pack, at, pair);
}

/* A packed hash is small enough to be copied first. */
static bool put_all_packed(struct hash *hash, const struct slice *words,
                           size_t count, const struct hash_limits *limits,
                           size_t *added)
{
    struct hash before = {0};
    bool is_new = false, good = true;
    if (count > 2 && !pack_copy(&before.pack, &hash->pack))
        return false;
    *added = 0;
    for (size_t i = 0; i < count && good; i += 2) {
        struct pair pair = {words[i], words[i + 1]};
        good = hash_put(hash, &pair, limits, &is_new);
        *added += is_new;
    }
    if (!good && count > 2) {
        struct hash failed = *hash;
        *hash = before;
        before = failed;
    }
    free_fields(&before);
    return good;
}

bool hash_put_all(struct hash *hash, const struct slice *words, size_t count,
                  const struct hash_limits *limits, size_t *added)
{
    if (hash->is_table)
        return dict_put_all(&hash->dict, words, count, 2, added);
    return put_all_packed(hash, words, count, limits, added);
}

bool hash_remove(struct hash *hash, struct slice field)
{
    if (hash->is_table)
        return dict_remove(&hash->dict, field);
    size_t at = find_packed(&hash->pack, field);
    if (at == pack_end(&hash->pack))
        return false;
    pack_remove(&hash->pack, at, 2);
    return true;
}

struct pair hash_random(const struct hash *hash)
{
    if (hash->is_table)
        return table_pair(dict_random(&hash->dict));
    size_t i = random_index(hash_count(hash));
    return packed_pair(&hash->pack, pack_index(&hash->pack, 2 * i));
}

bool hash_step(struct hash_walk *walk, struct pair *pair)
{
    const struct hash *hash = walk->hash;
    if (hash->is_table) {
        walk->entry = walk->entry ? dict_next(&hash->dict, walk->entry)
                                  : dict_first(&hash->dict);
        if (walk->entry != NULL)
            *pair = table_pair(walk->entry);
        return walk->entry != NULL;
    }
    if (walk->at == pack_end(&hash->pack))
        return false;
    *pair = packed_pair(&hash->pack, walk->at);
    walk->at = pack_next(&hash->pack, pack_next(&hash->pack, walk->at));
    return true;
}

struct visitor {
    void (*visit)(struct pair pair, void *context);
    void *context;
};

static void visit_entry(const struct dict_entry *entry, void *context)
{
    struct visitor *visitor = context;
    visitor->visit(table_pair(entry), visitor->context);
}

uint64_t hash_scan(const struct hash *hash, uint64_t cursor,
                   void (*visit)(struct pair pair, void *context),
                   void *context)
{
    struct visitor visitor = {visit, context};
    if (hash->is_table)
        return dict_scan(&hash->dict, cursor, visit_entry, &visitor);
    struct hash_walk walk = {hash, 0, NULL};
    struct pair pair;
    while (hash_step(&walk, &pair))
        visit(pair, context);
    return 0;
}
