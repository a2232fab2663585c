#include "session/blocked.h"

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
    int version; /* of its replies */
    size_t count;

    /* the shards of its keys must be held exclusively */
    bool waiting;
    struct waiter waiters[]; /* one for each key */
};

static void release(struct blocked *blocked)
{
    if (atomic_fetch_sub(&blocked->holders, 1) > 1)
        return;
    request_free(&blocked->request);
    free(blocked);
}

/* The key has changed: note that, to be served when the change is complete. */
static void key_changed(struct interest *interest, struct keyspace *space)
{
    struct waiter *waiter = (struct waiter *)interest;
    if (interest->is_ready)
        return;
    atomic_fetch_add(&waiter->blocked->holders, 1);
    interest->is_ready = true;
    interest->next_ready = NULL;
    struct interest **end = &space->ready;
    while (*end != NULL)
        end = &(*end)->next_ready;
    *end = interest;
}

bool blocked_enter(struct session *session, struct call *call,
                   const struct lockset *locks)
{
    size_t n = call->key_count;
    struct blocked *blocked =
        calloc(1, sizeof *blocked + n * sizeof *blocked->waiters);
    if (blocked == NULL ||
        !request_copy(&blocked->request, call->command, call->argv,
                      call->argc)) {
        free(blocked);
        return false;
    }
    atomic_init(&blocked->holders, 1);
    blocked->core = call->core;
    blocked->client = call->client;
    blocked->locks = *locks;
    blocked->db = call->space.db;
    blocked->version = call->out->version;
    blocked->count = n;
    blocked->waiting = true;
    for (size_t i = 0; i < n; i++) {
        struct interest *interest = &blocked->waiters[i].interest;
        blocked->waiters[i].blocked = blocked;
        interest->db = blocked->db;
        interest->key.hash = call->keys[i].hash;
        /* The same word, in the copy of the request. */
        for (size_t w = 0; w < call->argc; w++)
            if (call->argv[w].data == call->keys[i].name.data)
                interest->key.name = blocked->request.argv[w];
        interest->changed = key_changed;
        keyspace_listen(&call->space, interest);
    }
    session->blocked = blocked;
    session->blocked_until = call->block_until;
    atomic_store(&session->client.unblock, UNBLOCK_NOT);
    atomic_store(&session->client.blocked, true);
    return true;
}

/* Takes it out of the shards, which are held. */
static void stop_waiting(struct blocked *blocked)
{
    struct keyspace space = {.store = &blocked->core->store,
                             .db = blocked->db};
    for (size_t i = 0; i < blocked->count; i++)
        keyspace_ignore(&space, &blocked->waiters[i].interest);
    blocked->waiting = false;
}

/* A reply that finds no memory is lost, and the connection with it: the client
 * would wait for it for ever. */
static void post(struct mailbox *box, const struct reply *reply)
{
    struct letter *letter =
        reply->bytes.failed ? NULL : letter_new(buf_slice(&reply->bytes));
    if (letter == NULL) {
        box->wire.hang_up(box->wire.self, HANG_UP_BOTH);
    } else {
        mailbox_post(box, letter, NULL);
        letter_release(letter);
    }
    mailbox_ring(box);
}

/* Runs the request again, and posts the reply if there is one now. False: it
 * goes on waiting. What it changed is added to the space's ready ones. */
static bool try_again(struct blocked *blocked, struct keyspace *space)
{
    struct reply reply = {.version = blocked->version};
    struct prepared again;
    if (!prepare(&again, blocked->core, blocked->client, &reply,
                 blocked->request.command, blocked->request.argv,
                 blocked->request.argc, space->now))
        return false;
    again.call.space.db = blocked->db;
    again.call.space.ready = space->ready;
    again.call.may_block = true;
    again.call.command->run(&again.call);
    bool served = again.call.outcome != CALL_BLOCK;
    if (served) {
        stop_waiting(blocked);
        post(&blocked->client->mailbox, &reply);
    }
    space->ready = again.call.space.ready;
    again.call.space.ready = NULL;
    keyspace_free_garbage(&again.call.space);
    prepared_free(&again);
    buf_free(&reply.bytes);
    return served;
}

void blocked_serve(struct keyspace *space)
{
    while (space->ready != NULL) {
        struct waiter *waiter = (struct waiter *)space->ready;
        struct blocked *blocked = waiter->blocked;
        lockset_lock(&blocked->locks, space->store);
        space->ready = waiter->interest.next_ready;
        waiter->interest.is_ready = false;
        if (blocked->waiting)
            try_again(blocked, space);
        lockset_unlock(&blocked->locks, space->store);
        release(blocked);
    }
}

static void leave(struct session *session)
{
    release(session->blocked);
    session->blocked = NULL;
    atomic_store(&session->client.blocked, false);
}

bool blocked_is_over(struct session *session)
{
    struct blocked *blocked = session->blocked;
    lockset_lock(&blocked->locks, &session->core->store);
    bool waiting = blocked->waiting;
    lockset_unlock(&blocked->locks, &session->core->store);
    if (!waiting)
        leave(session);
    return !waiting;
}

bool blocked_give_up(struct session *session)
{
    struct blocked *blocked = session->blocked;
    lockset_lock(&blocked->locks, &session->core->store);
    bool waiting = blocked->waiting;
    if (waiting)
        stop_waiting(blocked);
    lockset_unlock(&blocked->locks, &session->core->store);
    leave(session);
    return waiting;
}
