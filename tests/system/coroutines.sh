#!/bin/sh
# The coroutines of chapter 08 where their assembly is that of another processor
# (in an emulator), and where there is none (with <ucontext.h>):
#
#     tests/system/coroutines.sh bin
. "$(dirname "$0")/common.sh"

# build COMPILER FLAGS: a private copy, links followed.
build() {
    rm -rf "$tmp/chapter"
    cp -rL "$here/../../chapters/08-coroutines" "$tmp/chapter"
    rm -f "$tmp/chapter/server"
    make -s -C "$tmp/chapter" CC="$1" CFLAGS="-O2 -Werror $2" LDFLAGS="$3"
}

# Those tests in which coroutines have most to do.
grade() {
    bounded "$bin/rung-grade" 08 --only '0[578]-*' --timeout-scale 4 \
        --scripts "$here/../wire" -- "$@" "$tmp/chapter/server" '{port}'
}

patience=120
check "it builds with ucontext" build "${CC:-cc}" -DCO_UCONTEXT ""
check "with ucontext the tests of 08 pass" grade
if has aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu "08 on aarch64" &&
    has qemu-aarch64 qemu-user "08 on aarch64"; then
    check "it builds for aarch64" build aarch64-linux-gnu-gcc "" -static
    check "on aarch64 the tests of 08 pass" grade qemu-aarch64
fi
finish
