/* RESP requests, from bytes to words: the protocol that Redis clients speak
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 *
 *     request = array / inline
 *     array   = "*" number CRLF { "$" number CRLF byte{number} CRLF }
 *     inline  = { word } LF            ; typed by hand: PING, SET k "a b"
 *
 * Bytes arrive in any portions. Append them to a buffer and call resp_parse
 * with all that is in it; the parser goes on where it stopped looking, so a
 * slow sender costs no more than a fast one. */
#ifndef RESP_H
#define RESP_H

#include "buf.h"

struct resp_limits {
    size_t words;     /* of an array; Redis 7 allows INT_MAX */
    size_t bulk;      /* bytes of one word; Redis allows 512 MiB */
    size_t line;      /* bytes of an inline request or a number; 64 KiB */
    bool anonymous;   /* the client has yet to log in: 10 words of 16 KiB */
};

enum resp_result { RESP_DONE, RESP_MORE, RESP_BAD };

/* All zero is a parser at the start of a request. Private, except: */
struct resp_parser {
    size_t argc;         /* after RESP_DONE: the request's words; may be 0 */
    struct slice *argv;  /* borrowed from the bytes given to resp_parse, or (for
                          * an inline request) from the parser */
    char error[64];      /* after RESP_BAD: "Protocol error: ..." */

    size_t at, seen;     /* where the current piece starts; how far we looked */
    long long left;      /* words of the array still to come */
    size_t bulk;         /* bytes of the word that is being read */
    enum { RESP_START, RESP_LENGTH, RESP_BULK } state;
    size_t *starts;      /* where each word starts, as the bytes may move */
    size_t cap;          /* of argv and starts */
    struct buf unquoted; /* the words of an inline request */
};

/* Looks at `in`, which starts with the request's first byte.
 * RESP_DONE: argc and argv are the request, parser->at its length in bytes;
 *     consume them, then call resp_next before the next request.
 * RESP_MORE: call again, with the same bytes and more behind them.
 * RESP_BAD: the peer does not speak RESP, or is over a limit, or there is no
 *     memory; parser->error says why. Tell it and close the connection. */
enum resp_result resp_parse(struct resp_parser *parser, struct slice in,
                            const struct resp_limits *limits);

/* Ready for the next request; the words of the last one are gone. */
void resp_next(struct resp_parser *parser);

void resp_free(struct resp_parser *parser);

/* A whole slice as a signed 64-bit decimal number, as Redis reads them: no
 * sign +, no leading zeros or spaces. False when it is anything else. */
bool slice_to_ll(struct slice text, long long *number);

#endif
