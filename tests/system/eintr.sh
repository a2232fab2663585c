#!/bin/sh
# The graded tests pass while every third read, write, accept, poll, epoll_wait
# and io_uring_enter of a thread fails with EINTR, as if a signal had come:
#
#     tests/system/eintr.sh bin [strace|preload]
#
# strace makes them fail; where it may not trace, a preloaded library does
# (faults.c). -DD because the server has to stay the grader's own child, to get
# its SIGTERM; from the fifth call on because the first reads are the loader's,
# which does not try again. What the kernel does by itself for a ring neither
# reaches; signals do, many of them.
. "$(dirname "$0")/common.sh"

CALLS="read write accept poll epoll_wait"
KERNEL="?read,?readv,?recvfrom,?recvmsg,?write,?writev,?sendto,?sendmsg"
KERNEL="$KERNEL,?accept,?accept4,?poll,?ppoll"
KERNEL="$KERNEL,?epoll_wait,?epoll_pwait,?io_uring_enter"
patience=300 # s, for one server
only='*'     # of its tests

choose_way() {
    if strace -qq -o "$tmp/trace" -e trace=read true 2>"$tmp/said"; then
        echo strace
    else
        echo preload
    fi
}

# grade CHAPTER PROGRAM...: with calls that fail.
grade() {
    chapter=$1
    shift
    if [ "$way" = strace ]; then
        # The leak checker cannot work in a process that is traced.
        set -- env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
            strace -DD -f -qq -o "$tmp/trace" -e "trace=$KERNEL" \
            -e "inject=$KERNEL:error=EINTR:when=5+3" "$@"
    else
        set -- env FAULTS="$CALLS" FAULTS_COUNT="$tmp/count" \
            LD_PRELOAD="$tmp/faults.so" "$@"
    fi
    bounded "$bin/rung-grade" "$chapter" --timeout-scale 4 \
        --only "$only" --scripts "$here/../wire" -- "$@" >"$tmp/grade" 2>&1
}

# count CALL: how often it failed. accept4 is an accept, recvfrom a read, ...
count() {
    case $way-$1 in
    preload-*) sed -n "s/^$1 //p" "$tmp/count" ;;
    strace-read) grep -c -E ' (read|readv|recv.*)\(.*INJECTED' "$tmp/trace" ;;
    strace-write) grep -c -E ' (writev?|send.*)\(.*INJECTED' "$tmp/trace" ;;
    strace-accept) grep -c -E ' accept4?\(.*INJECTED' "$tmp/trace" ;;
    strace-poll) grep -c -E ' p?poll\(.*INJECTED' "$tmp/trace" ;;
    strace-epoll_wait) grep -c -E ' epoll_p?wait\(.*INJECTED' "$tmp/trace" ;;
    strace-io_uring_enter)
        grep -c ' io_uring_enter(.*INJECTED' "$tmp/trace" ;;
    esac
}

# endures CHAPTER NAME CALLS PROGRAM...: CALLS are those that it has to use.
endures() {
    name=$2 wanted=$3 chapter=$1
    shift 3
    rm -f "$tmp/trace" "$tmp/count"
    if ! grade "$chapter" "$@"; then
        grep -v -e '^\[ RUN' -e '^\[  *OK' "$tmp/grade" |
            head -n 20 >"$tmp/said"
        failed "$name: the tests of $chapter" "$tmp/said"
        return
    fi
    said=
    for call in $wanted; do
        n=$(count "$call")
        said="$said, $call $n"
        [ "${n:-0}" -gt 0 ] || failed "$name: no $call failed with EINTR"
    done
    passed=$(sed -n 's/.*PASSED  \] \([0-9]* test\).*/\1/p' "$tmp/grade")
    ok "$name: ${passed}s pass with EINTR from${said#,} ($way)"
}

# A process that is stopped and goes on has been interrupted in its wait, and
# in what the kernel was doing for it.
interrupt() {
    : >"$tmp/times"
    while kill -STOP "$pid" && kill -CONT "$pid"; do
        echo >>"$tmp/times"
        sleep 0.001
    done 2>/dev/null
}

# endures_signals CHAPTER NAME
endures_signals() {
    start "$2" || return
    interrupt &
    interrupter=$!
    bounded "$bin/rung-grade" "$1" --timeout-scale 4 --only "$only" \
        --scripts "$here/../wire" --connect "127.0.0.1:$port" >"$tmp/said" 2>&1
    status=$?
    kill "$interrupter"
    kill -CONT "$pid"
    if [ $status -eq 0 ]; then
        ok "$2: the tests of $1 pass, interrupted $(wc -l <"$tmp/times") times"
    else
        failed "$2: the tests of $1, interrupted" "$tmp/said"
    fi
    stop "$2"
}

way=${2:-$(choose_way)}
if [ "$way" = preload ]; then
    check "faults.c compiles" build_faults
    echo "(strace cannot be used here; faults.c in its place)"
fi
rw="read write accept"
endures 02 02-length-prefix "$rw" "$bin/02-length-prefix" '{port}'
endures 03 03-threads "$rw" "$bin/03-threads" '{port}'
endures 04 04-poll "$rw poll" "$bin/04-poll" '{port}'
endures 05 05-pipelining "$rw poll" "$bin/05-pipelining" '{port}'
endures 06 06-resp "$rw" "$bin/06-resp" '{port}'
case ${IO:=threads}-$way in
threads-* | poll-*) calls="$rw poll" ;;
uring-strace) calls="read write io_uring_enter" ;;
uring-*) calls="read write" ;;
*) calls="$rw epoll_wait" ;;
esac
endures server rung-server "$calls" "$bin/rung-server" --port '{port}' \
    --io "$IO"
[ "$IO" != uring ] || endures_signals server rung-server
only='0[578]-*' # they read and write as 05 does
endures 07 07-epoll "$rw epoll_wait" "$bin/07-epoll" '{port}'
endures 08 08-coroutines "$rw epoll_wait" "$bin/08-coroutines" '{port}'
only='09-*'
if can_uring "09-uring with EINTR"; then
    if [ "$way" = strace ]; then
        endures 09 09-uring io_uring_enter "$bin/09-uring" '{port}'
    else
        echo "skipped: strace is not usable: io_uring_enter with EINTR"
    fi
    endures_signals 09 09-uring
fi
finish
