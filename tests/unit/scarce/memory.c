/* src/base/memory.c, with a door before it that can be shut. */
#include "scarce.h"

#define __wrap_malloc counted_malloc
#define __wrap_calloc counted_calloc
#define __wrap_aligned_alloc counted_aligned_alloc
#define __wrap_realloc counted_realloc
#include "../../../src/base/memory.c"
#undef __wrap_malloc
#undef __wrap_calloc
#undef __wrap_aligned_alloc
#undef __wrap_realloc

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_realloc(void *block, size_t size);

/* Each thread has its own. */
static _Thread_local struct {
    unsigned long until; /* so many allocations; 0: it is open */
    bool only_once;
    unsigned long refused;
} door;

void scarce_begin(unsigned long n, bool only_once)
{
    door.until = n;
    door.only_once = only_once;
    door.refused = 0;
}

unsigned long scarce_end(void)
{
    door.until = 0;
    return door.refused;
}

static bool is_refused(void)
{
    if (door.until == 0 || --door.until > 0)
        return false;
    door.until = door.only_once ? 0 : 1;
    door.refused++;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : counted_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : counted_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_refused() ? NULL : counted_aligned_alloc(alignment, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return is_refused() ? NULL : counted_realloc(block, size);
}
