/*   the client's thread               the thread of one who pushes
 *
 *   BLPOP k: nothing there
 *   blocked_enter: in line for k
 *   waits for its socket, the         LPUSH k x: interest_tell makes the
 *   clock and its bell                first in line ready
 *                                     (the shards are released)
 *                                     blocked_serve: BLPOP k once more;
 *                                     out of the line, reply, bell
 *   blocked_is_over: takes the
 *   reply, goes on with its requests
 *
 * Between push and serving, anybody may take what was pushed: then the first in
 * line stays where it is. Only who could wait himself may not: he stands behind
 * (call_find_in_turn). */
#include "session/blocked.h"
#include "store/interest.h"

#include <stdlib.h>

struct waiter {
    struct interest interest; /* first: an interest is a waiter */
    struct blocked *blocked;
};

struct blocked {
    atomic_int holders; /* its session, and each list of ready ones it is in */

    /* never changes */
    struct core *core;
    struct client *client;
    struct request request;
    struct lockset locks;
    unsigned db;
    size_t count; /* keys */

    /* the shards of its keys must be held exclusively */
    bool waiting;
    struct reply reply;      /* once it does not */
    struct waiter waiters[]; /* one for each key */
};

static void release(struct blocked *blocked)
{
    if (atomic_fetch_sub(&blocked->holders, 1) > 1)
        return;
    request_free(&blocked->request);
    buf_free(&blocked->reply.bytes);
    free(blocked);
}

static void keep(struct interest *interest)
{
    atomic_fetch_add(&((struct waiter *)interest)->blocked->holders, 1);
}

/* NULL: no memory. It waits, but for nothing yet. */
static struct blocked *new_blocked(const struct call *call,
                                   const struct lockset *locks)
{
    struct blocked *blocked =
        calloc(1, sizeof *blocked +
                      call->wait.keys * sizeof *blocked->waiters);
    if (blocked == NULL ||
        !request_copy(&blocked->request, call->command, call->argv,
                      call->argc)) {
        free(blocked);
        return NULL;
    }
    atomic_init(&blocked->holders, 1);
    blocked->core = call->core;
    blocked->client = call->client;
    blocked->locks = *locks;
    blocked->db = call->space.db;
    blocked->waiting = true;
    blocked->reply.version = call->out->version;
    return blocked;
}

/* Puts it in line for each key. Keys are words of the request, in their order;
 * the names of the interests are the same words of the copy. False: no memory;
 * it stands only in the first blocked->count lines. */
static bool stand_in_line(struct blocked *blocked, const struct call *call)
{
    size_t word = 0;
    for (size_t i = 0; i < call->wait.keys; i++) {
        struct slice name = call->keys[i].name;
        while (call->argv[word].data != name.data ||
               call->argv[word].len != name.len)
            word++;
        blocked->waiters[i] = (struct waiter){
            .interest = {.db = blocked->db,
                         .key = {blocked->request.argv[word],
                                 call->keys[i].hash},
                         .waits = true,
                         .type = call->wait.type,
                         .told = keep},
            .blocked = blocked};
        if (!interest_add(&blocked->core->store,
                          &blocked->waiters[i].interest))
            return false;
        blocked->count++;
    }
    return true;
}

/* Takes it out of the shards, which are held. */
static void stop_waiting(struct blocked *blocked)
{
    for (size_t i = 0; i < blocked->count; i++)
        interest_remove(&blocked->core->store, &blocked->waiters[i].interest);
    blocked->waiting = false;
}

bool blocked_enter(struct session *session, struct call *call,
                   const struct lockset *locks)
{
    struct blocked *blocked = new_blocked(call, locks);
    if (blocked == NULL)
        return false;
    if (!stand_in_line(blocked, call)) {
        stop_waiting(blocked);
        release(blocked);
        return false;
    }
    session->blocked = blocked;
    session->blocked_until = call->wait.until;
    atomic_store(&session->client.waiting, WAIT_ON);
    return true;
}

/* Of the keys that a call waited for, leaves only number `i`. */
static void narrow(struct call *call, size_t count, size_t i)
{
    call->keys += i;
    call->key_count -= count - 1;
}

