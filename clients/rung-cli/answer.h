/* Answers in any of the protocols: where one ends in the bytes that arrive,
 * what it says, and while it is not complete, what is missing. */
#ifndef ANSWER_H
#define ANSWER_H

#include "options.h"
#include "reply.h"
#include "base/buf.h"

/* The answer that is arriving. All zero but for `proto` is one at its start. */
struct answer {
    enum proto proto;
    struct reply reply; /* PROTO_RESP */
    size_t len;         /* after REPLY_DONE: its bytes */
    char error[160];    /* after REPLY_BAD: why it cannot be an answer */
};

/* Looks at `in`, which starts with the answer's first byte. After REPLY_DONE
 * and REPLY_BAD call answer_next before the next one. Raw bytes have no end:
 * all that is there is the answer. */
enum reply_result answer_parse(struct answer *answer, struct slice in);
void answer_next(struct answer *answer);
void answer_free(struct answer *answer);

/* After REPLY_MORE: "5 of 12 bytes of the message". */
void answer_missing(const struct answer *answer, struct slice in, char *text,
                    size_t size);

/* After REPLY_DONE, with the same bytes: */
void answer_show(const struct answer *answer, struct slice bytes, bool raw,
                 struct buf *out);
bool answer_is_error(const struct answer *answer, struct slice bytes);

#endif
