/* One line a type: which functions make, free, copy and weigh its objects. */
#include "types/value.h"
#include "types/hash.h"
#include "types/list.h"
#include "types/set.h"
#include "types/zset.h"

#include <assert.h>

/* A type's functions, for the table: there an object has no type. */
#define FUNCTIONS(type)                            \
    static void *new_##type(void)                  \
    {                                              \
        return type##_new();                       \
    }                                              \
    static void free_##type(void *object)          \
    {                                              \
        type##_free(object);                       \
    }                                              \
    static void *copy_##type(const void *object)   \
    {                                              \
        return type##_copy(object);                \
    }                                              \
    static size_t weigh_##type(const void *object) \
    {                                              \
        return type##_memory(object);              \
    }

FUNCTIONS(hash)
FUNCTIONS(list)
FUNCTIONS(set)
FUNCTIONS(zset)

static const struct kind {
    const char *name;
    void *(*new)(void);
    void (*free)(void *object);
    void *(*copy)(const void *object);
    size_t (*memory)(const void *object);
} kinds[VALUE_TYPES] = {
    [TYPE_STRING] = {"string", 0, 0, 0, 0},
    [TYPE_LIST] = {"list", new_list, free_list, copy_list, weigh_list},
    [TYPE_SET] = {"set", new_set, free_set, copy_set, weigh_set},
    [TYPE_ZSET] = {"zset", new_zset, free_zset, copy_zset, weigh_zset},
    [TYPE_HASH] = {"hash", new_hash, free_hash, copy_hash, weigh_hash},
};

const char *value_type_name(enum value_type type)
{
    return kinds[type].name;
}

void *value_new(enum value_type type)
{
    assert(kinds[type].new != NULL);
    return kinds[type].new();
}

void value_free(enum value_type type, void *object)
{
    assert(kinds[type].free != NULL);
    kinds[type].free(object);
}

void *value_copy(enum value_type type, const void *object)
{
    assert(kinds[type].copy != NULL);
    return kinds[type].copy(object);
}

size_t value_memory(enum value_type type, const void *object)
{
    assert(kinds[type].memory != NULL);
    return kinds[type].memory(object);
}
