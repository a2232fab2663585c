/* What SCAN, HSCAN, SSCAN and ZSCAN share: their words, and a reply whose
 * length is not known before its end.
 *
 *     scan = cursor { "MATCH" pattern / "COUNT" number / "TYPE" name }
 *
 * A command begins with scan_object (SCAN with scan_cursor and scan_options),
 * visits buckets until scan_more says that it is enough, adding to scan->found
 * what scan_wants, and ends with scan_reply. */
#ifndef SCAN_H
#define SCAN_H

#include "command/command.h"

struct scan {
    uint64_t cursor;
    struct slice pattern; /* data NULL: any name will do */
    struct slice type;    /* SCAN only; likewise */
    size_t count;         /* how many names to look at, about */
    size_t seen;          /* so far */
    struct reply found;   /* the elements of the reply's array, */
    size_t found_count;   /* and their number */
};

/* Word `i`, or word `first` and all behind it. On false the error has been
 * replied. */
bool scan_cursor(struct call *call, size_t i, uint64_t *cursor);
bool scan_options(struct call *call, size_t first, bool with_type,
                  struct scan *scan);

/* Reads the words of a command on key 0, the cursor being word 2. False: it has
 * replied, as there is no such key, another type, or an error. */
bool scan_object(struct call *call, enum value_type type, struct scan *scan,
                 void **object);

/* Counts a name as seen; does it match? */
bool scan_wants(struct scan *scan, struct slice name);

void scan_add(struct scan *scan, struct slice element);

/* Moves to the next cursor. False: enough seen, or it was the last. */
bool scan_more(struct scan *scan, uint64_t next);

/* Replies and frees what was found. */
void scan_reply(struct call *call, struct scan *scan);

#endif
