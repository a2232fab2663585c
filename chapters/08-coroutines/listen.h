/* From the command line to a listening socket. */
#ifndef LISTEN_H
#define LISTEN_H

#include "accept.h"

/* Listens on 127.0.0.1, at the port that argv[1] names (7000 without it, any
 * free one for 0), and prints one line that says so. When it cannot, it prints
 * one line that says why and ends the program with exit status 1. */
struct listener listen_from_args(const char *name, int argc, char **argv);

#endif
