/* Replies as they arrive, in any portions: nothing is kept of them but what is
 * needed to know where each ends and what it is. */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>

enum answer {
    ANSWER_NONE,   /* the reply is not whole yet */
    ANSWER_OK,     /* +OK; status 0 and no bytes; STORED */
    ANSWER_STATUS, /* another line of text */
    ANSWER_VALUE,  /* bytes */
    ANSWER_NOTHING, /* there is no such value */
    ANSWER_NUMBER,
    ANSWER_ARRAY,
    ANSWER_ERROR,  /* the server refuses; `line` says why */
    ANSWER_BAD,    /* this is not the protocol; `line` has the beginning */
    ANSWER_KINDS
};

enum { SCAN_LINE = 96 /* bytes of a line that are kept */ };

/* All zero: at the start of a reply. */
struct scan {
    enum answer answer; /* the last call's result */
    enum answer first;  /* what the reply will be once it is whole */
    size_t skip;        /* bytes of a value that are still to come */
    size_t left;        /* values that are still to come; 0: between replies */
    size_t len;         /* bytes in `line` */
    char line[SCAN_LINE];
};

/* At the beginning of each call: between replies, gets ready for the next. */
void scan_start(struct scan *scan);

/* Keeps what fits of `n` bytes in the line. */
void scan_keep(struct scan *scan, const char *bytes, size_t n);

/* Passes over the bytes of a value; `skip` says how many are missing then. */
const char *scan_skip(struct scan *scan, const char *at, const char *end);

/* Takes the next line, as far as SCAN_LINE, into `line`. NULL: its end has not
 * come, and all is taken. */
const char *scan_line(struct scan *scan, const char *at, const char *end);

/* The reply is whole, and is this; the next one may begin. */
void scan_finish(struct scan *scan, enum answer answer);

#endif
