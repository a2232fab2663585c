/* Why one allocation: it saves two pointers and two allocator headers a key,
 * and a lookup misses the cache once, not three times.
 *
 * Sizes are rounded up to what the allocator would hand out anyway (on 64 bits
 * a multiple of 16, less the 8 that it keeps for itself), so a value that is
 * replaced by one of about its size is overwritten in place. */
#include "store/entry.h"

#include <stdlib.h>

enum { ALLOCATION_STEP = 16, ALLOCATION_KEPT = 8 /* bytes */ };

static size_t round_up(size_t size)
{
    size_t steps = (size + ALLOCATION_KEPT + ALLOCATION_STEP - 1);
    return steps / ALLOCATION_STEP * ALLOCATION_STEP - ALLOCATION_KEPT;
}

static size_t value_at(const struct entry *entry)
{
    return (entry->has_deadline ? sizeof(int64_t) : 0) + entry->key_len;
}

static size_t size_with(const struct entry *entry, size_t value_len)
{
    return sizeof *entry + value_at(entry) + value_len;
}

static size_t capacity(const struct entry *entry)
{
    if (entry->log2_capacity > 0)
        return (size_t)1 << entry->log2_capacity;
    return round_up(size_with(entry, entry->value_len));
}

struct entry *entry_new(uint32_t hash, struct slice key, struct slice value,
                        int64_t deadline)
{
    if (key.len > ENTRY_KEY_MAX || value.len > ENTRY_VALUE_MAX)
        return NULL;
    struct entry head = {
        .hash = hash,
        .key_len = (uint32_t)key.len & ENTRY_KEY_MAX,
        .value_len = (uint32_t)value.len & INT32_MAX,
        .has_deadline = deadline != NO_DEADLINE,
    };
    struct entry *entry = malloc(round_up(size_with(&head, value.len)));
    if (entry == NULL)
        return NULL;
    *entry = head;
    entry_set_deadline(entry, deadline);
    char *value_bytes = entry->bytes + value_at(entry);
    memcpy(value_bytes - key.len, key.data, key.len);
    memcpy(value_bytes, value.data, value.len);
    return entry;
}

struct entry *entry_new_object(uint32_t hash, struct slice key,
                               enum value_type type, void *object,
                               int64_t deadline)
{
    struct slice pointer = {(const char *)&object, sizeof object};
    struct entry *entry = entry_new(hash, key, pointer, deadline);
    if (entry != NULL)
        entry->type = (unsigned)type & 7;
    return entry;
}

void entry_free(struct entry *entry)
{
    if (entry->type != TYPE_STRING)
        value_free((enum value_type)entry->type, entry_object(entry));
    free(entry);
}

size_t entry_memory(const struct entry *entry)
{
    size_t bytes = capacity(entry) + ALLOCATION_KEPT;
    if (entry->type != TYPE_STRING)
        bytes += value_memory((enum value_type)entry->type,
                              entry_object(entry));
    return bytes;
}

struct slice entry_key(const struct entry *entry)
{
    const char *end = entry->bytes + value_at(entry);
    return (struct slice){end - entry->key_len, entry->key_len};
}

struct slice entry_value(const struct entry *entry)
{
    return (struct slice){entry->bytes + value_at(entry), entry->value_len};
}

char *entry_bytes(struct entry *entry)
{
    return entry->bytes + value_at(entry);
}

void *entry_object(const struct entry *entry)
{
    void *object;
    memcpy(&object, entry->bytes + value_at(entry), sizeof object);
    return object;
}

void entry_set_object(struct entry *entry, void *object)
{
    memcpy(entry_bytes(entry), &object, sizeof object);
}

int64_t entry_deadline(const struct entry *entry)
{
    int64_t deadline = NO_DEADLINE;
    if (entry->has_deadline)
        memcpy(&deadline, entry->bytes, sizeof deadline);
    return deadline;
}

bool entry_set_deadline(struct entry *entry, int64_t deadline)
{
    if (!entry->has_deadline)
        return deadline == NO_DEADLINE;
    memcpy(entry->bytes, &deadline, sizeof deadline);
    return true;
}

/* Without a recorded capacity the new value must round up to the same size, or
 * the next call would not know how much there is. */
bool entry_has_room(const struct entry *entry, size_t value_len)
{
    size_t size = size_with(entry, value_len);
    if (value_len > ENTRY_VALUE_MAX)
        return false;
    if (entry->log2_capacity == 0)
        return round_up(size) == capacity(entry);
    return size <= capacity(entry) && size >= capacity(entry) / 4;
}

bool entry_set_value(struct entry *entry, struct slice value)
{
    if (!entry_has_room(entry, value.len))
        return false;
    memcpy(entry->bytes + value_at(entry), value.data, value.len);
    entry->value_len = (uint32_t)value.len & INT32_MAX;
    return true;
}

bool entry_extend(struct entry *entry, size_t len)
{
    if (len <= entry->value_len)
        return true;
    size_t size = size_with(entry, len);
    if (len > ENTRY_VALUE_MAX || size > capacity(entry) ||
        (entry->log2_capacity == 0 && round_up(size) != capacity(entry)))
        return false;
    memset(entry_bytes(entry) + entry->value_len, 0, len - entry->value_len);
    entry->value_len = (uint32_t)len & INT32_MAX;
    return true;
}

struct entry *entry_copy(const struct entry *entry, uint32_t hash,
                         struct slice key, int64_t deadline)
{
    struct slice value = {entry->bytes + value_at(entry), entry->value_len};
    struct entry *copy = entry_new(hash, key, value, deadline);
    if (copy == NULL)
        return NULL;
    copy->type = entry->type;
    copy->is_text = entry->is_text;
    copy->changed_in_place = entry->changed_in_place;
    copy->frequency = entry->frequency;
    copy->used = entry->used;
    return copy;
}

struct entry *entry_with_deadline(struct entry *entry, int64_t deadline)
{
    struct entry *moved =
        entry_copy(entry, entry->hash, entry_key(entry), deadline);
    if (moved == NULL)
        return NULL;
    moved->next = entry->next;
    free(entry);
    return moved;
}

struct entry *entry_grow(struct entry *entry, size_t value_len)
{
    if (value_len > ENTRY_VALUE_MAX)
        return NULL;
    unsigned log2 = 1;
    while ((size_t)1 << log2 < size_with(entry, value_len))
        log2++;
    struct entry *grown = realloc(entry, (size_t)1 << log2);
    if (grown != NULL)
        grown->log2_capacity = log2 & 31;
    return grown;
}
