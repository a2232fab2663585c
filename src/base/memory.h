/* How much memory the program has asked for and not given back. The linker
 * leads every malloc(3), calloc, realloc and free of our own code to this file
 * (ld(1), --wrap), so nothing else has to count: values, clients' buffers and
 * tables are all in the sum, and every byte that the allocator rounds up to. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Bytes; 0 in a program that was not linked so. */
size_t memory_used(void);

#endif
