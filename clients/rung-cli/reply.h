/* RESP replies, from bytes to values, as they arrive.
 *
 *     reply  = line / string / list
 *     line   = ( "+" | "-" | ":" | "_" | "," | "#" | "(" ) text CRLF
 *     string = ( "$" | "=" | "!" ) number CRLF byte{number} CRLF
 *     list   = ( "*" | "~" | "%" | ">" ) number CRLF reply{number}
 *                                       ; %: twice as many, key then value
 *     null   = "_" CRLF / "$-1" CRLF / "*-1" CRLF
 *
 * The values are kept in the order in which they arrive, a list before what is
 * in it:
 *
 *     *2 [ $1 "a", *2 [ :1, :2 ] ]   ->   * $ * : :
 *                                         0 1 2 3 4 */
#ifndef REPLY_H
#define REPLY_H

#include "base/slice.h"

struct reply_value {
    char type;    /* the byte that it starts with */
    bool null;
    size_t start; /* of a line or string: where its bytes are in the reply, */
    size_t len;   /* and how many */
    size_t count; /* of a list: replies in it; a key and its value are 2 */
};

enum reply_result { REPLY_DONE, REPLY_MORE, REPLY_BAD };

enum { REPLY_DEPTH = 128 /* lists within lists */ };

/* All zero is a parser at the start of a reply. */
struct reply {
    struct reply_value *values; /* after REPLY_DONE: all of the reply */
    size_t count;
    size_t at;                  /* after REPLY_DONE: its length in bytes */
    char error[96];             /* after REPLY_BAD: what is wrong, in words */

    /* Private. */
    size_t cap;                 /* of values */
    size_t seen;                /* no line ends between `at` and here */
    struct {
        size_t value, left;     /* a list, and how much of it is to come */
    } open[REPLY_DEPTH];        /* the lists that are not complete yet */
    size_t depth;
};

/* Looks at `in`, which starts with the reply's first byte. On REPLY_MORE call
 * again with the same bytes and more behind them. After the other two, call
 * reply_next before you go on. */
enum reply_result reply_parse(struct reply *reply, struct slice in);

/* After REPLY_MORE: says what is there and what is missing, such as
 * "5 of 12 bytes of a string came (value 2 of 3 in an array)". */
void reply_missing(const struct reply *reply, struct slice in, char *text,
                   size_t size);

void reply_next(struct reply *reply);
void reply_free(struct reply *reply);

static inline bool reply_is_list(const struct reply_value *value)
{
    return !value->null && strchr("*~%>", value->type) != NULL;
}

#endif
