/* A thin layer over liburing(3): which of the many things that io_uring can do
 * the server uses.
 *
 * Accepting and receiving are asked once and answered many times ("multishot").
 * A receive that waits has no memory of its own: when bytes have come, the
 * kernel takes a free buffer, and the answer says which. So these few buffers
 * do for any number of clients, as long as they are given back at once.
 *
 * A send that must not wait has been done, and answered, once it is handed
 * over: so a wait after sends is none. It would not be wiser to wait for one
 * answer more than there were sends: if one of them found no room, that has to
 * be asked for now, and not when somebody else has something to say. */
#include "io/ring.h"

#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

enum {
    SUBMISSIONS = 4 * ANSWERS_MAX, /* handed over at once */
    COMPLETIONS = 4096,            /* more than these are kept in a list */
    BUFFERS = 128,                 /* a power of two */
    BUFFER_SIZE = 8 * 1024,        /* bytes */
    BUFFER_GROUP = 0,              /* the number of our ring of buffers */
    MEMORY = BUFFERS * (sizeof(struct io_uring_buf) + BUFFER_SIZE),
    SEND_MOST = 1 << 30,           /* bytes: io_uring counts with 32 bits */
};

/* ---- the rings ---- */

/* Only this thread asks, and what the kernel has to do for an answer it does
 * when we wait: it need not interrupt us. That is the newest that we need
 * (Linux 6.1); multishot receive and rings of buffers are little older. */
static int open_queues(struct io_uring *uring)
{
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_CQSIZE,
        .cq_entries = COMPLETIONS,
    };
    return io_uring_queue_init_params(SUBMISSIONS, uring, &params);
}

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
    void *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return -errno;
    struct io_uring_buf_reg group = {.ring_addr = (uintptr_t)memory,
                                     .ring_entries = BUFFERS,
                                     .bgid = BUFFER_GROUP};
    int error = io_uring_register_buf_ring(&ring->uring, &group, 0);
    if (error != 0) {
        munmap(memory, MEMORY);
        return error;
    }
    ring->free = memory;
    ring->buffers = (char *)&ring->free->bufs[BUFFERS];
    for (unsigned short id = 0; id < BUFFERS; id++)
        add_buffer(ring, id);
    return 0;
}

/* To have the ring's descriptor registered spares looking it up each time; it
 * does without as well. */
bool ring_open(struct ring *ring)
{
    *ring = (struct ring){0};
    int error = open_queues(&ring->uring);
    if (error == 0) {
        error = open_buffers(ring);
        if (error != 0)
            io_uring_queue_exit(&ring->uring);
        else
            io_uring_register_ring_fd(&ring->uring);
    }
    errno = -error;
    return error == 0;
}

/* ---- what is asked ---- */

static struct io_uring_sqe *ask(struct ring *ring)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->uring);
    assert(sqe != NULL);
    ring->asked++;
    return sqe;
}

static void sign(struct io_uring_sqe *sqe, void *who, enum what what)
{
    assert((uintptr_t)who % WHATS == 0);
    io_uring_sqe_set_data64(sqe, (uintptr_t)who | what);
}

bool ring_has_room(const struct ring *ring)
{
    return io_uring_sq_space_left(&ring->uring) >= 3;
}

void ring_accept(struct ring *ring, int fd, void *who)
{
    struct io_uring_sqe *sqe = ask(ring);
    io_uring_prep_multishot_accept(sqe, fd, NULL, NULL, 0);
    sign(sqe, who, ACCEPT);
}

void ring_receive(struct ring *ring, int fd, void *who)
{
    struct io_uring_sqe *sqe = ask(ring);
    io_uring_prep_recv_multishot(sqe, fd, NULL, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = BUFFER_GROUP;
    sign(sqe, who, RECEIVE);
}

void ring_send(struct ring *ring, int fd, struct slice bytes, void *who)
{
    struct io_uring_sqe *sqe = ask(ring);
    size_t len = bytes.len < SEND_MOST ? bytes.len : SEND_MOST;
    io_uring_prep_send(sqe, fd, bytes.data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    sign(sqe, who, SEND);
}

void ring_poll(struct ring *ring, int fd, unsigned events, void *who,
               enum what what)
{
    struct io_uring_sqe *sqe = ask(ring);
    io_uring_prep_poll_add(sqe, fd, events);
    sign(sqe, who, what);
}

void ring_cancel(struct ring *ring, int fd, void *who)
{
    struct io_uring_sqe *sqe = ask(ring);
    io_uring_prep_cancel_fd(sqe, fd, IORING_ASYNC_CANCEL_ALL);
    sign(sqe, who, CANCEL);
}

/* ---- what is answered ---- */

static struct answer answer_of(const struct ring *ring,
                               const struct io_uring_cqe *cqe)
{
    uint64_t signature = cqe->user_data;
    struct answer answer = {
        .who = (void *)(uintptr_t)(signature - signature % WHATS),
        .what = signature % WHATS,
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

void ring_give_back(struct ring *ring, const struct answer *answer)
{
    if (answer->bytes.data != NULL)
        add_buffer(ring, (unsigned short)((answer->bytes.data - ring->buffers) /
                                          BUFFER_SIZE));
}

/* Whether the time was over (ETIME) or a signal came (EINTR): the answers tell
 * what there is to do. */
static int enter(struct io_uring *uring, int timeout)
{
    struct __kernel_timespec time = {timeout / 1000, timeout % 1000 * 1000000};
    struct io_uring_cqe *first;
    if (timeout < 0)
        return io_uring_submit_and_wait(uring, 1);
    return io_uring_submit_and_wait_timeout(uring, &first, 1, &time, NULL);
}

/* When this returns, the kernel has got all that was asked. If it has no memory
 * for that now (EAGAIN), it has in a moment. */
static int hand_over(struct io_uring *uring, int timeout)
{
    const struct timespec moment = {.tv_nsec = 1000 * 1000};
    int result = enter(uring, timeout);
    while (io_uring_sq_ready(uring) > 0) {
        nanosleep(&moment, NULL);
        result = enter(uring, timeout);
    }
    return result;
}

int ring_wait(struct ring *ring, int timeout,
              struct answer answers[ANSWERS_MAX])
{
    struct io_uring_cqe *cqes[ANSWERS_MAX];
    if (hand_over(&ring->uring, timeout) == -EBADR) {
        ring->asked = 0; /* nobody knows */
        errno = EBADR;
        return -1;
    }
    unsigned count = io_uring_peek_batch_cqe(&ring->uring, cqes, ANSWERS_MAX);
    for (unsigned i = 0; i < count; i++) {
        answers[i] = answer_of(ring, cqes[i]);
        ring->asked -= answers[i].last;
    }
    io_uring_cq_advance(&ring->uring, count);
    return (int)count;
}

void ring_close(struct ring *ring)
{
    struct answer answers[ANSWERS_MAX];
    if (ring->asked > 0) {
        struct io_uring_sqe *sqe = ask(ring);
        io_uring_prep_cancel64(sqe, 0, IORING_ASYNC_CANCEL_ANY);
        sign(sqe, NULL, CANCEL);
    }
    while (ring->asked > 0)
        ring_wait(ring, -1, answers);
    io_uring_queue_exit(&ring->uring);
    munmap(ring->free, MEMORY);
}
