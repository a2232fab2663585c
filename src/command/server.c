/* The server as a whole: its clock, its role, its picture, its end. */
#include "base/clock.h"
#include "command/functions.h"
#include "resp/resp.h"

void cmd_time(struct call *call)
{
    int64_t us = clock_us(CLOCK_REALTIME);
    char digits[20];
    reply_array(call->out, 2);
    reply_bulk(call->out,
               (struct slice){digits, format_ll(digits, us / 1000000)});
    reply_bulk(call->out,
               (struct slice){digits, format_ll(digits, us % 1000000)});
}

/* A master without replicas, and nothing that they could have missed. */
void cmd_role(struct call *call)
{
    reply_array(call->out, 3);
    reply_string(call->out, "master");
    reply_integer(call->out, 0);
    reply_array(call->out, 0);
}

/* lolwut = "LOLWUT" [ "VERSION" number ] [ rungs ] : a ladder. Of other
 * versions than 5 and 6, Redis ignores what follows. */
void cmd_lolwut(struct call *call)
{
    enum { MOST = 40 };
    size_t at = call->argc > 2 && arg_is(call, 1, "version") ? 3 : 1;
    long long rungs = 7;
    long long version = 7;
    if (at == 3 && !arg_integer(call, 2, &version))
        return;
    if (version == 5 || version == 6) {
        if (call->argc > at && !arg_integer(call, at, &rungs))
            return;
    } else if (call->argc > at) {
        slice_to_ll(arg(call, at), &rungs);
    }
    struct buf text = {0};
    for (long long i = 0; i < rungs && i < MOST; i++)
        buf_append(&text, " |     |\n |-----|\n", 18);
    static const char last[] = " |     |\n\nrung " RUNG_VERSION
                               ". Redis ver. " REDIS_VERSION "\n";
    buf_append(&text, last, sizeof last - 1);
    if (text.failed)
        reply_no_memory(call);
    else
        reply_verbatim(call->out, buf_slice(&text));
    buf_free(&text);
}

struct shutdown {
    bool nosave, save, now, force, abort;
};

static bool parse_shutdown(struct call *call, struct shutdown *how)
{
    for (size_t i = 1; i < call->argc; i++) {
        if (arg_is(call, i, "nosave"))
            how->nosave = true;
        else if (arg_is(call, i, "save"))
            how->save = true;
        else if (arg_is(call, i, "now"))
            how->now = true;
        else if (arg_is(call, i, "force"))
            how->force = true;
        else if (arg_is(call, i, "abort"))
            how->abort = true;
        else
            return false;
    }
    return !(how->save && how->nosave) && !(how->abort && call->argc > 2);
}

/* There is nothing to wait for, so there is never a shutdown in progress. Who
 * asked gets no reply: the connection ends. */
void cmd_shutdown(struct call *call)
{
    struct shutdown how = {0};
    if (!parse_shutdown(call, &how)) {
        reply_syntax_error(call);
    } else if (how.abort) {
        reply_error(call->out, "ERR No shutdown in progress.");
    } else if (how.save && !how.force) {
        log_write(&call->core->log, LOG_WARNING,
                  "SHUTDOWN SAVE: there are no snapshots that could be saved");
        reply_error(call->out, "ERR Errors trying to SHUTDOWN. Check logs.");
    } else {
        log_write(&call->core->log, LOG_NOTICE, "A client asks to shut down");
        call->client->closing = true;
        call->core->stop();
    }
}
