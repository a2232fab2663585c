/* What a key may hold. A string is bytes in the entry itself (store/entry.h);
 * everything else is an object that the entry points to and owns. */
#ifndef VALUE_H
#define VALUE_H

#include "base/slice.h"

enum value_type { TYPE_STRING, TYPE_LIST, TYPE_SET, TYPE_ZSET, TYPE_HASH,
                  VALUE_TYPES };

/* What TYPE says: "string", "list", ... */
const char *value_type_name(enum value_type type);

/* An empty object of a type that is not TYPE_STRING. NULL: no memory. */
void *value_new(enum value_type type);

/* Frees an object and all that is in it. */
void value_free(enum value_type type, void *object);

/* A copy of everything, or NULL: no memory. */
void *value_copy(enum value_type type, const void *object);

/* Bytes that the object takes, about: for MEMORY USAGE and eviction. */
size_t value_memory(enum value_type type, const void *object);

#endif
