#include "hash.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool hash_seed_random(struct hash_seed *seed)
{
    int fd = open("/dev/urandom", O_RDONLY);
    if (fd < 0)
        return false;
    ssize_t n = read_full(fd, seed, sizeof *seed);
    int error = n < 0 ? errno : EIO;
    close(fd);
    errno = error;
    return n == (ssize_t)sizeof *seed;
}

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

/* One SipRound: add, rotate, xor, over four words of state. */
static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

uint64_t hash_bytes(const struct hash_seed *seed, struct slice bytes)
{
    uint64_t v[4] = {
        seed->k0 ^ 0x736f6d6570736575,
        seed->k1 ^ 0x646f72616e646f6d,
        seed->k0 ^ 0x6c7967656e657261,
        seed->k1 ^ 0x7465646279746573,
    };
    size_t at = 0;
    for (; bytes.len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, bytes.data + at, 8);
        sip_word(v, word);
    }
    uint64_t last = (uint64_t)bytes.len << 56;
    for (size_t i = at; i < bytes.len; i++)
        last |= (uint64_t)(unsigned char)bytes.data[i] << 8 * (i - at);
    sip_word(v, last);
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
