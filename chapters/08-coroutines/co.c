/* What a function is in the middle of lies in two places: on the stack, and in
 * the registers. To change from one stack to another is to put the registers on
 * the one, exchange the stack pointers, and take the registers from the other:
 *
 *      the stack of who resumes     the coroutine's, from mmap()
 *
 *     |  main              |       |  struct co         |   high addresses
 *     |  co_resume         |       |  begin             |
 *     |  registers         |       |  run ...           |
 *     +--------------------+ <-.   |  co_pause          |
 *                              |   |  registers         |
 *                          co->other--------------------+ <- the processor's
 *                                  |  not used yet      |    stack pointer
 *                                  |  guard: no access  |   low addresses
 *
 * Only some registers have to be saved. A function may expect that a call
 * leaves the "callee-saved" ones as they were; of the others the compiler knows
 * that they do not survive a call, and exchange() is a call to it. (How
 * floating point is rounded should survive too, but nobody here changes that.)
 *
 * For processors that have no assembly here, and where CO_UCONTEXT is defined,
 * <ucontext.h> does the same. It takes longer, because it also saves the signal
 * mask, with a system call each time; and musl does not have it. */
#include "co.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if !defined __x86_64__ && !defined __aarch64__
#define CO_UCONTEXT
#endif
#ifdef CO_UCONTEXT
#include <ucontext.h>
#endif

#ifdef __has_feature /* where clang says what gcc says with a macro */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__
#elif __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

enum {
    GUARD_SIZE = 64 * 1024, /* bytes, whole pages: a function with large arrays
                             * may step over a small guard and into whatever
                             * lies below it */
};

/* It lies at the top of its own stack. "The other side" is the one that is not
 * running: the coroutine, or while that runs, who has resumed it. */
struct co {
    _Alignas(16) void *other; /* the other side's stack pointer; or NULL: only
                               * ucontext knows */
    void (*run)(struct co *co, void *argument);
    void *argument;
    bool begun, ended;
    char *mapping; /* from mmap(): guard and stack */
    size_t size;   /* of the mapping, in bytes */
    /* The other side, as the sanitizers know it. */
    const void *other_stack;
    size_t other_size;
    void *other_fiber;
#ifdef CO_UCONTEXT
    ucontext_t sides[2]; /* who resumes, the coroutine */
    bool inside;
#endif
};

/* ---- exchange(): saves this side in co->other and goes on with that ---- */

#ifndef CO_UCONTEXT

void exchange(struct co *co);
static void begin(struct co *co);

#ifdef __x86_64__
/* The call has put the address to return to on the stack already. */
enum { FRAME = 8 /* words: registers, address, one to align */, ADDRESS = 6 };
__asm__(".pushsection .text\n"
        ".type exchange, %function\n"
        "exchange:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq  %rsp, %rax\n"
        "    movq  (%rdi), %rsp\n" /* rdi: co, and `other` is its first word */
        "    movq  %rax, (%rdi)\n"
        "    popq  %r15\n"
        "    popq  %r14\n"
        "    popq  %r13\n"
        "    popq  %r12\n"
        "    popq  %rbx\n"
        "    popq  %rbp\n"
        "    ret\n"
        ".size exchange, . - exchange\n"
        ".popsection\n");
#else
/* The address to return to is in x30. Of v8 to v15 the lower halves count. */
enum { FRAME = 20 /* words: registers */, ADDRESS = 11 };
__asm__(".pushsection .text\n"
        ".type exchange, %function\n"
        "exchange:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    ldr x10, [x0]\n" /* x0: co, and `other` is its first word */
        "    str x9, [x0]\n"
        "    mov sp, x10\n"
        "    ldp x19, x20, [sp]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size exchange, . - exchange\n"
        ".popsection\n");
#endif

/* Makes the stack look as if the coroutine had called exchange() just before
 * begin(). All registers are 0, which also ends a debugger's list of callers.
 * exchange() will return to the start of begin(), and its argument, co, will be
 * in the register where begin() looks for one. */
static void prepare(struct co *co)
{
    uintptr_t *frame = (uintptr_t *)co - FRAME;
    frame[ADDRESS] = (uintptr_t)begin;
    co->other = frame;
}

#else

