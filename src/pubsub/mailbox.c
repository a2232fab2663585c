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

static void drop_first_locked(struct mailbox *box)
{
    struct mail *mail = box->first;
    box->first = mail->next;
    if (box->first == NULL)
        box->end = &box->first;
    atomic_fetch_sub(&box->waiting, weight(mail->letter));
    atomic_fetch_sub(&box->letters, 1);
    letter_release(mail->letter);
    free(mail);
}

static void empty_locked(struct mailbox *box)
{
    while (box->first != NULL)
        drop_first_locked(box);
}

void mailbox_close(struct mailbox *box)
{
    empty_locked(box);
    pthread_mutex_destroy(&box->lock);
}

static void overflow_locked(struct mailbox *box)
{
    box->overflown = true;
    empty_locked(box);
    box->wire.hang_up(box->wire.self, HANG_UP_BOTH);
    box->wire.ring(box->wire.self);
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

bool mailbox_post(struct mailbox *box, struct letter *letter,
                  const struct mail_limit *limit)
{
    pthread_mutex_lock(&box->lock);
    bool first = box->first == NULL;
    bool good = !box->overflown;
    if (good && (!append_locked(box, letter) ||
                 (limit != NULL && too_much(box, limit)))) {
        overflow_locked(box);
        good = false;
    }
    if (good && first)
        box->wire.ring(box->wire.self);
    pthread_mutex_unlock(&box->lock);
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
    pthread_mutex_lock(&box->lock);
    if (!box->overflown)
        overflow_locked(box);
    pthread_mutex_unlock(&box->lock);
}

void mailbox_ring(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    box->wire.ring(box->wire.self);
    pthread_mutex_unlock(&box->lock);
}

bool mailbox_take(struct mailbox *box, struct buf *out, size_t most)
{
    pthread_mutex_lock(&box->lock);
    while (box->first != NULL && buf_len(out) < most) {
        const struct letter *letter = box->first->letter;
        buf_append(out, letter->bytes, letter->len);
        drop_first_locked(box);
    }
    atomic_store(&box->unsent, buf_len(out));
    if (box->first != NULL)
        box->wire.ring(box->wire.self);
    bool good = !box->overflown;
    pthread_mutex_unlock(&box->lock);
    return good;
}
