/* One thread for all clients, and next to no system calls: instead of asking
 * who is ready and then doing it, it asks the kernel to do it (io_uring(7)),
 * and hears what has been done. What was asked in a round is handed over by the
 * very call that waits for the answers of the next:
 *
 *     hand over, send, wait -> accept, receive and execute -> ask -> close
 *
 * Accepting and receiving are asked for once, and answered again and again.
 * What has been received is run at once, so the buffer that the kernel has put
 * it in is free again before the round is over.
 *
 * Sends are handed over to be done now or not at all (ring_send): so a
 * session's output is the kernel's only while we wait, when no session runs.
 * Otherwise a client to whom something is being sent would have to stand still
 * until it has gone. What the socket did not take is sent once it has room.
 *
 * A guest is freed when all that was asked on its behalf has been answered;
 * until then guest->watched has a bit for each.
 *
 * Where the kernel refuses io_uring, main.c takes epoll: clients notice nothing
 * but the time, while a server that does not start serves nobody. */
#include "base/clock.h"
#include "io/loop.h"
#include "io/model.h"
#include "io/ring.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct uring {
    struct loop loop;
    struct listeners *listeners;
    struct ring ring;
};

static bool is_parting(const struct uring *uring)
{
    return uring->loop.ends_at != NO_DEADLINE;
}

/* ---- accept ---- */

static void let_in(struct uring *uring, int fd)
{
    int on = 1; /* as accept_client does */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (is_parting(uring))
        close(fd);
    else
        loop_welcome(&uring->loop, fd);
}

/* An accept takes a descriptor before it looks for a client, so when there is
 * none it fails at once, again and again, though nobody has come. After a
 * failure we wait for the next client as poll(2) does. */
static void accepted(struct uring *uring, const struct answer *answer)
{
    struct listener *listener = answer->who;
    if (answer->result >= 0)
        let_in(uring, answer->result);
    if (!answer->last || is_parting(uring))
        return;
    if (answer->result >= 0)
        ring_accept(&uring->ring, listener->fd, listener);
    else
        ring_poll(&uring->ring, listener->fd, POLLIN, listener, KNOCK);
}

/* That client is let in, or turned away, by accept_client. */
static void knocked(struct uring *uring, struct listener *listener)
{
    if (is_parting(uring))
        return;
    loop_accept(&uring->loop, listener);
    ring_accept(&uring->ring, listener->fd, listener);
}

/* ---- receive and execute ---- */

static bool is_asked(const struct guest *guest, enum what what)
{
    return guest->watched & 1u << what;
}

/* Else there are bytes, or the receive has to be asked for again. */
static bool is_end(int result)
{
    return result <= 0 && result != -ECANCELED && result != -ENOBUFS &&
           result != -EAGAIN && result != -EINTR;
}

static void received(struct guest *guest, const struct answer *answer)
{
    struct session *session = guest->connection.session;
    int result = answer->result;
    if (result > 0 && !guest->broken)
        session_feed(session, answer->bytes.data, answer->bytes.len,
                     guest->loop->now);
    if (is_end(result))
        guest->ended = true;
}

static void sent(struct ring *ring, struct guest *guest, int result)
{
    if (result >= 0) {
        session_sent(guest->connection.session, (size_t)result,
                     guest->loop->now);
    } else if (result == -EAGAIN) {
        guest->watched |= 1u << ROOM;
        ring_poll(ring, guest->connection.fd, POLLOUT, guest, ROOM);
    } else if (result != -EINTR) {
        guest->broken = true;
    }
}

static void answered(struct ring *ring, const struct answer *answer)
{
    struct guest *guest = answer->who;
    loop_touch(guest);
    if (answer->last)
        guest->watched &= ~(1u << answer->what);
    if (answer->what == RECEIVE)
        received(guest, answer);
    else if (answer->what == SEND)
        sent(ring, guest, answer->result);
    ring_give_back(ring, answer);
}

static void watch_bell(struct uring *uring)
{
    ring_poll(&uring->ring, uring->loop.bell.fds[0], POLLIN, NULL, BELL);
}

