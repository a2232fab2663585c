#include "command/help.h"

#include <ctype.h>
#include <stdio.h>

enum { FAMILY = 32 /* bytes of a family's name */ };

/* The family's name in capitals. */
static void name_family(const struct call *call, char out[FAMILY])
{
    const char *name = call->command->name;
    size_t i = 0;
    for (; name[i] != '\0' && name[i] != '|' && i < FAMILY - 1; i++)
        out[i] = (char)toupper((unsigned char)name[i]);
    out[i] = '\0';
}

void reply_help(struct call *call, const char *const lines[])
{
    char first[96], family[FAMILY];
    name_family(call, family);
    snprintf(first, sizeof first, "%s <subcommand> [<arg> [value] [opt] ...]. "
             "Subcommands are:", family);
    size_t count = 0;
    while (lines[count] != NULL)
        count++;
    reply_array(call->out, count + 3);
    reply_status(call->out, first);
    for (size_t i = 0; i < count; i++)
        reply_status(call->out, lines[i]);
    reply_status(call->out, "HELP");
    reply_status(call->out, "    Prints this help.");
}

void reply_try_help(struct call *call)
{
    char family[FAMILY];
    name_family(call, family);
    reply_error(call->out, "ERR unknown subcommand or wrong number of "
                           "arguments for '%.*s'. Try %s HELP.",
                (int)arg(call, 1).len, arg(call, 1).data, family);
}
