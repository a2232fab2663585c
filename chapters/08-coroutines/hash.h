/* SipHash-1-3 (Aumasson and Bernstein, 2012, https://www.aumasson.jp/siphash/):
 * a hash that a client cannot aim. With a plain hash (FNV, djb2) anybody can
 * compute a million keys that fall into one bucket, and every GET then walks a
 * list of a million entries. The seed is random and stays in the process. */
#ifndef HASH_H
#define HASH_H

#include "slice.h"

#include <stdint.h>

struct hash_seed {
    uint64_t k0, k1;
};

/* A seed from /dev/urandom; false, with errno, when it cannot be read. */
bool hash_seed_random(struct hash_seed *seed);

uint64_t hash_bytes(const struct hash_seed *seed, struct slice bytes);

#endif
