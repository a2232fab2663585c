/* A packed list: byte strings one behind the other in one allocation. It takes
 * two bytes more than its elements do (four or six for long ones), and a search
 * reads memory in order, so as long as it is small it beats every structure of
 * nodes and pointers. All zero is a valid empty list.
 *
 * Elements are named by their position: bytes from the start of the list, 0 for
 * the first, pack_end behind the last. A change makes all positions behind it
 * invalid, and every slice into the list. Whoever needs memory may find none:
 * then it returns false, and nothing has changed. */
#ifndef PACK_H
#define PACK_H

#include "base/slice.h"

#include <stdint.h>

enum { PACK_MAX = INT32_MAX /* bytes of a whole list */ };

struct pack {
    char *bytes;   /* from malloc, or NULL */
    uint32_t used; /* of bytes */
    uint32_t capacity;
    uint32_t count; /* elements */
};

/* The element: borrowed until the list changes. */
struct slice pack_get(const struct pack *pack, size_t at);

static inline size_t pack_end(const struct pack *pack)
{
    return pack->used;
}

/* The neighbours. The element behind the last is pack_end; `at` may be pack_end
 * for pack_previous, and is never 0. */
size_t pack_next(const struct pack *pack, size_t at);
size_t pack_previous(const struct pack *pack, size_t at);

/* The position of an element by its number, from 0; pack_end when there are not
 * so many. Walks from the nearer end. */
size_t pack_index(const struct pack *pack, size_t index);

/* Puts an element before the one at `at`. It may not lie in the list itself;
 * that holds for all that follows too. */
bool pack_insert(struct pack *pack, size_t at, struct slice element);
bool pack_push_front(struct pack *pack, struct slice element);
bool pack_push_back(struct pack *pack, struct slice element);

bool pack_replace(struct pack *pack, size_t at, struct slice element);

/* Removes `count` elements, which are there, from `at` on. What comes behind
 * them is then at `at`. */
void pack_remove(struct pack *pack, size_t at, size_t count);

/* Moves `count` elements, which are there, from `from` on, before the one at
 * `to`, which is not between them. Returns where they are now. It never needs
 * memory. */
size_t pack_move(struct pack *pack, size_t from, size_t count, size_t to);

/* Makes `copy`, which is empty, equal. */
bool pack_copy(struct pack *copy, const struct pack *pack);

/* Gives the memory back; the list is empty and valid again. */
void pack_free(struct pack *pack);

/* Bytes that an element of this length takes in a list. */
size_t pack_element_size(size_t len);

#endif
