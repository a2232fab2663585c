/* Coroutines: what they keep while others run, and what they may not do. */
#include "unit.h"

#include "base/co.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 * 1024 /* bytes; sanitizers make frames larger */ };

/* What two sides have written, in the order in which they did. */
struct diary {
    char text[64];
    size_t len;
};

static void note(struct diary *diary, char letter)
{
    assert_true(diary->len < sizeof diary->text);
    diary->text[diary->len++] = letter;
}

static void write_diary(struct co *co, void *argument)
{
    for (char letter = 'a'; letter <= 'c'; letter++) {
        note(argument, letter);
        co_pause(co);
    }
    note(argument, 'd');
}

static void sides_take_turns(void **state)
{
    (void)state;
    struct diary diary = {0};
    struct co *co = co_new(write_diary, &diary, STACK);
    assert_non_null(co);
    note(&diary, '1');
    while (co_resume(co))
        note(&diary, '2');
    note(&diary, '3');
    co_free(co);
    assert_bytes(((struct slice){diary.text, diary.len}),
                 SLICE("1a2b2c2d3"));
}

static void one_that_never_began_is_freed(void **state)
{
    (void)state;
    struct diary diary = {0};
    struct co *co = co_new(write_diary, &diary, STACK);
    assert_non_null(co);
    co_free(co);
    assert_int_equal(diary.len, 0);
}

/* ---- what has to survive ---- */

/* So many live values that a compiler keeps them in every register it may. */
static double mix(struct co *co, uint64_t seed)
{
    uint64_t state = seed, a[8];
    double x[8], sum = 0;
    for (size_t i = 0; i < COUNT(a); i++)
        a[i] = next_random(&state);
    for (size_t i = 0; i < COUNT(x); i++)
        x[i] = (double)(next_random(&state) >> 40);
    uint64_t a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5],
             a6 = a[6], a7 = a[7];
    double x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5],
           x6 = x[6], x7 = x[7];
    for (int i = 0; i < 20; i++) {
        if (co != NULL)
            co_pause(co);
        a0 += a7, a1 ^= a0, a2 += a1, a3 ^= a2, a4 += a3, a5 ^= a4;
        a6 += a5, a7 ^= a6;
        x0 += x7, x1 -= x0, x2 += x1, x3 -= x2, x4 += x3, x5 -= x4;
        x6 += x5, x7 -= x6;
    }
    sum = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;
    return sum + (double)((a0 ^ a1 ^ a2 ^ a3 ^ a4 ^ a5 ^ a6 ^ a7) >> 40);
}

struct sum {
    uint64_t seed;
    double result;
};

static void add_up(struct co *co, void *argument)
{
    struct sum *sum = argument;
    sum->result = mix(co, sum->seed);
}

/* Each of many, resumed in an order that changes, comes to the same result as
 * the same function that is merely called. */
static void values_survive(void **state)
{
    (void)state;
    enum { MANY = 100 };
    struct co *co[MANY];
    struct sum sums[MANY];
    uint64_t random = 7;
    for (size_t i = 0; i < MANY; i++) {
        sums[i] = (struct sum){.seed = i + 1};
        co[i] = co_new(add_up, &sums[i], STACK);
        assert_non_null(co[i]);
    }
    for (size_t left = MANY; left > 0;) {
        size_t i = random_below(&random, MANY);
        if (co[i] != NULL && !co_resume(co[i])) {
            co_free(co[i]);
            co[i] = NULL;
            left--;
        }
    }
    for (size_t i = 0; i < MANY; i++)
        assert_true(sums[i].result == mix(NULL, i + 1));
}

/* ---- stacks ---- */

static uint64_t dig(struct co *co, unsigned depth)
{
    _Alignas(16) volatile uint64_t here[16];
    assert_int_equal((uintptr_t)here % 16, 0);
    here[depth % 16] = depth;
    if (depth == 0)
        co_pause(co);
    else
        here[depth % 16] += dig(co, depth - 1);
    return here[depth % 16];
}

static void dig_deep(struct co *co, void *sum)
{
    *(uint64_t *)sum = dig(co, 100);
}

static void it_pauses_deep_in_calls(void **state)
{
    (void)state;
    uint64_t sum = 0;
    struct co *co = co_new(dig_deep, &sum, STACK);
    assert_non_null(co);
    assert_true(co_resume(co));
    assert_int_equal(sum, 0);
    assert_false(co_resume(co));
    assert_int_equal(sum, 5050);
    co_free(co);
}

/* ---- memory ---- */

static bool is_resident(const void *address)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char vector = 0;
    void *start = (void *)((uintptr_t)address / page * page);
    assert_int_equal(mincore(start, 1, &vector), 0);
    return vector & 1;
}

