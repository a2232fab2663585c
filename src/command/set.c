/* SET, whose options make it half a dozen commands in one. */
#include "command/deadline.h"
#include "command/functions.h"

struct set_options {
    bool only_new, only_old; /* NX, XX */
    bool get;                /* reply the old value */
    bool keep_deadline;      /* KEEPTTL */
    size_t expiry;           /* the word that tells when it expires; 0: none */
    struct deadline_unit unit;
};

/* expiry = ( "EX" / "PX" / "EXAT" / "PXAT" ) number */
static bool parse_expiry(const struct call *call, size_t i,
                         struct set_options *options)
{
    static const struct {
        const char *name;
        struct deadline_unit unit;
    } units[] = {{"ex", {true, false}},
                 {"px", {false, false}},
                 {"exat", {true, true}},
                 {"pxat", {false, true}}};
    if (options->keep_deadline || options->expiry > 0 || i + 1 == call->argc)
        return false;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        if (arg_is(call, i, units[u].name)) {
            options->unit = units[u].unit;
            options->expiry = i + 1;
            return true;
        }
    }
    return false;
}

static bool parse_options(const struct call *call, struct set_options *options)
{
    for (size_t i = 3; i < call->argc; i++) {
        if (arg_is(call, i, "nx") && !options->only_old)
            options->only_new = true;
        else if (arg_is(call, i, "xx") && !options->only_new)
            options->only_old = true;
        else if (arg_is(call, i, "get"))
            options->get = true;
        else if (arg_is(call, i, "keepttl") && options->expiry == 0)
            options->keep_deadline = true;
        else if (parse_expiry(call, i, options))
            i++;
        else
            return false;
    }
    return true;
}

static void reply_old(struct call *call, const struct entry *old)
{
    if (old != NULL)
        reply_bulk(call->out, entry_value(old));
    else
        reply_null(call->out);
}

void cmd_set(struct call *call)
{
    struct set_options options = {0};
    int64_t deadline = NO_DEADLINE;
    if (!parse_options(call, &options)) {
        reply_syntax_error(call);
        return;
    }
    if (options.expiry > 0 &&
        !arg_future(call, options.expiry, options.unit, &deadline))
        return;
    const struct key *key = &call->keys[0];
    struct entry *old = NULL;
    if (call->argc > 3)
        old = keyspace_find(&call->space, key);
    size_t before = buf_len(&call->out->bytes);
    bool refused = (options.only_new && old) || (options.only_old && !old);
    if (options.get)
        reply_old(call, old);
    else if (refused)
        reply_null(call->out);
    if (refused)
        return;
    if (options.keep_deadline && old != NULL)
        deadline = entry_deadline(old);
    if (!keyspace_put(&call->space, key, arg(call, 2), deadline)) {
        /* The old value is still the value: take it back. */
        call->out->bytes.end = call->out->bytes.start + before;
        reply_no_memory(call);
    } else if (!options.get) {
        reply_ok(call);
    }
}
