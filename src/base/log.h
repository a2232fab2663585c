/* The server's diary: one line an event, to standard output or to a file, with
 * Redis' levels and line format. Any thread may write; each line is one
 * write(2), so lines never mix. */
#ifndef LOG_H
#define LOG_H

#include <stdatomic.h>
#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_VERBOSE, LOG_NOTICE, LOG_WARNING, LOG_NOTHING };

struct log {
    int fd;
    atomic_int level; /* lines below this enum log_level are dropped */
};

/* An empty path is standard output. False, with errno, when the file cannot be
 * opened for appending. */
bool log_open(struct log *log, const char *path, enum log_level level);
void log_close(struct log *log);

__attribute__((format(printf, 3, 4)))
void log_write(const struct log *log, enum log_level level, const char *format,
               ...);

#endif
