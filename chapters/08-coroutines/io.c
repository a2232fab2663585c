#include "io.h"

#include <errno.h>
#include <unistd.h>

ssize_t read_some(int fd, void *data, size_t len)
{
    ssize_t n;
    do
        n = read(fd, data, len);
    while (n < 0 && errno == EINTR);
    return n;
}

ssize_t read_full(int fd, void *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = read_some(fd, (char *)data + done, len - done);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

bool write_all(int fd, const void *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(fd, (const char *)data + done, len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return false;
    }
    return true;
}
