/* The C library does the arithmetic; what is here is where Redis is stricter.
 * strtold(3) wants a NUL at the end, so the word is copied, and one that is
 * longer than any number is none. */
#include "command/number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A copy with a NUL at its end, in `copy`; NULL: cannot be a number. */
static const char *terminate(struct number_text *copy, struct slice text)
{
    if (text.len == 0 || text.len >= sizeof copy->bytes ||
        isspace((unsigned char)text.data[0]))
        return NULL;
    memcpy(copy->bytes, text.data, text.len);
    copy->bytes[text.len] = '\0';
    return copy->bytes;
}

/* Has a conversion that ended at `end` come to a number that can be held? */
static bool came_out(long double number, const char *end,
                     const struct number_text *copy, size_t len)
{
    bool overflow = isinf(number) || fpclassify(number) == FP_ZERO;
    return end == copy->bytes + len && !isnan(number) &&
           !(errno == ERANGE && overflow);
}

bool parse_double(struct slice text, double *number)
{
    struct number_text copy;
    char *end;
    const char *start = terminate(&copy, text);
    if (start == NULL)
        return false;
    errno = 0;
    *number = strtod(start, &end);
    return came_out((long double)*number, end, &copy, text.len);
}

bool parse_long_double(struct slice text, long double *number)
{
    struct number_text copy;
    char *end;
    const char *start = terminate(&copy, text);
    if (start == NULL)
        return false;
    errno = 0;
    *number = strtold(start, &end);
    return came_out(*number, end, &copy, text.len);
}

static bool check_float(struct call *call, bool is_number)
{
    if (!is_number)
        reply_error(call->out, "ERR value is not a valid float");
    return is_number;
}

bool arg_double(struct call *call, size_t i, double *number)
{
    return check_float(call, parse_double(arg(call, i), number));
}

bool arg_long_double(struct call *call, size_t i, long double *number)
{
    return check_float(call, parse_long_double(arg(call, i), number));
}

struct slice format_long_double(struct number_text *text, long double number)
{
    int n = snprintf(text->bytes, sizeof text->bytes, "%.17Lf", number);
    size_t len = (size_t)n;
    if (isinf(number))
        return (struct slice){text->bytes, len};
    while (text->bytes[len - 1] == '0')
        len--;
    if (text->bytes[len - 1] == '.')
        len--;
    if (len == 2 && memcmp(text->bytes, "-0", 2) == 0)
        return SLICE("0");
    return (struct slice){text->bytes, len};
}
