/* Coroutines: functions that can pause in the middle and go on there later,
 * because each has a stack of its own.
 *
 *     who resumes                  the coroutine
 *     co_new
 *     co_resume        ------>     run(co, argument) begins
 *     ... true         <------     co_pause(co)
 *     co_resume        ------>     ... goes on behind co_pause
 *     ... false        <------     run returns
 *     co_free
 *
 * Nothing runs at the same time and nothing is interrupted: a coroutine goes on
 * until it pauses. It may resume others, but not itself. All calls for a
 * coroutine come from the thread that made it. `errno` is the thread's: after a
 * co_resume or a co_pause it is whatever the others left there. */
#ifndef CO_H
#define CO_H

#include <stdbool.h>
#include <stddef.h>

struct co;

/* Makes a coroutine that has not begun yet, with at least `stack_size` bytes
 * of stack. Only the pages that have been used take memory (see co_trim); to
 * use more is a segmentation fault. NULL, with errno: no memory, or too many
 * mappings (each coroutine has two; vm.max_map_count). */
struct co *co_new(void (*run)(struct co *co, void *argument), void *argument,
                  size_t stack_size);

/* Runs it until it pauses (true) or ends (false). Not after it has ended. */
bool co_resume(struct co *co);

/* Pauses the coroutine, which is the caller, until it is resumed. */
void co_pause(struct co *co);

/* Gives back the memory that it used before it paused, and does not use now. */
void co_trim(struct co *co);

/* For one that has ended or never begun. Who is in the middle of something
 * holds memory and descriptors that only it can give back: resume it, and let
 * it find out that it should end. */
void co_free(struct co *co);

#endif
