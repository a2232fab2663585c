/* What OBJECT ENCODING and DEBUG OBJECT say. */
#ifndef OBJECT_H
#define OBJECT_H

#include "store/entry.h"

/* In which form the value is kept, under Redis' names. */
const char *object_encoding(const struct entry *entry);

#endif
