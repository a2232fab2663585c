#include "wire/cause.h"

#include <errno.h>

enum { BIG = 64 * 1024 /* bytes: more than one write() may take at once */ };

static bool starts_with(const struct buf *buf, struct slice start)
{
    struct slice bytes = buf_slice(buf);
    if (bytes.len < start.len)
        return false;
    bytes.len = start.len;
    return slice_equal(bytes, start);
}

static bool died_on_reset(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_REFUSED && failure->was_reset;
}

static bool is_gone(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_REFUSED && failure->trail_len > 1;
}

static bool has_no_descriptor(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_LOCAL && failure->error == EMFILE;
}

static bool was_never_there(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_REFUSED;
}

static bool hung_up(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_ENDED || failure->trouble == WIRE_ABORTED;
}

/* A length of four bytes came the other way round. */
static bool is_big_endian(const struct wire_failure *failure)
{
    struct slice expected = buf_slice(&failure->expected);
    struct slice received = buf_slice(&failure->received);
    if (failure->trouble != WIRE_DIFFERENT || failure->same >= 4 ||
        expected.len < 4 || received.len < 4)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (expected.data[i] != received.data[3 - i])
            return false;
    return true;
}

static bool is_empty_for_missing(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_DIFFERENT &&
           starts_with(&failure->expected, SLICE("$-1\r\n")) &&
           starts_with(&failure->received, SLICE("$0\r\n"));
}

static bool is_silent(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_SILENCE;
}

static bool lost_the_rest(const struct wire_failure *failure)
{
    return is_silent(failure) && failure->same > 0 &&
           buf_len(&failure->expected) >= BIG;
}

static bool read_is_request(const struct wire_failure *failure)
{
    return is_silent(failure) && failure->split && failure->same == 0;
}

static bool took_one_of_many(const struct wire_failure *failure)
{
    return is_silent(failure) && !failure->split && failure->frames > 1;
}

static bool serves_one_client(const struct wire_failure *failure)
{
    return is_silent(failure) && failure->same == 0 && failure->others > 0;
}

static bool filled_a_buffer(const struct wire_failure *failure)
{
    return is_silent(failure) && failure->same == 0 &&
           failure->sent_total >= 512;
}

static bool stayed_open(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_OPEN;
}

static bool said_too_much(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_EXTRA;
}

static bool stopped_reading(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_STUCK;
}

static bool has_no_limit(const struct wire_failure *failure)
{
    return failure->trouble == WIRE_GREEDY;
}

/* The first that fits is the one to name. */
static const struct cause {
    bool (*fits)(const struct wire_failure *failure);
    const char *text;
} causes[] = {
    {died_on_reset, "the server died when a client reset its connection: "
                    "ignore SIGPIPE, and take an error of read() or write() "
                    "for the end of that one client"},
    {is_gone, "the server died in an earlier step"},
    {has_no_descriptor, "this process may open too few files: ulimit -n 4096"},
    {was_never_there, "nobody listens on this port; start the server first"},
    {hung_up, "the server closed the connection, or died, where a reply was "
              "due"},
    {is_big_endian, "the length went out with its high byte first; the "
                    "protocol is little-endian"},
    {is_empty_for_missing, "a key that does not exist was answered like an "
                           "empty value: the null is $-1"},
    {lost_the_rest, "the rest of a big reply was never sent: write() may take "
                    "fewer bytes than asked, or none (EAGAIN), and the rest "
                    "has to follow"},
    {read_is_request, "parsed once per read: the server takes what one read() "
                      "returns for a whole request"},
    {took_one_of_many, "only the first of several requests that came together "
                       "was answered: after one request, look for the next in "
                       "the same buffer"},
    {serves_one_client, "one client at a time: the server waits for another "
                        "client, which is connected and says nothing"},
    {filled_a_buffer, "the request is larger than the server's buffer, or "
                      "fills it exactly, and is never complete"},
    {stayed_open, "the server does not take read() == 0 for the end of the "
                  "client, or forgets to close"},
    {said_too_much, "more bytes were sent than are due: a request answered "
                    "twice, or a length that counts a closing NUL"},
    {stopped_reading, "the server no longer reads: it waits in write(), or for "
                      "another client"},
    {has_no_limit, "no back-pressure: the server goes on reading requests "
                   "while nobody takes its replies, and its memory grows"},
};

const char *wire_likely_cause(const struct wire_failure *failure)
{
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].fits(failure))
            return causes[i].text;
    return NULL;
}
