/* What a message looks like on the wire:
 *
 *     message = length byte{length}    ; length = u32, at most MESSAGE_MAX
 *     u32     = byte{4}                ; lowest first (little-endian), whatever
 *                                      ; order the machine itself prefers */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "buf.h"

#include <stdint.h>

enum {
    MESSAGE_HEADER = 4,    /* bytes: the length */
    MESSAGE_MAX = 1 << 20, /* bytes behind it. Without a limit, four bytes from
                            * anybody could make us reserve 4 GiB */
};

uint32_t u32_load(const char bytes[4]);
void u32_append(struct buf *buf, uint32_t number);

#endif
