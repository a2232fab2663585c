#include "session/transaction.h"
#include "session/account.h"
#include "session/blocked.h"
#include "session/monitor.h"
#include "session/permission.h"
#include "store/interest.h"

#include <stdlib.h>

/* One WATCHed key. */
struct watch {
    struct interest interest; /* first: an interest is a watch */
    struct transaction *transaction;
    struct watch *next;
    bool existed;
    char name[];
};

struct transaction {
    bool open;    /* MULTI has been said */
    bool spoiled; /* a request could not be queued */
    struct request *queue;
    size_t count, cap;
    struct watch *watches;
    struct client *client; /* its watch_broken: a watched key has changed */
};

bool transaction_is_open(const struct session *session)
{
    return session->transaction != NULL && session->transaction->open;
}

bool transaction_writes(const struct session *session)
{
    const struct transaction *transaction = session->transaction;
    for (size_t i = 0; transaction != NULL && i < transaction->count; i++)
        if (transaction->queue[i].command->flags & (CMD_WRITE | CMD_PUBLISHES))
            return true;
    return false;
}

static struct transaction *get(struct session *session)
{
    if (session->transaction == NULL) {
        session->transaction = calloc(1, sizeof *session->transaction);
        if (session->transaction != NULL)
            session->transaction->client = &session->client;
    }
    return session->transaction;
}

void transaction_spoil(struct session *session)
{
    session->transaction->spoiled = true;
}

static bool room(struct transaction *transaction)
{
    if (transaction->count < transaction->cap)
        return true;
    size_t cap = transaction->cap > 0 ? 2 * transaction->cap : 8;
    struct request *queue = realloc(transaction->queue, cap * sizeof *queue);
    if (queue == NULL)
        return false;
    transaction->queue = queue;
    transaction->cap = cap;
    return true;
}

void transaction_queue(struct session *session, const struct command *command)
{
    struct transaction *transaction = session->transaction;
    if (room(transaction) &&
        request_copy(&transaction->queue[transaction->count], command,
                     session->parser.argv, session->parser.argc)) {
        session->client.queue_size +=
            transaction->queue[transaction->count++].size;
        session->client.queued++;
        reply_status(&session->out, "QUEUED");
    } else {
        transaction->spoiled = true;
        reply_error(&session->out, "OOM command not allowed: out of memory");
    }
}

static void key_changed(struct interest *interest)
{
    atomic_store(&((struct watch *)interest)->transaction->client->watch_broken,
                 true);
}

static bool is_watched(const struct transaction *transaction,
                       const struct keyspace *space, const struct key *key)
{
    const struct interest *interest = interest_find(space, key, false);
    while (interest != NULL &&
           ((const struct watch *)interest)->transaction != transaction)
        interest = interest_next(interest);
    return interest != NULL;
}

static bool watch_key(struct transaction *transaction, struct keyspace *space,
                      const struct key *key)
{
    if (is_watched(transaction, space, key))
        return true;
    struct watch *watch = malloc(sizeof *watch + key->name.len);
    if (watch == NULL)
        return false;
    memcpy(watch->name, key->name.data, key->name.len);
    watch->interest = (struct interest){
        .db = space->db,
        .key = {{watch->name, key->name.len}, key->hash},
        .told = key_changed,
    };
    watch->transaction = transaction;
    watch->existed = keyspace_find(space, key) != NULL;
    if (!interest_add(space->store, &watch->interest)) {
        free(watch);
        return false;
    }
    watch->next = transaction->watches;
    transaction->watches = watch;
    return true;
}

void transaction_watch(struct session *session, struct call *call)
{
    struct transaction *transaction = get(session);
    bool good = transaction != NULL;
    if (good && transaction->open) {
        reply_error(&session->out, "ERR WATCH inside MULTI is not allowed");
        return;
    }
    for (size_t i = 0; good && i < call->key_count; i++)
        good = watch_key(transaction, &call->space, &call->keys[i]);
    if (good)
        reply_status(&session->out, "OK");
    else
        reply_error(&session->out, "OOM command not allowed: out of memory");
}

static void add_watches(const struct transaction *transaction,
                        struct lockset *locks)
{
    for (const struct watch *w = transaction->watches; w != NULL; w = w->next)
        lockset_add(locks, store_shard(w->interest.db, w->interest.key.hash),
                    true);
}

/* Their shards are held. False: a watched key has changed, or is no longer
 * there because its time was over. */
static bool end_watches(struct session *session)
{
    struct transaction *transaction = session->transaction;
    struct keyspace space = {.store = &session->core->store,
                             .now = session->now};
    bool good = !atomic_load(&transaction->client->watch_broken);
    while (transaction->watches != NULL) {
        struct watch *watch = transaction->watches;
        transaction->watches = watch->next;
        space.db = watch->interest.db;
        if (watch->existed && !keyspace_find(&space, &watch->interest.key))
            good = false;
        interest_remove(space.store, &watch->interest);
        free(watch);
    }
    atomic_store(&transaction->client->watch_broken, false);
    return good;
}

static void unwatch(struct session *session)
{
    if (session->transaction == NULL || session->transaction->watches == NULL)
        return;
    struct lockset locks;
    lockset_init(&locks, session->client.id);
    add_watches(session->transaction, &locks);
    lockset_lock(&locks, &session->core->store);
    end_watches(session);
    lockset_unlock(&locks, &session->core->store);
}

