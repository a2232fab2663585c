#!/bin/sh
# The chapter about io_uring with two buffers to receive into and rings of a few
# places: all that usually happens under load alone (no buffer is free, results
# wait in the kernel until there is a place) happens all the time, and nobody
# notices:
#
#     tests/system/uring.sh bin
. "$(dirname "$0")/common.sh"

few=$tmp/09-uring

build_few() {
    cp -rL "$here/../../chapters/09-uring" "$few" && rm -f "$few/server"
    sed -i -e 's/BUFFERS = 512,/BUFFERS = 2,/' \
        -e 's/COMPLETIONS = 4096,/COMPLETIONS = 8,/' \
        -e 's/SUBMISSIONS = 4 \* ANSWERS_MAX,/SUBMISSIONS = 4,/' "$few/ring.c"
    [ "$(diff "$here/../../chapters/09-uring/ring.c" "$few/ring.c" |
        grep -c '^>')" -eq 3 ] && make -s -C "$few" CFLAGS="-O2 -g -Werror"
}

graded() {
    bounded "$bin/rung-grade" 09 --only '0[59]-*' --timeout-scale 4 \
        --scripts "$here/../wire" -- "$few/server" '{port}'
}

if can_uring "09-uring with few buffers"; then
    check "09-uring with few buffers compiles" build_few
    check "09-uring with few buffers passes its tests" graded
fi
finish
