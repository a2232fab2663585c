#include "base/log.h"
#include "base/clock.h"
#include "base/io.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 /* a longer line is cut */ };

bool log_open(struct log *log, const char *path, enum log_level level)
{
    atomic_init(&log->level, level);
    log->fd = STDOUT_FILENO;
    if (path[0] != '\0')
        log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    return log->fd >= 0;
}

void log_close(struct log *log)
{
    if (log->fd > STDERR_FILENO)
        close(log->fd);
}

/* "1234:M 20 Nov 2026 14:05:01.123 * " as in Redis: the process, M for a
 * server that is nobody's replica, the local time, and a sign for the level. */
static size_t prefix(char *line, size_t size, enum log_level level)
{
    int64_t now = clock_wall_ms();
    time_t seconds = (time_t)(now / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    char when[40];
    strftime(when, sizeof when, "%d %b %Y %H:%M:%S", &local);
    int n = snprintf(line, size, "%d:M %s.%03d %c ", (int)getpid(), when,
                     (int)(now % 1000), ".-*#"[level]);
    return (size_t)n;
}

void log_write(const struct log *log, enum log_level level, const char *format,
               ...)
{
    if ((int)level < atomic_load_explicit(&log->level, memory_order_relaxed))
        return;
    char line[LINE_MAX_BYTES];
    size_t used = prefix(line, sizeof line, level);
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line + used, sizeof line - used, format, args);
    va_end(args);
    used += n < 0 ? 0 : (size_t)n;
    if (used > sizeof line - 1)
        used = sizeof line - 1;
    line[used++] = '\n';
    write_all(log->fd, line, used); /* nowhere to complain to */
}
