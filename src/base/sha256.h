/* SHA-256 (FIPS 180-4, RFC 6234): a hash from which nobody finds the way back.
 * Passwords are kept as their hashes only. */
#ifndef SHA256_H
#define SHA256_H

#include "slice.h"

enum { SHA256_HEX = 64 /* digits of a hash */ };

/* Writes the hash of the bytes in hexadecimal, and a closing NUL. */
void sha256_hex(struct slice bytes, char out[SHA256_HEX + 1]);

#endif
