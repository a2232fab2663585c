#include "interrupt.h"

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
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

bool interrupted(void)
{
    return mark != 0;
}

void interrupt_clear(void)
{
    mark = 0;
}
