/* A wire script: a conversation over TCP, as data. notes/wire.md teaches the
 * language; this is what wire_load makes of a file:
 *
 *     about a GET after a SET finds the value      the header
 *     c1> request("SET" "k" "v")                   a step: SEND, c1, items
 *     c1< reply(0)                                 a step: EXPECT, c1, items
 *     repeat 3 as i { ... }                        a step with a body
 */
#ifndef WIRE_SCRIPT_H
#define WIRE_SCRIPT_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    WIRE_DEPTH = 4,   /* how deep `repeat` blocks may nest */
    WIRE_ERROR = 256, /* bytes: the longest error message */
};

/* A number as written, or the counter of an enclosing repeat. */
struct wire_number {
    long value;
    int counter; /* which one, 0 is the outermost repeat; -1: use value */
};

enum wire_item_kind {
    WIRE_TEXT,    /* "PING\r\n": bytes */
    WIRE_COUNTER, /* i: the counter, in decimal */
    WIRE_U32,     /* u32(N): four bytes, little-endian */
    WIRE_MESSAGE, /* message(...): a u32 length, then what is inside */
    WIRE_REQUEST, /* request(...): a message of words, for chapters 03 to 05 */
    WIRE_REPLY,   /* reply(N ...): a message of a u32 status and bytes */
    WIRE_RESP,    /* resp(...): the words as a RESP array */
    WIRE_BULK,    /* bulk(...): one RESP bulk string */
    /* What varies; only in what is expected. */
    WIRE_ANY,        /* any: inside message(), reply() and bulk() */
    WIRE_ANY_LINE,   /* any line: up to and with the next \n */
    WIRE_ANY_DIGITS, /* any digits: one or more */
    WIRE_ANY_BYTES,  /* any N: so many bytes */
};

struct wire_item {
    enum wire_item_kind kind;
    struct slice text;         /* TEXT */
    struct wire_number number; /* U32, REPLY, COUNTER, ANY_BYTES */
    struct wire_number times;  /* "a" * 1024 */
    struct wire_item *inside;  /* what stands between the parentheses */
    struct wire_item *plus;    /* "key:" + i: one word of several parts */
    struct wire_item *next;
};

enum wire_step_kind {
    WIRE_SEND,      /* c1> items [split at N... | split every N] [delay T] */
    WIRE_EXPECT,    /* c1< items */
    WIRE_CONNECT,   /* c1 connect */
    WIRE_CLOSE,     /* c1 close */
    WIRE_RESET,     /* c1 reset */
    WIRE_HALFCLOSE, /* c1 half-close */
    WIRE_EOF,       /* c1 eof */
    WIRE_FLOOD,     /* c1 flood N items */
    WIRE_DRAIN,     /* c1 drain items */
    WIRE_PAUSE,     /* pause T */
    WIRE_BARRIER,   /* barrier */
    WIRE_REPEAT,    /* repeat N [as i] { body } */
    WIRE_CUTS,      /* every cut { body } */
};

struct wire_step {
    enum wire_step_kind kind;
    unsigned line;            /* where it stands in the file */
    struct slice source;      /* as it is written there; of a block: its head */
    struct slice conn;        /* the connection's name */
    struct wire_number index; /* c[7], c[i]; -1 when there is none */
    struct wire_item *items;  /* what to send or expect */
    struct wire_number number; /* REPEAT: how often; FLOOD: bytes; PAUSE: ms */
    int counter;               /* REPEAT: the counter it counts in */
    size_t *cuts;              /* SEND: the offsets of `split at` */
    size_t cut_count;
    size_t piece;           /* SEND: the bytes of `split every`, or 0 */
    long delay;             /* SEND: ms between two pieces */
    struct wire_step *body; /* REPEAT, CUTS */
    struct wire_step *next;
};

struct wire_script {
    const char *path;     /* as given to wire_load */
    const char *name;     /* the file's name without directory and .wire */
    const char *about;    /* what the test is about */
    const char *chapters; /* where it applies: "03-05 server"; never NULL */
    const char *except;   /* and where it does not; "" when not given */
    const char *note;     /* the page that teaches it; "" */
    const char *cause;    /* what is wrong, most likely, when it fails; "" */
    struct wire_step *steps;

    struct wire_memory *memory; /* private: all of the above */
};

/* Reads and parses a file. False: `error` says where and what was expected
 * there ("bad.wire:7: expected ..."), and there is nothing to free. */
bool wire_load(struct wire_script *script, const char *path,
               char error[WIRE_ERROR]);
void wire_free(struct wire_script *script);

/* The same, of a text in memory that the caller may free afterwards. */
bool wire_parse(struct wire_script *script, const char *path, struct slice text,
                char error[WIRE_ERROR]);

/* Does a list such as "03-05 server" name this chapter? */
bool wire_list_has(const char *list, const char *chapter);

#endif
