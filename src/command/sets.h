/* What the commands on sets share. */
#ifndef SETS_H
#define SETS_H

#include "command/command.h"
#include "types/set.h"

/* call_find and call_make, for a set. */
bool sets_find(struct call *call, size_t i, struct set **set);
bool sets_make(struct call *call, size_t i, struct set **set);

/* A set that is not there has nothing. */
static inline bool sets_have(const struct set *set, struct slice member)
{
    return set != NULL && set_has(set, member);
}

/* set_add within the limit that is set. */
bool sets_add(const struct call *call, struct set *set, struct slice member,
              bool *added);

/* All members, as a reply; NULL: none. */
void sets_reply(struct call *call, const struct set *set);

#endif
