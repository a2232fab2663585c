#include "pubsub/mailbox.h"
#include "base/clock.h"

#include <stdlib.h>

struct mail {
    struct mail *next;
    struct letter *letter;
};

struct letter *letter_new(struct slice bytes)
{
    struct letter *letter = malloc(sizeof *letter + bytes.len);
    if (letter == NULL)
        return NULL;
    atomic_init(&letter->holders, 1);
    letter->len = bytes.len;
    memcpy(letter->bytes, bytes.data, bytes.len);
    return letter;
}

void letter_release(struct letter *letter)
{
    if (atomic_fetch_sub(&letter->holders, 1) == 1)
        free(letter);
}

bool mailbox_open(struct mailbox *box, const struct wire *wire)
{
    *box = (struct mailbox){.wire = *wire};
    box->end = &box->first;
    return pthread_mutex_init(&box->lock, NULL) == 0;
}

/* What a letter costs the client, though it may share it with others. */
static size_t weight(const struct letter *letter)
{
    return letter->len + sizeof(struct mail);
}

/* Takes the first one out of the chain. */
static void drop_first(struct mailbox *box, struct mail **chain)
{
    struct mail *mail = *chain;
    *chain = mail->next;
    atomic_fetch_sub(&box->waiting, weight(mail->letter));
    atomic_fetch_sub(&box->letters, 1);
    letter_release(mail->letter);
    free(mail);
}

void mailbox_close(struct mailbox *box)
{
    while (box->first != NULL)
        drop_first(box, &box->first);
    pthread_mutex_destroy(&box->lock);
}

static bool above(size_t bytes, const atomic_llong *limit)
{
    long long most = atomic_load_explicit(limit, memory_order_relaxed);
    return most > 0 && bytes > (unsigned long long)most;
}

static bool too_much(struct mailbox *box, const struct mail_limit *limit)
{
    size_t bytes = atomic_load(&box->waiting) + atomic_load(&box->unsent);
    if (above(bytes, &limit->hard))
        return true;
    if (!above(bytes, &limit->soft)) {
        atomic_store_explicit(&box->soft_since, 0, memory_order_relaxed);
        return false;
    }
    long long now = clock_mono_ms();
    long long since = 0;
    if (atomic_compare_exchange_strong(&box->soft_since, &since, now))
        since = now;
    return now - since > atomic_load(&limit->seconds) * 1000;
}

static bool append_locked(struct mailbox *box, struct letter *letter)
{
    struct mail *mail = malloc(sizeof *mail);
    if (mail == NULL)
        return false;
    atomic_fetch_add(&letter->holders, 1);
    *mail = (struct mail){NULL, letter};
    *box->end = mail;
    box->end = &mail->next;
    atomic_fetch_add(&box->waiting, weight(letter));
    atomic_fetch_add(&box->letters, 1);
    return true;
}

bool mailbox_put(struct mailbox *box, struct letter *letter,
                 const struct mail_limit *limit, bool *ring)
{
    pthread_mutex_lock(&box->lock);
    bool was_good = !box->overflown;
    *ring = box->first == NULL && was_good;
    if (was_good && (!append_locked(box, letter) ||
                     (limit != NULL && too_much(box, limit)))) {
        box->overflown = true;
        *ring = true;
    }
    bool good = !box->overflown;
    pthread_mutex_unlock(&box->lock);
    return good;
}

bool mailbox_post(struct mailbox *box, struct letter *letter,
                  const struct mail_limit *limit)
{
    bool ring;
    bool good = mailbox_put(box, letter, limit, &ring);
    if (ring)
        mailbox_ring(box);
    return good;
}

bool mailbox_check(struct mailbox *box, const struct mail_limit *limit)
{
    if (!too_much(box, limit))
        return true;
    mailbox_fail(box);
    return false;
}

void mailbox_fail(struct mailbox *box)
{
    box->overflown = true;
    mailbox_ring(box);
}

void mailbox_ring(struct mailbox *box)
{
    if (box->overflown)
        box->wire.hang_up(box->wire.self, HANG_UP_BOTH);
    box->wire.ring(box->wire.self);
}

/* The whole chain; `end` is where the next one would hang. */
static struct mail *take_chain(struct mailbox *box, struct mail ***end)
{
    pthread_mutex_lock(&box->lock);
    struct mail *chain = box->first;
    *end = box->end;
    box->first = NULL;
    box->end = &box->first;
    pthread_mutex_unlock(&box->lock);
    return chain;
}

/* In front of what has come meanwhile. */
static void put_back(struct mailbox *box, struct mail *chain,
                     struct mail **end)
{
    pthread_mutex_lock(&box->lock);
    *end = box->first;
    if (box->first == NULL)
        box->end = end;
    box->first = chain;
    pthread_mutex_unlock(&box->lock);
    mailbox_ring(box);
}

/* Copies without the lock: whoever posts shall not wait for that. */
bool mailbox_take(struct mailbox *box, struct buf *out, size_t most)
{
    struct mail **end;
    if (box->overflown)
        return false;
    struct mail *chain = take_chain(box, &end);
    while (chain != NULL && buf_len(out) < most) {
        buf_append(out, chain->letter->bytes, chain->letter->len);
        drop_first(box, &chain);
    }
    atomic_store(&box->unsent, buf_len(out));
    if (chain != NULL)
        put_back(box, chain, end);
    return !box->overflown;
}
