/* What the commands on sets share. */
#ifndef SETS_H
#define SETS_H

#include "command/command.h"
#include "types/set.h"

/* call_find and call_make, for a set. */
bool sets_find(struct call *call, size_t i, struct set **set);
bool sets_make(struct call *call, size_t i, struct set **set);

/* set_add within the limit that is set. */
bool sets_add(const struct call *call, struct set *set, struct slice member,
              bool *added);

/* All members, as a reply; NULL: none. */
void sets_reply(struct call *call, const struct set *set);

#endif
