/* A line has one turn. The first in it is made ready, hangs in the keyspace of
 * whoever changed the key, and is served once the shards are released; then it
 * passes the turn on. While somebody has the turn, further changes of the key
 * need not tell anybody: the turn comes to all whom there is something for.
 *
 *     shard->waiting:  A (key x, ready)   B (key y)   C (key x)
 *                      |                              ^
 *     space->ready:    A          then, when A is served and x is still there
 *
 * The ready ones are a circle, and the keyspace points to the last of them, so
 * both ends are at hand. */
#include "store/interest.h"

static struct shard *shard_of(const struct store *store, unsigned db,
                              const struct key *key)
{
    return &store->shards[store_shard(db, key->hash)];
}

static struct interests *list_of(const struct store *store,
                                 const struct interest *interest)
{
    struct shard *shard = shard_of(store, interest->db, &interest->key);
    return interest->waits ? &shard->waiting : &shard->watching;
}

void interest_add(struct store *store, struct interest *interest)
{
    struct interests *list = list_of(store, interest);
    interest->next = NULL;
    interest->link = list->first == NULL ? &list->first : list->end;
    *interest->link = interest;
    list->end = &interest->next;
}

void interest_remove(struct store *store, struct interest *interest)
{
    *interest->link = interest->next;
    if (interest->next != NULL)
        interest->next->link = interest->link;
    else
        list_of(store, interest)->end = interest->link;
}

static bool is_about(const struct interest *interest, const struct key *key)
{
    return interest->key.hash == key->hash &&
           slice_equal(interest->key.name, key->name);
}

struct interest *interest_first(const struct keyspace *space,
                                const struct key *key)
{
    struct interest *interest =
        shard_of(space->store, space->db, key)->waiting.first;
    const struct entry *entry = NULL;
    for (; interest != NULL; interest = interest->next) {
        if (!is_about(interest, key))
            continue;
        if (entry == NULL)
            entry = keyspace_peek(space, key);
        if (entry == NULL || entry->type == interest->type)
            break;
    }
    return entry != NULL ? interest : NULL;
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
    const struct shard *shard = shard_of(space->store, space->db, key);
    struct interest *interest = shard->watching.first;
    for (; interest != NULL; interest = interest->next)
        if (is_about(interest, key))
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
