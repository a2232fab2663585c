#!/bin/sh
# A publisher and 1,000 subscribers that never read: they neither delay it, nor
# take more memory than client-output-buffer-limit lets them.
. "$(dirname "$0")/common.sh"

has python3 python3 "1,000 subscribers that never read" || finish
ulimit -n "$(ulimit -Hn)"
patience=60

# publishes TEST PORT: shows its figures.
publishes() {
    bounded python3 "$here/publish.py" "$2" "$1" >"$tmp/figures" 2>&1
    set -- $?
    sed 's/^/    /' "$tmp/figures"
    return "$1"
}

start rung-server || finish
publishes delay "$port" && ok "PUBLISH is not delayed beyond 10 ms (p99.9)" ||
    failed "PUBLISH is not delayed beyond 10 ms (p99.9)"
publishes limit "$port" && ok "each is cut off at its limit" ||
    failed "each is cut off at its limit"
stop rung-server
finish
