#include "command/command.h"
#include "resp/resp.h"

#include <strings.h>

bool arg_is(const struct call *call, size_t i, const char *option)
{
    struct slice word = arg(call, i);
    return word.len == strlen(option) &&
           strncasecmp(word.data, option, word.len) == 0;
}

bool arg_integer(struct call *call, size_t i, long long *number)
{
    if (slice_to_ll(arg(call, i), number))
        return true;
    reply_error(call->out, "ERR value is not an integer or out of range");
    return false;
}

void reply_ok(struct call *call)
{
    reply_status(call->out, "OK");
}

void reply_syntax_error(struct call *call)
{
    reply_error(call->out, "ERR syntax error");
}

void reply_no_memory(struct call *call)
{
    reply_error(call->out, "OOM command not allowed: out of memory");
}
