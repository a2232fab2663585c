#include "types/intset.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_CAPACITY = 4 /* numbers */ };

/* Where the number is, or would have to be. */
static size_t find(const struct intset *set, int64_t number)
{
    size_t from = 0, to = set->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (set->numbers[middle] < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_at(const struct intset *set, size_t i, int64_t number)
{
    return i < set->count && set->numbers[i] == number;
}

bool intset_has(const struct intset *set, int64_t number)
{
    return is_at(set, find(set, number), number);
}

static bool resize(struct intset *set, size_t capacity)
{
    int64_t *numbers = realloc(set->numbers, capacity * sizeof *numbers);
    if (numbers == NULL)
        return false;
    set->numbers = numbers;
    set->capacity = capacity;
    return true;
}

/* Moves the numbers from place `from` on to place `to`. */
static void shift(struct intset *set, size_t from, size_t to)
{
    memmove(set->numbers + to, set->numbers + from,
            (set->count - from) * sizeof *set->numbers);
}

bool intset_add(struct intset *set, int64_t number, bool *added)
{
    size_t i = find(set, number);
    *added = !is_at(set, i, number);
    if (!*added)
        return true;
    if (set->count == set->capacity &&
        !resize(set, set->count < MIN_CAPACITY ? MIN_CAPACITY
                                               : set->count + set->count / 2))
        return false;
    shift(set, i, i + 1);
    set->numbers[i] = number;
    set->count++;
    return true;
}

bool intset_remove(struct intset *set, int64_t number)
{
    size_t i = find(set, number);
    if (!is_at(set, i, number))
        return false;
    shift(set, i + 1, i);
    set->count--;
    /* Without memory to shrink into it stays as large as it is. */
    if (set->count >= MIN_CAPACITY && set->count < set->capacity / 4)
        (void)!resize(set, set->count + set->count / 2);
    return true;
}

bool intset_copy(struct intset *copy, const struct intset *set)
{
    if (set->count == 0)
        return true;
    if (!resize(copy, set->count))
        return false;
    memcpy(copy->numbers, set->numbers, set->count * sizeof *set->numbers);
    copy->count = set->count;
    return true;
}

void intset_free(struct intset *set)
{
    free(set->numbers);
    *set = (struct intset){0};
}
