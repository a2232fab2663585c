#include "command/keyspecs.h"
#include "base/text.h"
#include "resp/resp.h"

static bool has_option(const struct slice *argv, size_t argc, size_t from,
                       const char *option)
{
    for (size_t i = from; i < argc; i++)
        if (slice_is(argv[i], option))
            return true;
    return false;
}

/* SORT key ... STORE destination: the last one counts. */
static size_t sort_uses(const struct slice *argv, size_t argc,
                        struct key_use *uses)
{
    size_t n = 1;
    uses[0] = (struct key_use){1, "RO access"};
    for (size_t i = 2; i + 1 < argc; i++) {
        if (slice_is(argv[i], "limit"))
            i += 2;
        else if (slice_is(argv[i], "get") || slice_is(argv[i], "by"))
            i += 1;
        else if (slice_is(argv[i], "store"))
            uses[(n = 2) - 1] = (struct key_use){i + 1, "OW update"};
    }
    return n;
}

/* Does BITFIELD only read? */
static bool only_gets(const struct slice *argv, size_t argc)
{
    for (size_t i = 2; i < argc; i++) {
        size_t left = argc - i - 1;
        if (slice_is(argv[i], "get") && left >= 2)
            i += 2;
        else if (slice_is(argv[i], "overflow") && left >= 1)
            i += 1;
        else
            return false;
    }
    return true;
}

/* The first and the last word of a specification, and the step. */
static bool find_range(const struct key_spec *spec, const struct slice *argv,
                       size_t argc, long long *first, long long *last,
                       long long *step)
{
    long long end = (long long)argc;
    long long number;
    *first = spec->index;
    if (spec->kind == SPEC_RANGE) {
        *step = spec->step;
        *last = spec->last >= 0 ? *first + spec->last : end + spec->last;
    } else {
        long long at = spec->index + spec->number;
        if (at >= end || !slice_to_ll(argv[at], &number) || number < 0 ||
            number > end)
            return false;
        *step = spec->every;
        *first += spec->first;
        *last = *first + number - 1;
    }
    return *first <= *last && *last < end;
}

size_t command_key_uses(const struct command *command,
                        const struct slice *argv, size_t argc,
                        struct key_use *uses)
{
    const struct facts *facts = command_facts(command);
    if (strcmp(facts->name, "sort") == 0)
        return sort_uses(argv, argc, uses);
    size_t n = 0;
    for (int s = 0; s < CATALOG_SPECS && facts->specs[s].flags != NULL; s++) {
        const struct key_spec *spec = &facts->specs[s];
        long long first, last, step;
        if (spec->kind == SPEC_UNKNOWN)
            continue;
        if (!find_range(spec, argv, argc, &first, &last, &step))
            return 0;
        for (; first <= last && n < argc; first += step)
            uses[n++] = (struct key_use){(size_t)first, spec->flags};
    }
    if (strcmp(facts->name, "set") == 0)
        uses[0].flags = has_option(argv, argc, 3, "get") ? "RW access update"
                                                         : "OW update";
    if (strcmp(facts->name, "bitfield") == 0)
        uses[0].flags = only_gets(argv, argc) ? "RO access"
                                              : "RW access update";
    return n;
}
