/* maxmemory: what happens when there is more in memory than there may be. */
#ifndef ROOM_H
#define ROOM_H

#include "core/core.h"

/* Is more in memory than maxmemory allows? */
bool room_is_short(const struct core *core);

/* Is there room for more, if necessary after evicting keys? No lock may be
 * held. */
bool room_make(struct core *core, int64_t now);

#endif
