#!/bin/sh
# 10,000 clients that say nothing: a new one is still served, and each of them
# takes so much of the server's resident memory (what the kernel keeps for it,
# such as socket buffers and a thread's kernel stack, not included):
#
#     tests/system/idle.sh bin
. "$(dirname "$0")/common.sh"

CLIENTS=10000
SPARE=64 # descriptors and threads that are not clients
patience=60
most=32 # KiB of memory for each: a thread has a stack
settles=0 # s, until it is looked at

# at_most N WHAT: fewer clients, if N is the most that we may have.
at_most() {
    case $1 in
    '' | *[!0-9]*) return ;;
    esac
    [ "$1" -ge $((CLIENTS + SPARE)) ] && return
    CLIENTS=$(($1 - SPARE))
    echo "(only $CLIENTS clients: no more than $1 $2 are allowed here)"
}

# read_limit FILE: nothing where there is none.
read_limit() {
    cat "$1" 2>/dev/null
}

# The server's memory in KiB, all of it, and what a client adds.
resident() {
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
}

each() {
    awk "BEGIN { printf \"%.1f\", ($(resident) - $resting) / $CLIENTS }"
}

# crowd NAME WHAT [WORD...]: many clients, and one more.
crowd() {
    name=$1 what=$2
    shift 2
    hold "$name" "$CLIENTS" "$@"
    sleep "$settles"
    each=$(each)
    if [ "${held:-0}" -eq "$CLIENTS" ] && [ "${each%.*}" -lt "$most" ]; then
        ok "$name: $held clients $what: $each KiB each"
    else
        what="$CLIENTS clients $what: ${held:-0} got in, $each KiB each"
        failed "$name: $what" "$tmp/held"
    fi
    check "$name: a new client is served among them" serves "$name"
}

# Where each client has a stack, memory is touched when a request is served, and
# --io coroutines gives some of it back. In 04 a request leaves nothing behind;
# and asking 10,000 times, one after the other, makes poll() look through 10,000
# descriptors as many times.
endures() {
    start "$@" || return
    check "$1: a first client is served" serves "$1"
    resting=$(resident)
    crowd "$1" "have only connected"
    if [ "$1" != 04-poll ]; then
        release
        crowd "$1" "are idle after a request" SET key value
    fi
    if [ "$1 ${IO-}" = "rung-server coroutines" ]; then
        release
        settles=2
        crowd "$1" "are idle after a deep one" INCRBYFLOAT number 1
        settles=0
    fi
    stop "$1, with all of them connected,"
    release
}

at_most "$(ulimit -Hn)" "open files"
at_most "$(read_limit /sys/fs/cgroup/pids.max)" threads
at_most "$(read_limit /sys/fs/cgroup/pids/pids.max)" threads
endures 03-threads
endures 06-resp
case ${IO-threads} in
coroutines) most=8 ;;
poll | epoll | uring) most=4 ;;
esac
endures rung-server --maxclients $((CLIENTS + SPARE))
most=8
endures 08-coroutines
most=4
endures 04-poll
endures 07-epoll
can_uring "10,000 clients of 09-uring" && endures 09-uring
finish
