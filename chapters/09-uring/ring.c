/* A thin layer over liburing(7): which of the many things that io_uring can do
 * this server uses.
 *
 * Accepting and receiving are asked once and answered many times ("multishot").
 * A receive that waits has no memory: when bytes have come, the kernel takes a
 * free buffer, and the answer says which. So 512 buffers are enough for any
 * number of clients, as long as they are given back at once. When there is none
 * the receive ends with -ENOBUFS, and has to be asked again. */
#include "ring.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    SUBMISSIONS = 4 * ANSWERS_MAX, /* room for twice as many as needed */
    COMPLETIONS = 4096, /* what does not fit the kernel keeps in a list */
    BUFFERS = 512,      /* a power of two */
    BUFFER_SIZE = 4096, /* bytes */
    BUFFER_GROUP = 0,   /* the number of our ring of buffers */
    MEMORY = BUFFERS * (sizeof(struct io_uring_buf) + BUFFER_SIZE),
};

static void add_buffer(struct ring *ring, unsigned short id)
{
    char *data = ring->buffers + (size_t)id * BUFFER_SIZE;
    io_uring_buf_ring_add(ring->free, data, BUFFER_SIZE, id,
                          io_uring_buf_ring_mask(BUFFERS), 0);
    io_uring_buf_ring_advance(ring->free, 1);
}

/* The ring of buffers, which has to start a page, and then the buffers. */
static int open_buffers(struct ring *ring)
{
    ring->free = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ring->free == MAP_FAILED)
        return errno;
    struct io_uring_buf_reg group = {
        .ring_addr = (uintptr_t)ring->free,
        .ring_entries = BUFFERS,
        .bgid = BUFFER_GROUP,
    };
    int error = -io_uring_register_buf_ring(&ring->uring, &group, 0);
    if (error != 0) {
        munmap(ring->free, MEMORY);
        return error;
    }
    ring->buffers = (char *)&ring->free->bufs[BUFFERS];
    for (unsigned short id = 0; id < BUFFERS; id++)
        add_buffer(ring, id);
    return 0;
}

/* One thread asks, and what the kernel has to do for an answer it does when we
 * wait: it need not interrupt us. That is the newest that we need (Linux 6.1);
 * a kernel that is older says EINVAL here. */
int ring_open(struct ring *ring)
{
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_CQSIZE,
        .cq_entries = COMPLETIONS,
    };
    *ring = (struct ring){0};
    int error = -io_uring_queue_init_params(SUBMISSIONS, &ring->uring, &params);
    if (error != 0)
        return error;
    error = open_buffers(ring);
    if (error != 0)
        io_uring_queue_exit(&ring->uring);
    return error;
}

/* A place in the submission queue. There is one: ring_wait sees to it. */
static struct io_uring_sqe *next_place(struct ring *ring)
{
    ring->asked++;
    return io_uring_get_sqe(&ring->uring);
}

static uint64_t tag(int fd, enum what what)
{
    return (uint64_t)fd << 8 | what;
}

void ring_accept(struct ring *ring, int fd)
{
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_multishot_accept(sqe, fd, NULL, NULL, 0);
    sqe->user_data = tag(fd, ACCEPT);
}

void ring_receive(struct ring *ring, int fd)
{
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_recv_multishot(sqe, fd, NULL, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = BUFFER_GROUP;
    sqe->user_data = tag(fd, RECEIVE);
}

void ring_send(struct ring *ring, int fd, struct slice bytes)
{
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_send(sqe, fd, bytes.data, bytes.len, 0);
    sqe->user_data = tag(fd, SEND);
}

void ring_cancel_receive(struct ring *ring, int fd)
{
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_cancel64(sqe, tag(fd, RECEIVE), 0);
    sqe->user_data = tag(fd, CANCEL);
}

void ring_cancel_all(struct ring *ring, int fd)
{
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_cancel_fd(sqe, fd, IORING_ASYNC_CANCEL_ALL);
    sqe->user_data = tag(fd, CANCEL);
}

static struct answer answer_of(const struct ring *ring,
                               const struct io_uring_cqe *cqe)
{
    struct answer answer = {
        .fd = (int)(cqe->user_data >> 8),
        .what = cqe->user_data & 0xff,
        .result = cqe->res,
        .last = (cqe->flags & IORING_CQE_F_MORE) == 0,
    };
    if (cqe->flags & IORING_CQE_F_BUFFER) {
        size_t id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
        answer.bytes.data = ring->buffers + id * BUFFER_SIZE;
        answer.bytes.len = cqe->res > 0 ? (size_t)cqe->res : 0;
    }
    return answer;
}

/* Errors of the system call are passed over: what could not be handed over
 * (EAGAIN, no memory) stays in its queue, and a signal (EINTR) is for the caller
 * to look at. But if the kernel had no memory to keep an answer (EBADR), some
 * connection waits for it forever, and we cannot know which. */
unsigned ring_wait(struct ring *ring, struct answer answers[ANSWERS_MAX])
{
    struct io_uring_cqe *cqes[ANSWERS_MAX];
    if (io_uring_submit_and_wait(&ring->uring, 1) == -EBADR) {
        fputs("io_uring has lost answers: out of memory\n", stderr);
        exit(1);
    }
    unsigned most = io_uring_sq_space_left(&ring->uring) / 4;
    unsigned count = io_uring_peek_batch_cqe(&ring->uring, cqes, most);
    for (unsigned i = 0; i < count; i++) {
        answers[i] = answer_of(ring, cqes[i]);
        ring->asked -= answers[i].last;
    }
    io_uring_cq_advance(&ring->uring, count);
    return count;
}

void ring_give_back(struct ring *ring, const struct answer *answer)
{
    if (answer->bytes.data != NULL)
        add_buffer(ring, (unsigned short)((answer->bytes.data - ring->buffers) /
                                          BUFFER_SIZE));
}

void ring_close(struct ring *ring)
{
    struct answer answers[ANSWERS_MAX];
    struct io_uring_sqe *sqe = next_place(ring);
    io_uring_prep_cancel64(sqe, 0, IORING_ASYNC_CANCEL_ANY);
    sqe->user_data = tag(0, CANCEL);
    while (ring->asked > 0)
        ring_wait(ring, answers);
    io_uring_queue_exit(&ring->uring);
    munmap(ring->free, MEMORY);
}
