#!/bin/sh
# tests/uring.sh PROGRAM: succeeds when the chapter about io_uring, or a variant
# of it, can run here. Otherwise it says why not, in one line. (It opens its
# rings before it looks at the port.)
if [ ! -x "$1" ]; then
    echo "$(basename "$1") is not built (package liburing-dev)"
    exit 1
fi
! "$1" no-port 2>&1 | grep 'cannot use io_uring'
