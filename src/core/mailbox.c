#include "core/mailbox.h"

bool mailbox_open(struct mailbox *box, void (*ring)(void *wire), void *wire)
{
    *box = (struct mailbox){.ring = ring, .wire = wire};
    return pthread_mutex_init(&box->lock, NULL) == 0;
}

void mailbox_close(struct mailbox *box)
{
    buf_free(&box->bytes);
    pthread_mutex_destroy(&box->lock);
}

bool mailbox_post(struct mailbox *box, struct slice bytes, size_t most)
{
    pthread_mutex_lock(&box->lock);
    bool first = buf_len(&box->bytes) == 0 && !box->overflown;
    if (!box->overflown)
        buf_append(&box->bytes, bytes.data, bytes.len);
    if (box->bytes.failed || (most > 0 && buf_len(&box->bytes) > most))
        box->overflown = true;
    bool good = !box->overflown;
    if (first || !good)
        box->ring(box->wire);
    pthread_mutex_unlock(&box->lock);
    return good;
}

void mailbox_ring(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    box->ring(box->wire);
    pthread_mutex_unlock(&box->lock);
}

bool mailbox_take(struct mailbox *box, struct buf *out)
{
    pthread_mutex_lock(&box->lock);
    struct slice mail = buf_slice(&box->bytes);
    buf_append(out, mail.data, mail.len);
    buf_free(&box->bytes);
    bool good = !box->overflown;
    pthread_mutex_unlock(&box->lock);
    return good;
}
