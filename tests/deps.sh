#!/bin/sh
# Fetches what the tests need through the system's package manager: as root, or
# through sudo; otherwise prints the one command to run. What is there already
# is left alone.
set -u

packages=
optional=

# need PACKAGE TEST...: the package is missing when the test fails.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || packages="$packages $package"
}

# like: the same, for what a single check needs, which says so when it is not
# there. Such a package may be absent from other systems.
like() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || optional="$optional $package"
}

has() {
    command -v "$1"
}

header() {
    echo "$1" | "${CC:-cc}" -E -
}

links() {
    compiler=$1
    shift
    echo 'int main(void) { return 0; }' | "$compiler" "$@" -x c - -o /dev/null
}

cmocka='#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>'
need gcc has gcc
need clang has clang
need libcmocka-dev header "$cmocka"
need libedit-dev header '#include <editline/readline.h>'
need python3 has python3
need patch has patch
like libclang-rt-14-dev links clang -fsanitize=address
like redis-tools has redis-cli
like strace has strace
like liburing-dev header '#include <liburing.h>'
like musl-tools has musl-gcc
like libhiredis-dev header '#include <hiredis/hiredis.h>'
like python3-redis /usr/bin/python3 -c 'import redis'
like procps has ps
like gnuplot-nox has gnuplot

install() {
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        if ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
            echo "deps: not root. Run: apt-get install -y $*" >&2
            return 1
        fi
    fi
    if ! has apt-get >/dev/null; then
        echo "deps: no apt-get here. Install what these Debian packages" \
            "hold: $*" >&2
        return 1
    fi
    echo "deps: apt-get install $*"
    $as_root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
            --no-install-recommends "$@" >/dev/null
}

if [ -n "$packages" ]; then
    install $packages || exit 1
fi
for package in $optional; do
    install "$package" ||
        echo "deps: no $package: the checks that need it will say so"
done

# redis-server to compare with. Debian's redis-tools has the server too, under
# another name (it acts by the name it is called by); the package redis-server
# would also start one on port 6379.
mkdir -p build/redis
if has redis-server >/dev/null; then
    ln -sf "$(command -v redis-server)" build/redis/redis-server
elif has redis-check-rdb >/dev/null; then
    ln -sf "$(command -v redis-check-rdb)" build/redis/redis-server
fi

# The libraries want Node.js 20; Debian 12 has 18, and without npm's hundreds of
# packages nothing else is missing, so it is taken only where it is there.
node_is_new() {
    has npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}

if node_is_new >/dev/null && [ ! -d build/npm/node_modules/ioredis ]; then
    npm install --silent --no-fund --no-audit --prefix build/npm \
        redis ioredis >/dev/null 2>&1 ||
        echo "deps: npm cannot install redis and ioredis: their check says so"
fi
exit 0
