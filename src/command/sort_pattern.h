/* What SORT's BY and GET look up elsewhere for each element. */
#ifndef SORT_PATTERN_H
#define SORT_PATTERN_H

#include "command/command.h"

/* pattern = "#" / before "*" after [ "->" field ]
 *
 * "#" stands for the element itself. Else the element takes the place of the
 * first "*", and what that makes is the name of a key: of a string, or of a
 * hash and one of its fields. False: there is no such value, or (then
 * name->failed is set) no memory for the name. */
bool sort_lookup(struct call *call, struct buf *name, struct slice pattern,
                 struct slice element, struct slice *value);

#endif
