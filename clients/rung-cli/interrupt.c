/* A signal that comes just before poll() sets the mark, but does not end the
 * wait that follows: nobody would notice it until something else happens. So
 * SIGINT is blocked while we look at the mark, and let in again by ppoll() at
 * the moment at which it starts to wait. */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t mark;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    mark = 1;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool interrupted(void)
{
    return mark != 0;
}

void interrupt_clear(void)
{
    mark = 0;
}

int interrupt_poll(struct pollfd *polls, nfds_t count, int ms)
{
    struct timespec limit = {.tv_sec = ms / 1000,
                             .tv_nsec = ms % 1000 * 1000000L};
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGINT);
    sigprocmask(SIG_BLOCK, &block, &before);
    int result = -1, error = EINTR;
    if (!interrupted()) {
        result = ppoll(polls, count, ms < 0 ? NULL : &limit, &before);
        error = errno;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return result;
}
