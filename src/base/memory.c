/* Threads count in different cells, each in a cache line of its own, and the
 * sum is made when it is wanted. What one thread allocates another may free, so
 * a cell may well be negative; only the sum means something.
 *
 * The cells are global because malloc(3) is. */
#include "memory.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    CELLS = 16,
    KEPT = 8, /* bytes that the allocator puts before each block */
};

static struct {
    alignas(64) atomic_llong bytes;
} cells[CELLS];

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

static void add(long long bytes)
{
    static atomic_uint threads;
    static _Thread_local unsigned mine; /* 0: has none yet */
    if (mine == 0)
        mine = 1 + atomic_fetch_add(&threads, 1) % CELLS;
    atomic_fetch_add_explicit(&cells[mine - 1].bytes, bytes,
                              memory_order_relaxed);
}

static long long size_of(void *block)
{
    return block != NULL ? (long long)malloc_usable_size(block) + KEPT : 0;
}

void *__wrap_malloc(size_t size)
{
    void *block = __real_malloc(size);
    add(size_of(block));
    return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *block = __real_calloc(count, size);
    add(size_of(block));
    return block;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    void *block = __real_aligned_alloc(alignment, size);
    add(size_of(block));
    return block;
}

void *__wrap_realloc(void *block, size_t size)
{
    long long before = size_of(block);
    void *moved = __real_realloc(block, size);
    if (moved != NULL)
        add(size_of(moved) - before);
    return moved;
}

void __wrap_free(void *block)
{
    add(-size_of(block));
    __real_free(block);
}

size_t memory_used(void)
{
    long long sum = 0;
    for (int i = 0; i < CELLS; i++)
        sum += atomic_load_explicit(&cells[i].bytes, memory_order_relaxed);
    return sum > 0 ? (size_t)sum : 0;
}
