#include "command/sort_pattern.h"
#include "types/hash.h"

/* What a pattern is made of; field.data is NULL when it names no field. */
struct parts {
    struct slice before, after, field;
};

static struct slice between(const char *start, const char *end)
{
    return (struct slice){start, (size_t)(end - start)};
}

/* "->" at the very end is no field, but part of the name. */
static bool take_apart(struct slice pattern, struct parts *parts)
{
    const char *end = pattern.data + pattern.len;
    const char *star = memchr(pattern.data, '*', pattern.len);
    if (star == NULL)
        return false;
    *parts = (struct parts){.before = between(pattern.data, star),
                            .after = between(star + 1, end)};
    const char *arrow = memmem(star + 1, parts->after.len, "->", 2);
    if (arrow != NULL && arrow + 2 < end) {
        parts->after = between(star + 1, arrow);
        parts->field = between(arrow + 2, end);
    }
    return true;
}

bool sort_lookup(struct call *call, struct buf *name, struct slice pattern,
                 struct slice element, struct slice *value)
{
    struct parts parts;
    if (slice_equal(pattern, SLICE("#"))) {
        *value = element;
        return true;
    }
    if (!take_apart(pattern, &parts))
        return false;
    name->start = name->end = 0;
    buf_append(name, parts.before.data, parts.before.len);
    buf_append(name, element.data, element.len);
    buf_append(name, parts.after.data, parts.after.len);
    if (name->failed)
        return false;
    struct key key = store_key(call->space.store, buf_slice(name));
    const struct entry *entry = keyspace_find(&call->space, &key);
    enum value_type wanted = parts.field.data ? TYPE_HASH : TYPE_STRING;
    if (entry == NULL || entry->type != wanted)
        return false;
    if (wanted == TYPE_HASH)
        return hash_get(entry_object(entry), parts.field, value);
    *value = entry_value(entry);
    return true;
}
