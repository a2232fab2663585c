/* MULTI and its kin are about the session, which does the work
 * (session/transaction.h) once these have returned. */
#include "command/functions.h"

void cmd_multi(struct call *call)
{
    call->outcome = CALL_MULTI;
}

void cmd_exec(struct call *call)
{
    call->outcome = CALL_EXEC;
}

void cmd_discard(struct call *call)
{
    call->outcome = CALL_DISCARD;
}

void cmd_watch(struct call *call)
{
    call->outcome = CALL_WATCH;
}

void cmd_unwatch(struct call *call)
{
    call->outcome = CALL_UNWATCH;
}
