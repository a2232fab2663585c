/* io_uring(7): what the kernel is asked to do, and what it answers. Both stand
 * in rings, in memory that the kernel and we share:
 *
 *     we --> | receive on 7 | send this on 9 | ...    submissions   --> kernel
 *     we <-- | 9: 40 bytes sent | ...                 completions   <-- kernel
 *     we --> | buffer 3 | buffer 8 | ...              free buffers  --> kernel
 *
 * What is asked leaves with the next ring_wait, all of it in one system call,
 * and is answered, once or many times, until an answer is the last. Each answer
 * tells on whose behalf it was asked: `who`, which must stay until then.
 *
 * Not for two threads: the one that opened the ring asks and waits. */
#ifndef RING_H
#define RING_H

#include "base/slice.h"

#include <liburing.h>

enum { ANSWERS_MAX = 256 /* taken at once; the others come next time */ };

/* Fits into the bits of an address that are 0 because it is aligned. */
enum what { ACCEPT, KNOCK, RECEIVE, SEND, ROOM, BELL, STOP, CANCEL, WHATS };

struct ring {
    struct io_uring uring;          /* submissions and completions */
    struct io_uring_buf_ring *free; /* buffers that the kernel may fill */
    char *buffers;                  /* where they all are */
    unsigned asked;                 /* how many last answers are still due */
};

struct answer {
    void *who;
    enum what what;
    int result;         /* as of the system call, or -errno */
    bool last;          /* nothing more comes of what was asked */
    struct slice bytes; /* received; ours until ring_give_back */
};

/* False, with errno: ENOSYS or EPERM where the kernel, or who is above it, lets
 * nobody use io_uring; EINVAL where it is older than Linux 6.1. */
bool ring_open(struct ring *ring);

/* Takes back what was asked, and waits until the kernel has let go of it: then
 * the memory that it worked with may be freed. */
void ring_close(struct ring *ring);

/* Hands over what was asked, and waits until something is answered, as long as
 * poll(2) would. Returns how many answers there are; -1, with errno: answers
 * have been lost, there is no memory. */
int ring_wait(struct ring *ring, int timeout,
              struct answer answers[ANSWERS_MAX]);

/* The bytes of the answer are not looked at any more. */
void ring_give_back(struct ring *ring, const struct answer *answer);

/* Is there room for two more things to be asked, besides the one that an answer
 * may lead to at once? For that there always is. */
bool ring_has_room(const struct ring *ring);

/* Every client who comes, and all bytes that come: many answers. -ENOBUFS: no
 * buffer was free. */
void ring_accept(struct ring *ring, int fd, void *who);
void ring_receive(struct ring *ring, int fd, void *who);

/* Sends what the socket takes now. That is never waited for (MSG_DONTWAIT): the
 * bytes have to stay until the next ring_wait returns, not longer. */
void ring_send(struct ring *ring, int fd, struct slice bytes, void *who);

/* One answer, once the descriptor is ready for that (poll(2)): for KNOCK, ROOM,
 * BELL, or STOP. */
void ring_poll(struct ring *ring, int fd, unsigned events, void *who,
               enum what what);

/* All that is asked for the descriptor ends, with a last answer; so does this
 * itself. */
void ring_cancel(struct ring *ring, int fd, void *who);

#endif