static void begin(struct co *co);

static void exchange(struct co *co)
{
    ucontext_t *from = &co->sides[co->inside], *to = &co->sides[!co->inside];
    co->inside = !co->inside;
    swapcontext(from, to);
}

/* makecontext() knows no arguments but ints. */
static void begin_halves(unsigned high, unsigned low)
{
    begin((struct co *)((uintptr_t)high << 16 << 16 | low));
}

static void prepare(struct co *co)
{
    uintptr_t address = (uintptr_t)co;
    ucontext_t *context = &co->sides[1];
    getcontext(context);
    context->uc_stack.ss_sp = co->mapping + GUARD_SIZE;
    context->uc_stack.ss_size = (size_t)((char *)co - co->mapping) - GUARD_SIZE;
    makecontext(context, (void (*)(void))begin_halves, 2,
                (unsigned)(address >> 16 >> 16), (unsigned)address);
}

#endif

/* ---- and what the sanitizers have to be told, who know each stack ---- */

/* Goes on with the other side, and returns when that has gone on with this one.
 * (The thread sanitizer notes calls and returns for each side, so this function
 * must be entered on one and left on the same.) */
static void change_sides(struct co *co)
{
#ifdef __SANITIZE_ADDRESS__
    void *frames = NULL;
    __sanitizer_start_switch_fiber(co->ended ? NULL : &frames, co->other_stack,
                                   co->other_size);
#endif
#ifdef __SANITIZE_THREAD__
    void *fiber = co->other_fiber;
    co->other_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber, 0);
#endif
    exchange(co);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(frames, &co->other_stack, &co->other_size);
#endif
}

static void meet_sanitizers(struct co *co)
{
    co->other_stack = co->mapping + GUARD_SIZE;
    co->other_size = (size_t)((char *)co - co->mapping) - GUARD_SIZE;
#ifdef __SANITIZE_THREAD__
    co->other_fiber = __tsan_create_fiber(0);
#endif
}

static void leave_sanitizers(struct co *co)
{
    (void)co;
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(co->mapping, co->size);
#endif
#ifdef __SANITIZE_THREAD__
    __tsan_destroy_fiber(co->other_fiber);
#endif
}

/* ---- the coroutine's life ---- */

/* Where its stack begins. Nothing can return from here. */
static void begin(struct co *co)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(NULL, &co->other_stack, &co->other_size);
#endif
    co->run(co, co->argument);
    co->ended = true;
    change_sides(co);
    abort();
}

/* A guard and at least `more` bytes, in whole pages; sets how many in all.
 * NULL, with errno: not to be had. */
static char *map_stack(size_t more, size_t *size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    *size = GUARD_SIZE + (more + page - 1) / page * page;
    char *mapping = mmap(NULL, *size, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED)
        return NULL;
    if (mprotect(mapping + GUARD_SIZE, *size - GUARD_SIZE,
                 PROT_READ | PROT_WRITE) < 0) {
        munmap(mapping, *size);
        return NULL;
    }
    return mapping;
}

struct co *co_new(void (*run)(struct co *co, void *argument), void *argument,
                  size_t stack_size)
{
    if (stack_size > SIZE_MAX / 2) {
        errno = ENOMEM;
        return NULL;
    }
    size_t size;
    char *mapping = map_stack(stack_size + sizeof(struct co), &size);
    if (mapping == NULL)
        return NULL;
    struct co *co = (struct co *)(mapping + size) - 1;
    *co = (struct co){
        .run = run, .argument = argument, .mapping = mapping, .size = size};
    prepare(co);
    meet_sanitizers(co);
    return co;
}

bool co_resume(struct co *co)
{
    assert(!co->ended);
    co->begun = true;
    change_sides(co);
    return !co->ended;
}

void co_pause(struct co *co)
{
    change_sides(co);
}

void co_trim(struct co *co)
{
    if (co->other == NULL)
        return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *unused = co->mapping + GUARD_SIZE;
    size_t len = (size_t)((char *)co->other - unused) / page * page;
    madvise(unused, len, MADV_DONTNEED);
}

void co_free(struct co *co)
{
    assert(co->ended || !co->begun);
    leave_sanitizers(co);
    munmap(co->mapping, co->size);
}