/* Runs the request again. False: it goes on waiting. */
static bool try_again(struct blocked *blocked, const struct waiter *waiter,
                      struct keyspace *space)
{
    struct prepared again;
    struct call *call = &again.call;
    if (!prepare(&again, blocked->core, blocked->client, &blocked->reply,
                 blocked->request.command, blocked->request.argv,
                 blocked->request.argc, space->now)) {
        reply_error(&blocked->reply,
                    "OOM command not allowed: out of memory");
        return true;
    }
    const struct call whole = *call;
    narrow(call, blocked->count, (size_t)(waiter - blocked->waiters));
    call->space = *space;
    call->may_block = true;
    call->in_turn = true;
    call->command->run(call);
    *space = call->space;
    call->keys = whole.keys;
    call->key_count = whole.key_count;
    prepared_free(&again);
    return call->outcome != CALL_BLOCK;
}

/* What is given to a client that has left is lost. */
static bool has_left(const struct client *client)
{
    const struct wire *wire = &client->mailbox.wire;
    return wire->has_left(wire->self);
}

/* The waiter is the first in line. False: it goes on waiting. */
static bool serve_first(struct waiter *waiter, struct keyspace *space)
{
    struct blocked *blocked = waiter->blocked;
    atomic_int *wait = &blocked->client->waiting;
    int before = WAIT_ON;
    if (atomic_compare_exchange_strong(wait, &before, WAIT_SERVED) &&
        !has_left(blocked->client) && !try_again(blocked, waiter, space)) {
        atomic_store(wait, WAIT_ON);
        return false;
    }
    stop_waiting(blocked);
    mailbox_ring(&blocked->client->mailbox);
    return true;
}

/* The waiter had the turn. Its shards are held. */
static void serve(struct waiter *waiter, struct keyspace *space)
{
    const struct key *key = &waiter->interest.key;
    waiter->interest.is_ready = false;
    if (waiter->blocked->waiting &&
        interest_first(space, key) == &waiter->interest &&
        !serve_first(waiter, space))
        return;
    interest_pass_on(space, key);
}

void blocked_serve(struct keyspace *space)
{
    struct interest *interest;
    while ((interest = interest_take_ready(space)) != NULL) {
        struct waiter *waiter = (struct waiter *)interest;
        struct blocked *blocked = waiter->blocked;
        struct lockset locks = blocked->locks; /* others may use it, too */
        space->db = blocked->db;
        lockset_lock(&locks, space->store);
        serve(waiter, space);
        lockset_unlock(&locks, space->store);
        keyspace_free_garbage(space);
        release(blocked);
    }
}

/* Does it still wait? If `give_up`, then it does no longer. */
static bool is_waiting(struct blocked *blocked, bool give_up)
{
    struct lockset locks = blocked->locks;
    lockset_lock(&locks, &blocked->core->store);
    bool waiting = blocked->waiting;
    if (waiting && give_up)
        stop_waiting(blocked);
    lockset_unlock(&locks, &blocked->core->store);
    return waiting;
}

/* Returns how the wait ended. */
static enum waiting leave(struct session *session)
{
    struct reply *reply = &session->blocked->reply;
    struct slice bytes = buf_slice(&reply->bytes);
    buf_append(&session->out.bytes, bytes.data, bytes.len);
    session->out.bytes.failed |= reply->bytes.failed;
    session->out.errors += reply->errors;
    if (reply->errors > 0)
        memcpy(session->out.code, reply->code, sizeof reply->code);
    release(session->blocked);
    session->blocked = NULL;
    atomic_store(&session->client.active_at, session->now);
    return (enum waiting)atomic_exchange(&session->client.waiting, WAIT_NOT);
}

bool blocked_is_over(struct session *session)
{
    bool waiting = is_waiting(session->blocked, false);
    if (!waiting)
        leave(session);
    return !waiting;
}

enum waiting blocked_give_up(struct session *session)
{
    is_waiting(session->blocked, true);
    return leave(session);
}
