/* A line has one turn. The first in it is made ready, hangs in the keyspace of
 * whoever changed the key, and is served once the shards are released; then it
 * passes the turn on. While somebody has the turn, further changes of the key
 * need not tell anybody: the turn comes to all whom there is something for.
 *
 *     shard->waiting:  [line] A (key x, ready)   C (key x)   D (key z)
 *                      [line] B (key y)
 *     space->ready:    A          then, when A is served and x is still there
 *
 * Keys share lines by their hash, and there are about as many lines as there
 * are interests, so other keys are seldom in the way. The ready ones are a
 * circle, and the keyspace points to the last of them: both ends are at
 * hand. */
#include "store/interest.h"

#include <stdlib.h>

enum { MIN_LINES = 4 };

struct line {
    struct interest *first, **end; /* an end only if there is a first */
};

static struct interests *list_of(const struct store *store, unsigned db,
                                 const struct key *key, bool waits)
{
    struct shard *shard = &store->shards[store_shard(db, key->hash)];
    return waits ? &shard->waiting : &shard->watching;
}

/* There are lines. */
static struct line *line_of(const struct interests *list,
                            const struct key *key)
{
    return &list->lines[key->hash & (list->line_count - 1)];
}

static void append(struct interests *list, struct interest *interest)
{
    struct line *line = line_of(list, &interest->key);
    interest->next = NULL;
    interest->link = line->first == NULL ? &line->first : line->end;
    *interest->link = interest;
    line->end = &interest->next;
}

/* Out of memory is no failure as long as there are lines at all. */
static bool grow(struct interests *list)
{
    struct interests old = *list;
    if (list->count < list->line_count)
        return true;
    size_t count = old.line_count > 0 ? 2 * old.line_count : MIN_LINES;
    struct line *lines = calloc(count, sizeof *lines);
    if (lines == NULL)
        return old.lines != NULL;
    list->lines = lines;
    list->line_count = count;
    for (size_t i = 0; i < old.line_count; i++) {
        struct interest *interest = old.lines[i].first;
        while (interest != NULL) {
            struct interest *next = interest->next;
            append(list, interest);
            interest = next;
        }
    }
    free(old.lines);
    return true;
}

bool interest_add(struct store *store, struct interest *interest)
{
    struct interests *list =
        list_of(store, interest->db, &interest->key, interest->waits);
    if (!grow(list))
        return false;
    append(list, interest);
    list->count++;
    return true;
}

void interest_remove(struct store *store, struct interest *interest)
{
    struct interests *list =
        list_of(store, interest->db, &interest->key, interest->waits);
    *interest->link = interest->next;
    if (interest->next != NULL)
        interest->next->link = interest->link;
    else
        line_of(list, &interest->key)->end = interest->link;
    if (--list->count > 0)
        return;
    free(list->lines);
    *list = (struct interests){0};
}

/* From this one on in its line. */
static struct interest *seek(struct interest *interest, const struct key *key)
{
    while (interest != NULL && (interest->key.hash != key->hash ||
                                !slice_equal(interest->key.name, key->name)))
        interest = interest->next;
    return interest;
}

struct interest *interest_find(const struct keyspace *space,
                               const struct key *key, bool waits)
{
    const struct interests *list =
        list_of(space->store, space->db, key, waits);
    return list->count > 0 ? seek(line_of(list, key)->first, key) : NULL;
}

struct interest *interest_next(const struct interest *interest)
{
    return seek(interest->next, &interest->key);
}

struct interest *interest_each(const struct interests *list,
                               const struct interest *previous)
{
    if (list->count == 0)
        return NULL;
    const struct line *line = list->lines;
    if (previous != NULL && previous->next != NULL)
        return previous->next;
    if (previous != NULL)
        line = line_of(list, &previous->key) + 1;
    for (; line < list->lines + list->line_count; line++)
        if (line->first != NULL)
            return line->first;
    return NULL;
}

struct interest *interest_first(const struct keyspace *space,
                                const struct key *key)
{
    struct interest *interest = interest_find(space, key, true);
    if (interest == NULL)
        return NULL;
    const struct entry *entry = keyspace_peek(space, key);
    if (entry == NULL)
        return NULL;
    while (interest != NULL && interest->type != entry->type)
        interest = interest_next(interest);
    return interest;
}

/* Puts it before the first of those who are ready. */
static void make_ready(struct keyspace *space, struct interest *interest)
{
    interest->is_ready = true;
    interest->told(interest);
    if (space->ready == NULL) {
        space->ready = interest;
        interest->next_ready = interest;
    } else {
        interest->next_ready = space->ready->next_ready;
        space->ready->next_ready = interest;
    }
}

void interest_pass_on(struct keyspace *space, const struct key *key)
{
    struct interest *first = interest_first(space, key);
    if (first != NULL && !first->is_ready)
        make_ready(space, first);
}

void interest_tell(struct keyspace *space, const struct key *key)
{
    struct interest *interest = interest_find(space, key, false);
    for (; interest != NULL; interest = interest_next(interest))
        interest->told(interest);
    struct interest *first = interest_first(space, key);
    if (first != NULL && !first->is_ready) {
        make_ready(space, first);
        space->ready = first; /* in a circle, the first can be the last */
    }
}

struct interest *interest_take_ready(struct keyspace *space)
{
    if (space->ready == NULL)
        return NULL;
    struct interest *first = space->ready->next_ready;
    if (first == space->ready)
        space->ready = NULL;
    else
        space->ready->next_ready = first->next_ready;
    return first;
}
