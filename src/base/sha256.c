/* The message, a bit 1, zeros and the message's length in bits make up blocks
 * of 64 bytes; each block stirs a state of eight words, in 64 rounds:
 *
 *     block -> schedule of 64 words
 *     a b c d e f g h  --round-->  (t1 + t2) a b c (d + t1) e f g
 */
#include "sha256.h"

#include <stdint.h>
#include <stdio.h>

enum { BLOCK = 64, LENGTH = 8 /* bytes at the end of the last block */ };

/* The first 32 bits of the fractions of the cube roots of the first 64
 * primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

static void make_schedule(uint32_t w[64], const unsigned char *block)
{
    for (int i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
               (uint32_t)block[2] << 8 | block[3];
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15];
        uint32_t y = w[i - 2];
        w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
               (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    }
}

static void stir(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64];
    uint32_t s[8];
    make_schedule(w, block);
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t a = s[0], e = s[4];
        uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                      ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

/* The rest that fills no block, and what closes the message: one block or
 * two. */
static void stir_end(uint32_t state[8], struct slice rest, uint64_t length)
{
    unsigned char end[2 * BLOCK] = {0};
    size_t size = rest.len + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK;
    if (rest.len > 0)
        memcpy(end, rest.data, rest.len);
    end[rest.len] = 0x80;
    for (size_t i = 0; i < LENGTH; i++)
        end[size - 1 - i] = (unsigned char)(length * 8 >> 8 * i);
    for (size_t i = 0; i < size; i += BLOCK)
        stir(state, end + i);
}

void sha256_hex(struct slice bytes, char out[SHA256_HEX + 1])
{
    /* Likewise, of the square roots of the first eight. */
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    size_t done = 0;
    if (bytes.len == 0)
        bytes.data = ""; /* an address to count from */
    for (; bytes.len - done >= BLOCK; done += BLOCK)
        stir(state, (const unsigned char *)bytes.data + done);
    stir_end(state, (struct slice){bytes.data + done, bytes.len - done},
             bytes.len);
    for (int i = 0; i < 8; i++)
        snprintf(out + 8 * i, 9, "%08x", (unsigned)state[i]);
}
