/* Databases by their numbers. */
#ifndef DATABASE_H
#define DATABASE_H

#include "command/command.h"

/* Word `i` as the number of a database; on false the error has been replied. */
bool arg_database(struct call *call, size_t i, unsigned *db);

#endif