static void close_transaction(struct transaction *transaction)
{
    for (size_t i = 0; i < transaction->count; i++)
        request_free(&transaction->queue[i]);
    free(transaction->queue);
    transaction->queue = NULL;
    transaction->count = transaction->cap = 0;
    transaction->open = transaction->spoiled = false;
    transaction->client->queued = -1;
    transaction->client->queue_size = 0;
}

/* The queued requests, one after the other, under the locks of them all. */
static void run_all(struct session *session, struct prepared *calls, size_t n)
{
    struct lockset locks;
    lockset_init(&locks, session->client.id);
    add_watches(session->transaction, &locks);
    for (size_t i = 0; i < n; i++)
        prepared_plan(&calls[i], &locks);
    lockset_lock(&locks, &session->core->store);
    bool unchanged = end_watches(session);
    struct interest *ready = NULL;
    if (unchanged)
        reply_array(&session->out, n);
    else
        reply_null_array(&session->out);
    for (size_t i = 0; unchanged && i < n; i++) {
        struct call *call = &calls[i].call;
        call->space.db = session->client.db; /* SELECT may be among them */
        call->space.ready = ready;
        int64_t began = account_begin(session, call->command);
        if (permission_kept(session, call)) {
            call->command->run(call);
            call_remember(call);
            monitor_show(call);
        }
        if (call->outcome == CALL_UNWATCH)
            reply_status(&session->out, "OK");
        account_end(session, call, began);
        ready = call->space.ready;
    }
    lockset_unlock(&locks, &session->core->store);
    for (size_t i = 0; i < n; i++)
        keyspace_free_garbage(&calls[i].call.space);
    struct keyspace space = {.store = &session->core->store,
                             .now = session->now,
                             .writer = session->client.id,
                             .ready = ready};
    blocked_serve(&space);
}

static bool prepare_all(struct session *session, struct prepared *calls)
{
    struct transaction *transaction = session->transaction;
    unsigned db = session->client.db;
    for (size_t i = 0; i < transaction->count; i++) {
        struct request *request = &transaction->queue[i];
        if (!prepare(&calls[i], session->core, &session->client, &session->out,
                     request->command, request->argv, request->argc,
                     session->now)) {
            while (i > 0)
                prepared_free(&calls[--i]);
            return false;
        }
        /* A SELECT tells which database the next ones lock. */
        calls[i].call.space.db = db;
        long long selected;
        if (strcmp(request->command->name, "select") == 0 &&
            slice_to_ll(request->argv[1], &selected) && selected >= 0 &&
            selected < (long long)session->core->store.databases)
            db = (unsigned)selected;
    }
    return true;
}

static void exec(struct session *session)
{
    struct transaction *transaction = session->transaction;
    size_t n = transaction->count;
    if (transaction->spoiled) {
        unwatch(session);
        reply_error(&session->out, "EXECABORT Transaction discarded because of "
                                   "previous errors.");
        return;
    }
    struct prepared *calls = calloc(n + 1, sizeof *calls);
    if (calls == NULL || !prepare_all(session, calls)) {
        unwatch(session);
        reply_error(&session->out, "OOM command not allowed: out of memory");
    } else {
        run_all(session, calls, n);
        for (size_t i = 0; i < n; i++)
            prepared_free(&calls[i]);
    }
    free(calls);
}

static void multi(struct session *session)
{
    if (transaction_is_open(session)) {
        reply_error(&session->out, "ERR MULTI calls can not be nested");
    } else if (get(session) == NULL) {
        /* What comes behind it must not be run as if it stood alone. */
        reply_error(&session->out, "OOM command not allowed: out of memory");
        session->client.closing = true;
    } else {
        session->transaction->open = true;
        session->client.queued = 0;
        reply_status(&session->out, "OK");
    }
}

bool transaction_grows(const struct session *session)
{
    const struct transaction *transaction = session->transaction;
    if (!transaction_is_open(session))
        return false;
    for (size_t i = 0; i < transaction->count; i++)
        if (transaction->queue[i].command->flags & CMD_GROWS)
            return true;
    return false;
}

void transaction_discard(struct session *session)
{
    unwatch(session);
    if (transaction_is_open(session))
        close_transaction(session->transaction);
}

void transaction_command(struct session *session, enum outcome outcome)
{
    if (outcome == CALL_MULTI) {
        multi(session);
    } else if (outcome == CALL_UNWATCH) {
        unwatch(session);
        reply_status(&session->out, "OK");
    } else if (!transaction_is_open(session)) {
        reply_error(&session->out, "ERR %s without MULTI",
                    outcome == CALL_EXEC ? "EXEC" : "DISCARD");
    } else {
        if (outcome == CALL_EXEC) {
            exec(session);
        } else {
            unwatch(session);
            reply_status(&session->out, "OK");
        }
        close_transaction(session->transaction);
    }
}

void transaction_free(struct session *session)
{
    if (session->transaction == NULL)
        return;
    unwatch(session);
    close_transaction(session->transaction);
    free(session->transaction);
    session->transaction = NULL;
}
