#!/bin/sh
# A publisher and 1,000 subscribers that never read: they neither delay it, nor
# take more memory than client-output-buffer-limit lets them.
. "$(dirname "$0")/common.sh"

has python3 python3 "1,000 subscribers that never read" || finish
ulimit -n "$(ulimit -Hn)"
patience=60

# publishes TEST WHAT: shows its figures.
publishes() {
    bounded python3 "$here/publish.py" "$port" "$pid" "$1" >"$tmp/figures" 2>&1
    status=$?
    sed '/^skipped/!s/^/    /' "$tmp/figures"
    if [ $status -ne 0 ]; then
        failed "$2"
    elif ! grep -q '^skipped' "$tmp/figures"; then
        ok "$2"
    fi
}

start rung-server || finish
publishes delay "PUBLISH is not delayed beyond 10 ms (p99.9)"
publishes limit "each is cut off at its limit"
stop rung-server
finish
