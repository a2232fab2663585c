/* An element says its length twice, before and behind itself, so that a walk
 * can go either way:
 *
 *     |  length  |  bytes ...  |  size  |  length  |  bytes ...
 *     ^ at                     ^        ^ next
 *                              how far back to `at`
 *
 * Both are written seven bits to a byte, lowest first; the eighth bit says that
 * more bytes follow. The size is to be read from its end, so its bytes stand in
 * reverse order. */
#include "types/pack.h"

#include <stdlib.h>

enum {
    NUMBER_MAX = 5, /* bytes of a packed 32-bit number */
    PIECE = 256,    /* bytes that are moved at once */
};

static size_t write_number(char *out, size_t number)
{
    size_t n = 0;
    for (; number > 0x7f; number >>= 7)
        out[n++] = (char)(0x80 | (number & 0x7f));
    out[n++] = (char)number;
    return n;
}

/* Reads from `in` on, in steps of +1 or -1; returns how many bytes. */
static size_t read_number(const char *in, int step, size_t *number)
{
    size_t n = 0;
    unsigned char byte;
    *number = 0;
    do {
        byte = (unsigned char)*in;
        in += step;
        *number |= (size_t)(byte & 0x7f) << 7 * n++;
    } while (byte & 0x80);
    return n;
}

static size_t number_size(size_t number)
{
    char scratch[2 * NUMBER_MAX];
    return write_number(scratch, number);
}

size_t pack_element_size(size_t len)
{
    size_t size = number_size(len) + len;
    return size + number_size(size);
}

static void write_element(char *out, struct slice element)
{
    size_t size = write_number(out, element.len);
    if (element.len > 0)
        memcpy(out + size, element.data, element.len);
    size += element.len;
    char number[2 * NUMBER_MAX];
    size_t n = write_number(number, size);
    for (size_t i = 0; i < n; i++)
        out[size + i] = number[n - 1 - i];
}

struct slice pack_get(const struct pack *pack, size_t at)
{
    size_t len;
    size_t n = read_number(pack->bytes + at, +1, &len);
    return (struct slice){pack->bytes + at + n, len};
}

size_t pack_next(const struct pack *pack, size_t at)
{
    return at + pack_element_size(pack_get(pack, at).len);
}

size_t pack_previous(const struct pack *pack, size_t at)
{
    size_t size;
    size_t n = read_number(pack->bytes + at - 1, -1, &size);
    return at - n - size;
}

size_t pack_index(const struct pack *pack, size_t index)
{
    size_t at = 0;
    if (index >= pack->count)
        return pack_end(pack);
    if (index <= pack->count / 2) {
        for (; index > 0; index--)
            at = pack_next(pack, at);
    } else {
        at = pack_end(pack);
        for (; index < pack->count; index++)
            at = pack_previous(pack, at);
    }
    return at;
}

static bool resize(struct pack *pack, size_t capacity)
{
    char *bytes = realloc(pack->bytes, capacity);
    if (bytes == NULL)
        return false;
    pack->bytes = bytes;
    pack->capacity = (uint32_t)capacity;
    return true;
}

/* Makes the `old` bytes at `at` into `new` bytes, whatever they are. It grows
 * by half, so that many pushes copy each byte only a few times. */
static bool make_gap(struct pack *pack, size_t at, size_t old, size_t new)
{
    size_t used = pack->used - old + new;
    if (used > PACK_MAX)
        return false;
    if (used > pack->capacity &&
        !resize(pack, used + used / 2) && !resize(pack, used))
        return false;
    memmove(pack->bytes + at + new, pack->bytes + at + old,
            pack->used - at - old);
    pack->used = (uint32_t)used;
    return true;
}

/* Gives back what removals left over. Without memory for that it stays. */
static void shrink(struct pack *pack)
{
    if (pack->used == 0)
        pack_free(pack);
    else if (pack->used < pack->capacity / 4)
        (void)!resize(pack, pack->used + pack->used / 2);
}

bool pack_insert(struct pack *pack, size_t at, struct slice element)
{
    if (element.len > PACK_MAX ||
        !make_gap(pack, at, 0, pack_element_size(element.len)))
        return false;
    write_element(pack->bytes + at, element);
    pack->count++;
    return true;
}

bool pack_push_front(struct pack *pack, struct slice element)
{
    return pack_insert(pack, 0, element);
}

bool pack_push_back(struct pack *pack, struct slice element)
{
    return pack_insert(pack, pack_end(pack), element);
}

bool pack_replace(struct pack *pack, size_t at, struct slice element)
{
    size_t old = pack_next(pack, at) - at;
    if (element.len > PACK_MAX ||
        !make_gap(pack, at, old, pack_element_size(element.len)))
        return false;
    write_element(pack->bytes + at, element);
    shrink(pack);
    return true;
}

static size_t behind(const struct pack *pack, size_t at, size_t count)
{
    while (count-- > 0)
        at = pack_next(pack, at);
    return at;
}

/* Moves `size` bytes from `from` down to `to`, and what is between them up:
 *
 *     to       from  from + size
 *     | b b b b | a a |     ->     | a a | b b b b |
 *
 * piece by piece, as much as can be kept aside. */
static void move_down(char *bytes, size_t from, size_t size, size_t to)
{
    char aside[PIECE];
    for (size_t done = 0; done < size;) {
        size_t n = size - done < PIECE ? size - done : PIECE;
        memcpy(aside, bytes + from + done, n);
        memmove(bytes + to + done + n, bytes + to + done, from - to);
        memcpy(bytes + to + done, aside, n);
        done += n;
    }
}

size_t pack_move(struct pack *pack, size_t from, size_t count, size_t to)
{
    size_t end = behind(pack, from, count);
    if (to <= from) {
        move_down(pack->bytes, from, end - from, to);
        return to;
    }
    move_down(pack->bytes, end, to - end, from); /* what is between them */
    return to - (end - from);
}

void pack_remove(struct pack *pack, size_t at, size_t count)
{
    size_t end = behind(pack, at, count);
    if (count == 0)
        return;
    make_gap(pack, at, end - at, 0);
    pack->count -= (uint32_t)count;
    shrink(pack);
}

bool pack_copy(struct pack *copy, const struct pack *pack)
{
    if (pack->used == 0)
        return true;
    if (!resize(copy, pack->used))
        return false;
    memcpy(copy->bytes, pack->bytes, pack->used);
    copy->used = pack->used;
    copy->count = pack->count;
    return true;
}

void pack_free(struct pack *pack)
{
    free(pack->bytes);
    *pack = (struct pack){0};
}
