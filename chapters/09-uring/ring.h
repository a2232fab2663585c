/* What the kernel is asked to do, and what it answers. Both stand in rings, in
 * memory that the kernel and we share:
 *
 *        we --> | receive on 7 | send this on 9 | ...   submissions   --> kernel
 *        we <-- | 9: 40 bytes sent | ...                completions   <-- kernel
 *        we --> | buffer 3 | buffer 8 | ...             free buffers  --> kernel
 *
 * What is asked leaves with the next ring_wait, all of it in one system call. A
 * completion carries 64 bits that were given with the submission (user_data):
 * here the descriptor, and what was asked.
 *
 * Memory that the kernel works with is not ours:
 * - what ring_send was given, until the answer to it has come: it must not
 *   change, move or be freed;
 * - a free buffer, until it comes with an answer; then it is ours, until
 *   ring_give_back. */
#ifndef RING_H
#define RING_H

#include "slice.h"

#include <liburing.h>

enum { ANSWERS_MAX = 256 /* in one round; the others come in the next */ };

enum what { RECEIVE = 1, SEND = 2, CANCEL = 4, ACCEPT = 8 };

struct ring {
    struct io_uring uring;          /* submissions and completions */
    struct io_uring_buf_ring *free; /* buffers that the kernel may fill */
    char *buffers;                  /* where they all are */
    unsigned asked;                 /* last answers that are still due */
};

struct answer {
    int fd;
    enum what what;
    int result;         /* as of the system call, or -errno */
    bool last;          /* nothing more comes of what was asked */
    struct slice bytes; /* what was received: in a buffer, unless NULL */
};

/* 0, or the errno. */
int ring_open(struct ring *ring);

/* Takes back all that was asked, and waits until the kernel has let go of it;
 * then the memory that it worked with may be freed. */
void ring_close(struct ring *ring);

/* Hands over what was asked and waits for an answer. Returns how many there
 * are; 0 when a signal came. Each may be followed by two things asked. */
unsigned ring_wait(struct ring *ring, struct answer answers[ANSWERS_MAX]);

/* Every client who comes and all bytes that come, an answer each, until one is
 * the last. */
void ring_accept(struct ring *ring, int fd);
void ring_receive(struct ring *ring, int fd);

/* Once. The result may be less than all of it. */
void ring_send(struct ring *ring, int fd, struct slice bytes);

/* What was asked for the descriptor ends with a last answer, -ECANCELED if it
 * was not done yet: receiving, or everything. The cancel is answered too. */
void ring_cancel_receive(struct ring *ring, int fd);
void ring_cancel_all(struct ring *ring, int fd);

/* The bytes of the answer are not looked at any more. */
void ring_give_back(struct ring *ring, const struct answer *answer);

#endif
