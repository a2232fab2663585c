/* What the unit tests share: cmocka behind the headers that it wants, bytes to
 * compare, and numbers that look random but are the same in every run. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/slice.h"

#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A slice in a static table, where SLICE is not constant enough. */
#define BYTES(literal)                                                         \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }

static inline struct slice text(const char *string)
{
    return (struct slice){string, strlen(string)};
}

static inline void check_bytes(struct slice got, struct slice expected,
                               const char *file, int line)
{
    if (slice_equal(got, expected))
        return;
    size_t same = 0;
    while (same < got.len && same < expected.len &&
           got.data[same] == expected.data[same])
        same++;
    print_error("expected %zu bytes: \"%.*s\"\n", expected.len,
                (int)expected.len, expected.data);
    print_error("     got %zu bytes: \"%.*s\"\n", got.len, (int)got.len,
                got.data);
    print_error("they differ at byte %zu\n", same);
    _fail(file, line);
}

/* Variadic, because there are commas in a compound literal. */
#define assert_bytes(got, ...)                                                 \
    check_bytes((got), (__VA_ARGS__), __FILE__, __LINE__)

/* A copy without a byte to spare, so that the address sanitizer sees every step
 * beyond its end. The caller frees it. */
static inline char *exact_copy(struct slice bytes)
{
    char *copy = malloc(bytes.len > 0 ? bytes.len : 1);
    assert_non_null(copy);
    if (bytes.len > 0)
        memcpy(copy, bytes.data, bytes.len);
    return copy;
}

/* Xorshift (George Marsaglia, 2003); any `state` but zero will do. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline size_t random_below(uint64_t *state, size_t limit)
{
    return (size_t)(next_random(state) >> 16) % limit;
}

#endif
