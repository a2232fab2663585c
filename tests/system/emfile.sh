#!/bin/sh
# No descriptor left, no thread to be had, no room for one more stack: clients
# are turned away, the server lives, does not spin, and serves again when it
# can:
#
#     tests/system/emfile.sh bin
. "$(dirname "$0")/common.sh"

DESCRIPTORS=24
CROWD=40    # clients, more than descriptors
ROOM=2048   # KiB of address space, for the stacks of some more threads
MANY=200    # clients, more than there is room for

# limit OPTION: of the server that is running, such as --nofile=24.
limit() {
    prlimit --pid "$pid" "$1"
}

# ---- a guest, who is in before the crowd comes ----

guest_enters() {
    options=$(protocol "$1")
    rm -f "$tmp/guest"
    mkfifo "$tmp/guest"
    # shellcheck disable=SC2086
    timeout 600 "$bin/rung-cli" -p "$port" $options --timeout "$patience" \
        <"$tmp/guest" >"$tmp/answers" 2>&1 &
    guest=$!
    exec 8<>"$tmp/guest"
    questions=0
    echo SET guest welcome >&8
    guest_is_served
}

guest_is_served() {
    questions=$((questions + 1))
    echo GET guest >&8
    wait_until guest_has_answers
}

guest_has_answers() {
    [ "$(grep -c welcome "$tmp/answers")" -eq $questions ]
}

guest_leaves() {
    exec 8>&-
    wait "$guest"
}

# ---- no descriptor ----

# crowd NAME N WHY RELIEF: N clients come, and some have to go at once. RELIEF
# comes when the others have left.
crowd() {
    hold "$1" "$2"
    if [ "${held:-0}" -gt 0 ] && [ "$held" -lt "$2" ] &&
        grep -q "the server closed $(($2 - held))\$" "$tmp/held"; then
        ok "$1: $3, $held of $2 clients get in, the others go"
    else
        failed "$1: $3: some clients get in, the others go" "$tmp/held"
    fi
    check "$1: it is calm" is_calm
    check "$1: a client from before is served" guest_is_served
    release
    $4
    check "$1: the crowd has left, a new client is served" \
        wait_until serves "$1"
}

# What a server needs is there, then its clients use up the rest.
few_descriptors() {
    check "$1: a guest is served" guest_enters "$1"
    crowd "$1" $CROWD "with $DESCRIPTORS descriptors" :
    guest_leaves
    stop "$1"
}

# It reckons with 32 descriptors that are not clients, and starts with three for
# one client. Then it is told that there may be more. (To lower the limit of a
# server that runs would not do: an accept that io_uring has been asked for goes
# by the limit of that time.)
complete_server() {
    DESCRIPTORS=35
    before="ulimit -n $DESCRIPTORS"
    start rung-server --maxclients 1 || return
    rung rung-server CONFIG SET maxclients 1000 >/dev/null
    few_descriptors rung-server
}

# first_free: the descriptor that the server would get next.
first_free() {
    fd=0
    while [ -L "/proc/$pid/fd/$fd" ]; do fd=$((fd + 1)); done
    echo $fd
}

# These serve one client at a time; a crowd waits in the queue. Only when there
# is not a single descriptor a client has to go.
one_at_a_time() {
    before="ulimit -n $DESCRIPTORS"
    start "$1" || return
    hold "$1" $CROWD
    check "$1: a crowd waits in the queue" [ "${held:-0}" -eq $CROWD ]
    release
    check "$1: the crowd has left, a new client is served" serves "$1"
    if has prlimit util-linux "$1: not a single descriptor"; then
        limit --nofile="$(first_free):"
        # accept() had got a descriptor before it began to wait.
        serves "$1" 2>/dev/null
        check "$1: without a descriptor, a client has to go" turns_away "$1"
        check "$1: it is calm" is_calm
        limit --nofile=$DESCRIPTORS:
        check "$1: with descriptors again, a client is served" serves "$1"
    fi
    stop "$1"
}

turns_away() {
    [ -z "$(rung "$1" hello 2>"$tmp/client")" ] &&
        grep 'The server .* the connection' "$tmp/client"
}

# ---- no thread ----

# Every third thread cannot be made. 12 clients come, one after the other.
third_thread_fails() {
    served=0 gone=0
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        if rung "$1" -e SET k "$i" >"$tmp/client" 2>&1; then
            served=$((served + 1))
        elif grep -q -e 'The server .* the connection' -e '^ERR out of' \
            "$tmp/client"; then
            gone=$((gone + 1))
        fi
    done
    echo "$served clients were served, $gone had to go"
    [ $served -eq 8 ] && [ $gone -eq 4 ]
}

# What INFO says; to ask is also a client, and every third has to go.
counts_one() {
    rung "$1" INFO clients 2>/dev/null | grep -q '^connected_clients:1.$'
}

no_thread() {
    before="export FAULTS=pthread_create LD_PRELOAD=$tmp/faults.so"
    start "$1" || return
    check "$1: no thread to be had, and 4 of 12 clients have to go" \
        third_thread_fails "$1"
    case $1 in
    06-* | rung-server)
        check "$1: it counts none of them" wait_until counts_one "$1" ;;
    esac
    stop "$1"
}

# ---- no room ----

# A limit of address space: no stack for a thread, and no memory for its
# buffers. What glibc has once given to a stack it keeps for stacks, so a crowd
# that leaves does not make room for buffers.
no_room() {
    start "$1" || return
    check "$1: a guest is served" guest_enters "$1"
    size=$(sed -n 's/^VmSize:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
    limit --as=$(((size + ROOM) * 1024)):
    crowd "$1" $MANY "with $ROOM KiB for stacks" "limit --as=unlimited:"
    guest_leaves
    stop "$1"
}

# Where rung-server's clients have a stack or a thread.
stacks= threads=
case ${IO-threads} in
threads) stacks=rung-server threads=rung-server ;;
coroutines) stacks=rung-server ;;
esac

for server in 01-echo 02-length-prefix; do
    one_at_a_time "$server"
done
for server in 03-threads 04-poll 05-pipelining 06-resp 07-epoll \
    08-coroutines; do
    before="ulimit -n $DESCRIPTORS"
    start "$server" && few_descriptors "$server"
done
if can_uring "09-uring without descriptors"; then
    before="ulimit -n $DESCRIPTORS"
    start 09-uring && few_descriptors 09-uring
fi
complete_server
if has prlimit util-linux "servers without room for a stack"; then
    for server in 03-threads 06-resp 08-coroutines $stacks; do
        no_room "$server"
    done
fi
check "faults.c compiles" build_faults
for server in 03-threads 06-resp $threads; do
    no_thread "$server"
done
finish
