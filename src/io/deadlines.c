#include "io/deadlines.h"
#include "base/clock.h"

#include <limits.h>
#include <stdlib.h>

void deadlines_free(struct deadlines *deadlines)
{
    free(deadlines->heap);
    *deadlines = (struct deadlines){0};
}

static void put(struct deadlines *deadlines, size_t i, struct deadline *it)
{
    deadlines->heap[i] = it;
    it->place = i + 1;
}

static void rise(struct deadlines *deadlines, size_t i)
{
    struct deadline *it = deadlines->heap[i];
    while (i > 0 && it->at < deadlines->heap[(i - 1) / 2]->at) {
        put(deadlines, i, deadlines->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(deadlines, i, it);
}

static void sink(struct deadlines *deadlines, size_t i)
{
    struct deadline *it = deadlines->heap[i];
    size_t child;
    while ((child = 2 * i + 1) < deadlines->count) {
        if (child + 1 < deadlines->count &&
            deadlines->heap[child + 1]->at < deadlines->heap[child]->at)
            child++;
        if (it->at <= deadlines->heap[child]->at)
            break;
        put(deadlines, i, deadlines->heap[child]);
        i = child;
    }
    put(deadlines, i, it);
}

static bool make_room(struct deadlines *deadlines)
{
    if (deadlines->count < deadlines->room)
        return true;
    size_t room = deadlines->room > 0 ? 2 * deadlines->room : 16;
    struct deadline **heap =
        realloc(deadlines->heap, room * sizeof *deadlines->heap);
    if (heap == NULL)
        return false;
    deadlines->heap = heap;
    deadlines->room = room;
    return true;
}

/* The last one takes its place. */
static void take_out(struct deadlines *deadlines, struct deadline *it)
{
    size_t i = it->place - 1;
    struct deadline *last = deadlines->heap[--deadlines->count];
    it->place = 0;
    if (last == it)
        return;
    put(deadlines, i, last);
    rise(deadlines, i);
    sink(deadlines, last->place - 1);
}

bool deadlines_set(struct deadlines *deadlines, struct deadline *deadline,
                   int64_t at)
{
    if (deadline->place > 0 && deadline->at == at)
        return true;
    if (deadline->place > 0)
        take_out(deadlines, deadline);
    if (at == NO_DEADLINE)
        return true;
    if (!make_room(deadlines))
        return false;
    deadline->at = at;
    deadlines->heap[deadlines->count] = deadline;
    rise(deadlines, deadlines->count++);
    return true;
}

struct deadline *deadlines_take(struct deadlines *deadlines, int64_t now)
{
    if (deadlines_next(deadlines) > now)
        return NULL;
    struct deadline *first = deadlines->heap[0];
    take_out(deadlines, first);
    return first;
}

int64_t deadlines_next(const struct deadlines *deadlines)
{
    return deadlines->count > 0 ? deadlines->heap[0]->at : NO_DEADLINE;
}

int poll_timeout(int64_t deadline, int64_t now)
{
    if (deadline == NO_DEADLINE)
        return -1;
    if (deadline <= now)
        return 0;
    return deadline - now < INT_MAX ? (int)(deadline - now) : INT_MAX;
}
