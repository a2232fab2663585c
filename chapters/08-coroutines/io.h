/* Reading and writing all of it.
 *
 * read() and write() may move fewer bytes than asked (a "short count"), and a
 * signal may interrupt them before they move any (EINTR). Neither is an error:
 * these three carry on. See read(2), write(2), signal(7). */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads what is there, at most `len` bytes, waiting for the first one.
 * Returns how many; 0 at the end of the stream; -1 on error, with errno. */
ssize_t read_some(int fd, void *data, size_t len);

/* Reads exactly `len` bytes. Returns `len`; less when the stream ended before
 * that; -1 on error, with errno. */
ssize_t read_full(int fd, void *data, size_t len);

/* Writes all `len` bytes. On false errno tells why, and nobody knows how many
 * of them the peer got: close the connection. `fd` must be blocking. */
bool write_all(int fd, const void *data, size_t len);

#endif
