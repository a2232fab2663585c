/* A signal handler may interrupt any instruction, so it may only touch
 * lock-free atomics and call what signal-safety(7) lists. Setting a flag is
 * allowed but not enough: between `if (stop_asked())` and accept() there is a
 * gap, and a signal that falls into it would be noticed when the next client
 * comes, perhaps tomorrow. shutdown() is on the list, and what it does lasts:
 * an accept() or read() on a socket that is shut down returns at once, however
 * late it starts. */
#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "signal handlers need such an int");

static atomic_int asked, listening = -1, serving = -1;

static void shut_down(void)
{
    shutdown(listening, SHUT_RDWR); /* -1 is refused with EBADF: no harm */
    shutdown(serving, SHUT_RDWR);
}

static void on_signal(int signal)
{
    (void)signal;
    int error = errno; /* belongs to the code that we interrupted */
    asked = 1;
    shut_down();
    errno = error;
}

void stop_on_signals(void)
{
    struct sigaction ask = {.sa_handler = on_signal};
    sigaction(SIGINT, &ask, NULL);
    sigaction(SIGTERM, &ask, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

bool stop_asked(void)
{
    return asked != 0;
}

void stop_sockets(int listener, int client)
{
    listening = listener;
    serving = client;
    if (stop_asked())
        shut_down();
}