/* Tells the place; a variable's address may be one that a sanitizer made up. */
static void touch_deep(unsigned depth, char **deepest)
{
    volatile char here[256];
    for (size_t i = 0; i < sizeof here; i++)
        here[i] = 1;
    *deepest = __builtin_frame_address(0);
    if (depth > 0)
        touch_deep(depth - 1, deepest);
    here[depth % sizeof here]++;
}

struct places {
    char *used, *in_use; /* before it paused; when it paused */
    uint64_t sum;
};

static void come_up(struct co *co, void *argument)
{
    struct places *places = argument;
    touch_deep(100, &places->used);
    places->in_use = __builtin_frame_address(0);
    places->sum = dig(co, 10);
}

static void a_pause_can_give_memory_back(void **state)
{
    (void)state;
    struct places places = {0};
    struct co *co = co_new(come_up, &places, STACK);
    assert_non_null(co);
    co_trim(co); /* it has not begun, and has nothing to give */
    assert_true(co_resume(co));
    assert_true(is_resident(places.used));
    assert_true(is_resident(places.in_use));
    co_trim(co);
    assert_false(is_resident(places.used));
    assert_true(is_resident(places.in_use));
    assert_false(co_resume(co));
    assert_int_equal(places.sum, 55);
    co_free(co);
}

static void dig_through(struct co *co, void *argument)
{
    (void)argument;
    (void)dig(co, 1000 * 1000);
}

/* In a process of its own. A sanitizer reports and exits. */
static void too_deep_is_the_end(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        struct co *co = co_new(dig_through, NULL, STACK);
        if (co != NULL)
            co_resume(co);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV
                                    : WEXITSTATUS(status) != 0);
}

/* Whether there is a byte at `address`: the kernel may copy it into a pipe. */
static bool is_readable(uintptr_t address)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    bool readable = write(ends[1], (const void *)address, 1) == 1;
    assert_true(readable || errno == EFAULT);
    close(ends[0]);
    close(ends[1]);
    return readable;
}

/* `co` lies above the stack, and the stack ends with a page. There is something
 * to step into below: mostly the other one. */
static void a_guard_lies_below_the_stack(void **state)
{
    (void)state;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct co *co = co_new(write_diary, NULL, STACK);
    assert_non_null(co);
    uintptr_t lowest = ((uintptr_t)co - STACK) / page * page;
    struct co *below = co_new(write_diary, NULL, STACK);
    assert_non_null(below);
    assert_true(is_readable(lowest));
    for (uintptr_t step = 1; step < 64 * 1024; step += page)
        assert_false(is_readable(lowest - step));
    co_free(below);
    co_free(co);
}

static void an_absurd_stack_is_refused(void **state)
{
    (void)state;
    errno = 0;
    assert_null(co_new(write_diary, NULL, SIZE_MAX));
    assert_int_equal(errno, ENOMEM);
    errno = 0;
    assert_null(co_new(write_diary, NULL, SIZE_MAX / 4));
    assert_int_equal(errno, ENOMEM);
}

/* ---- one in another ---- */

static void keep_a_diary(struct co *co, void *argument)
{
    struct co *inner = co_new(write_diary, argument, STACK);
    assert_non_null(inner);
    while (co_resume(inner)) {
        note(argument, '-');
        co_pause(co);
    }
    co_free(inner);
}

static void a_coroutine_resumes_another(void **state)
{
    (void)state;
    struct diary diary = {0};
    struct co *co = co_new(keep_a_diary, &diary, STACK);
    assert_non_null(co);
    while (co_resume(co))
        note(&diary, '+');
    co_free(co);
    assert_bytes(((struct slice){diary.text, diary.len}),
                 SLICE("a-+b-+c-+d"));
}

/* Stacks are used again, by others that know nothing of who was there. */
static void many_come_and_go(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 2000; i++) {
        struct sum sum = {.seed = i};
        struct co *co = co_new(add_up, &sum, STACK);
        assert_non_null(co);
        while (co_resume(co))
            ;
        co_free(co);
        assert_true(sum.result == mix(NULL, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_take_turns),
        cmocka_unit_test(one_that_never_began_is_freed),
        cmocka_unit_test(values_survive),
        cmocka_unit_test(it_pauses_deep_in_calls),
        cmocka_unit_test(a_pause_can_give_memory_back),
        cmocka_unit_test(too_deep_is_the_end),
        cmocka_unit_test(a_guard_lies_below_the_stack),
        cmocka_unit_test(an_absurd_stack_is_refused),
        cmocka_unit_test(a_coroutine_resumes_another),
        cmocka_unit_test(many_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
