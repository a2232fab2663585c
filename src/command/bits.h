/* What the commands on the bits of strings share. Bit 0 is the highest bit of
 * the first byte; bits behind the last byte are 0. */
#ifndef BITS_H
#define BITS_H

#include "command/command.h"

/* Word `i` as the number of a bit, or, for `bits` > 0, as "#" and the number of
 * a field of so many bits. On false the error has been replied. */
bool arg_bit_offset(struct call *call, size_t i, unsigned bits,
                    uint64_t *offset);

static inline bool bit_at(struct slice bytes, uint64_t i)
{
    return i / 8 < bytes.len &&
           (unsigned char)bytes.data[i / 8] >> (7 - i % 8) & 1;
}

static inline void set_bit(char *bytes, uint64_t i, bool on)
{
    unsigned mask = 0x80U >> i % 8;
    unsigned byte = (unsigned char)bytes[i / 8];
    bytes[i / 8] = (char)(on ? byte | mask : byte & ~mask);
}

#endif
