/* One key and its value, in one allocation:
 *
 *     +--------+----------------------+-----+-------+------+
 *     | header | deadline (if it has  | key | value | room |
 *     |        | or ever had one): 8  |     |       |      |
 *     +--------+----------------------+-----+-------+------+
 *
 * The value is the bytes of a string, or a pointer to an object of another type
 * (types/value.h), which the entry owns.
 *
 * An entry belongs to the shard that it hangs in; whoever reads it holds that
 * shard's lock, whoever changes it holds it exclusively. */
#ifndef ENTRY_H
#define ENTRY_H

#include "base/clock.h"
#include "types/value.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>

enum { ENTRY_KEY_MAX = INT32_MAX / 2, ENTRY_VALUE_MAX = INT32_MAX }; /* bytes */

struct entry {
    struct entry *next;    /* in its bucket */
    uint32_t hash;         /* low half of the key's hash: which bucket */
    uint32_t key_len : 30; /* bytes */
    bool is_text : 1;      /* to OBJECT ENCODING, even if it is a number */
    bool has_deadline : 1; /* there is a place for one */
    uint32_t value_len : 31; /* bytes */
    bool changed_in_place : 1; /* APPEND and the like: OBJECT ENCODING is raw */
    unsigned type : 3;          /* enum value_type */
    unsigned log2_capacity : 5; /* of a value that grew: the allocation is that
                                * power of two; 0: as small as it can be */
    /* Readers write these two, so they are apart from all else. */
    atomic_uchar frequency; /* about how often it is asked for */
    atomic_ushort used;     /* the second in which it was used last */
    char bytes[];
};

/* NULL: no memory. The caller owns it until it hangs in a shard. */
struct entry *entry_new(uint32_t hash, struct slice key, struct slice value,
                        int64_t deadline);

/* Likewise, for an object, which the entry owns if there is one. */
struct entry *entry_new_object(uint32_t hash, struct slice key,
                               enum value_type type, void *object,
                               int64_t deadline);

/* Frees the entry, and the object it may own. */
void entry_free(struct entry *entry);

/* Bytes that it takes, with the object. */
size_t entry_memory(const struct entry *entry);

struct slice entry_key(const struct entry *entry);
struct slice entry_value(const struct entry *entry); /* of a string */
char *entry_bytes(struct entry *entry);              /* likewise, to change */
void *entry_object(const struct entry *entry);       /* of any other type */
void entry_set_object(struct entry *entry, void *object);
int64_t entry_deadline(const struct entry *entry);

/* Has it the room for a value of that length? */
bool entry_has_room(const struct entry *entry, size_t value_len);

/* These three change an entry in place, if it has the room: else false, and
 * the entry is as it was. */
bool entry_set_value(struct entry *entry, struct slice value);
bool entry_set_deadline(struct entry *entry, int64_t deadline);
bool entry_extend(struct entry *entry, size_t len); /* to `len` bytes, unless
                                                     * it has more: by zeros */

/* The same value under another key, or NULL: no memory. An object is not copied
 * with it: until one of the two gets another, only one may own it. */
struct entry *entry_copy(const struct entry *entry, uint32_t hash,
                         struct slice key, int64_t deadline);

/* The entry with a place for a deadline, and that deadline in it; the old one
 * is freed, as by realloc(3). NULL: no memory, and the old one stands. */
struct entry *entry_with_deadline(struct entry *entry, int64_t deadline);

/* Like realloc(3): the entry with room for a value of at least `value_len`
 * bytes, and to spare for values that go on growing. NULL: no memory, and the
 * old one stands. */
struct entry *entry_grow(struct entry *entry, size_t value_len);

#endif
