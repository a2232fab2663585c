/* What INFO knows and others want to know as well. */
#ifndef INFO_H
#define INFO_H

#include <stddef.h>

/* Bytes of the process that are in memory; 0: nobody can tell. */
size_t resident_bytes(void);

#endif
