/* A request that is made once and sent many times: its bytes, and the places
 * where a number is put anew each time. */
#ifndef REQUEST_H
#define REQUEST_H

#include "draw.h"
#include "protocol.h"

enum { REQUEST_HOLES = 64 /* numbers in one request */ };

struct request {
    struct buf bytes;
    size_t holes[REQUEST_HOLES]; /* where each is, from the first byte */
    size_t count;                /* of them */
};

/* In each of the words
 *
 *     __rand_int__   is a number of 12 digits, as in redis-benchmark
 *     __key__        is key:__rand_int__
 *     __data__       is `value_size` bytes
 *
 * False, with `why`, a string literal, when that cannot be. request_free in
 * any case. */
bool request_make(struct request *request, const struct protocol *protocol,
                  const char *const *words, size_t value_size,
                  const char **why);
void request_free(struct request *request);

/* Puts the request there, each number drawn, and returns its end. */
char *request_put(const struct request *request, char *there,
                  struct draw *draw);

#endif