/* Nobody else is accepted; everybody comes to an end. */
static void stop(struct uring *uring)
{
    for (size_t i = 0; i < uring->listeners->count; i++)
        ring_cancel(&uring->ring, uring->listeners->at[i].fd, NULL);
    loop_part(&uring->loop);
}

static void take_turn(struct uring *uring, const struct answer *answer)
{
    switch (answer->what) {
    case ACCEPT:
        accepted(uring, answer);
        break;
    case KNOCK:
        knocked(uring, answer->who);
        break;
    case BELL:
        watch_bell(uring); /* loop_answer looks anyway */
        break;
    case STOP:
        stop(uring);
        break;
    default:
        if (answer->who != NULL)
            answered(&uring->ring, answer);
    }
}

/* ---- ask, and close ---- */

/* What is still wanted is asked for again. */
static void cancel(struct ring *ring, struct guest *guest)
{
    if (is_asked(guest, CANCEL))
        return;
    guest->watched |= 1u << CANCEL;
    ring_cancel(ring, guest->connection.fd, guest);
}

/* Asks for what the guest wants and the kernel is not doing yet. */
static void ask(struct ring *ring, struct guest *guest)
{
    int fd = guest->connection.fd;
    bool receiving = is_asked(guest, RECEIVE);
    if (receiving && !guest_wants_input(guest)) {
        cancel(ring, guest);
    } else if (!receiving && guest_wants_input(guest)) {
        guest->watched |= 1u << RECEIVE;
        ring_receive(ring, fd, guest);
    }
    if (guest_wants_output(guest) && !is_asked(guest, SEND) &&
        !is_asked(guest, ROOM)) {
        guest->watched |= 1u << SEND;
        ring_send(ring, fd, session_output(guest->connection.session), guest);
    }
}

static void settle(struct uring *uring)
{
    struct guest *guest;
    while (ring_has_room(&uring->ring) &&
           (guest = loop_next(&uring->loop)) != NULL) {
        loop_set_deadline(guest);
        if (!guest_is_done(guest))
            ask(&uring->ring, guest);
        else if (guest->watched != 0)
            cancel(&uring->ring, guest);
        else
            loop_drop(guest);
    }
}

static bool go_round(struct uring *uring)
{
    struct loop *loop = &uring->loop;
    struct answer answers[ANSWERS_MAX];
    int timeout = loop->touched != NULL ? 0 : loop_timeout(loop);
    int count = ring_wait(&uring->ring, timeout, answers);
    loop->now = clock_mono_ms();
    for (int i = 0; i < count; i++)
        take_turn(uring, &answers[i]);
    loop_answer(loop);
    settle(uring);
    return count >= 0;
}

static bool serve(struct core *core, struct listeners *listeners, int stop_fd)
{
    struct uring uring = {.listeners = listeners};
    if (!loop_open(&uring.loop, core))
        return false;
    bool good = ring_open(&uring.ring);
    int error = errno;
    if (good) {
        watch_bell(&uring);
        ring_poll(&uring.ring, stop_fd, POLLIN, NULL, STOP);
        for (size_t i = 0; i < listeners->count; i++)
            ring_accept(&uring.ring, listeners->at[i].fd, &listeners->at[i]);
        while (good && loop_goes_on(&uring.loop))
            good = go_round(&uring);
        error = errno;
        ring_close(&uring.ring);
    }
    loop_close(&uring.loop);
    errno = error;
    return good;
}

static const char *refused(void)
{
    struct ring ring;
    if (ring_open(&ring)) {
        ring_close(&ring);
        return NULL;
    }
    switch (errno) {
    case ENOSYS:
        return "it has no io_uring";
    case EPERM:
        return "it is switched off (sysctl kernel.io_uring_disabled, or a "
               "container's seccomp filter)";
    case EINVAL:
        return "it is older than Linux 6.1";
    default:
        return strerror(errno);
    }
}

const struct io_model io_uring = {
    "uring", "one thread, which has io_uring(7) do what it wants", serve,
    refused};
