/* MONITOR: every command, as a line, to those who asked for it.
 *
 *     +1700000000.123456 [0 127.0.0.1:50000] "set" "key" "value"  */
#ifndef MONITOR_H
#define MONITOR_H

#include "command/command.h"

/* The call has run, and its shards are still held: so the lines about a key
 * come in the order of what happened to it. */
void monitor_show(const struct call *call);

#endif
