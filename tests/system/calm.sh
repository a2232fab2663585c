#!/bin/sh
# A server that can do nothing but wait does not compute meanwhile: not while
# its clients are idle, nor in the middle of a request, nor while they do not
# take their replies. It also ends in good order with all of them connected:
#
#     tests/system/calm.sh bin [SERVER...]
. "$(dirname "$0")/common.sh"
shift
[ $# -gt 0 ] || set -- 05-pipelining 07-epoll 08-coroutines
patience=10

# The end of a stream is "ready" for ever, and so is a socket with room in it.
cat >"$tmp/waiting.wire" <<'END'
about    everybody waits for something
chapters 05
idle connect
served> request("SET" "value" "v" * 1000)
served< reply(0)
half> u32(20) u32(2)
slow flood 2m request("GET" "value")
ended> request("GET" "value") * 2000
ended half-close
refused> u32(2m)
served> request("SET" "all" "wait")
served< reply(0)
pause 60s
END

all_wait() {
    is_gone "$player" || [ "$(rung "$1" GET all)" = wait ]
}

waits() {
    start "$1" || return
    timeout 60 "$bin/rung-cli" -p "$port" --script "$tmp/waiting.wire" \
        >"$tmp/played" 2>&1 &
    player=$!
    wait_until all_wait "$1"
    if is_gone "$player"; then
        failed "$1: all clients wait" "$tmp/played"
    else
        check "$1: it is calm" is_calm
    fi
    stop "$1"
    kill "$player" 2>/dev/null
    wait "$player" 2>/dev/null
}

for server in "$@"; do
    waits "$server"
done
finish
