#include "message.h"

uint32_t u32_load(const char bytes[4])
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++)
        number |= (uint32_t)(unsigned char)bytes[i] << 8 * i;
    return number;
}

void u32_append(struct buf *buf, uint32_t number)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    buf_append(buf, bytes, sizeof bytes);
}
