/* Whoever posts pushes onto a stack, with one atomic exchange; the owner takes
 * the whole stack at once and turns it over. No lock: a thread that lost the
 * processor while it held one would make everybody wait who has something to
 * say, and with a thousand readers that happens all the time.
 *
 *     newest --> c --> b --> a          (posted: a, b, c)
 *     left   --> a --> b --> c          (after collect) */
#include "pubsub/mailbox.h"
#include "base/clock.h"
#include "pubsub/ringer.h"

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

void mailbox_open(struct mailbox *box, const struct wire *wire)
{
    *box = (struct mailbox){.wire = *wire};
}

/* What a letter costs the client, though it may share it with others. */
static size_t weight(const struct letter *letter)
{
    return letter->len + sizeof(struct mail);
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

/* False: no memory. */
static bool push(struct mailbox *box, struct letter *letter, bool *first)
{
    struct mail *mail = malloc(sizeof *mail);
    if (mail == NULL)
        return false;
    atomic_fetch_add(&letter->holders, 1);
    atomic_fetch_add(&box->waiting, weight(letter));
    atomic_fetch_add(&box->letters, 1);
    mail->letter = letter;
    struct mail *before = atomic_load(&box->newest);
    do
        mail->next = before;
    while (!atomic_compare_exchange_weak(&box->newest, &before, mail));
    *first = before == NULL; /* the mail may be gone already */
    return true;
}

bool mailbox_put(struct mailbox *box, struct letter *letter,
                 const struct mail_limit *limit, bool *ring)
{
    *ring = false;
    if (box->overflown)
        return false;
    if (push(box, letter, ring) && (limit == NULL || !too_much(box, limit)))
        return true;
    *ring = !atomic_exchange(&box->overflown, true);
    return false;
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
    if (!atomic_exchange(&box->overflown, true))
        mailbox_ring(box);
}

void mailbox_ring(struct mailbox *box)
{
    if (box->overflown)
        box->wire.hang_up(box->wire.self, HANG_UP_BOTH);
    box->wire.ring(box->wire.self);
}

/* Nothing was left. */
static void collect(struct mailbox *box)
{
    struct mail *newest = atomic_exchange(&box->newest, NULL);
    while (newest != NULL) {
        struct mail *older = newest->next;
        newest->next = box->left;
        box->left = newest;
        newest = older;
    }
}

/* There is one left; the next one is collected if need be. */
static void drop_first(struct mailbox *box)
{
    struct mail *mail = box->left;
    box->left = mail->next;
    if (box->left == NULL)
        collect(box);
    atomic_fetch_sub(&box->waiting, weight(mail->letter));
    atomic_fetch_sub(&box->letters, 1);
    letter_release(mail->letter);
    free(mail);
}

/* The owner has come. Returns who rang for it, or NULL. */
static struct ringer *come(struct mailbox *box)
{
    struct ringer *caller = atomic_exchange(&box->caller, NULL);
    if (caller != NULL)
        ringer_saw(caller);
    return caller;
}

void mailbox_close(struct mailbox *box)
{
    come(box);
    if (box->left == NULL)
        collect(box);
    while (box->left != NULL)
        drop_first(box);
}

bool mailbox_take(struct mailbox *box, struct buf *out, size_t most)
{
    struct ringer *caller = come(box);
    if (box->overflown)
        return false;
    if (box->left == NULL)
        collect(box);
    while (box->left != NULL && buf_len(out) < most) {
        const struct letter *letter = box->left->letter;
        buf_append(out, letter->bytes, letter->len);
        drop_first(box);
    }
    atomic_store(&box->unsent, buf_len(out));
    if (box->left != NULL && caller != NULL)
        ringer_take_again(caller, box);
    else if (box->left != NULL)
        mailbox_ring(box);
    return !box->overflown;
}
