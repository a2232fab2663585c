#!/bin/sh
# tests/grade.sh BIN [NAME...]: grades servers in BIN: every chapter and the
# complete server, or those named. Three at a time: much of a grade is waiting.
set -u
cd "$(dirname "$0")/.."
bin=$1
shift
if [ $# -eq 0 ]; then
    set -- $(cd chapters && ls -d [0-9]*) rung-server
fi
if [ $# -gt 1 ]; then
    printf '%s\n' "$@" | xargs -P 3 -n 1 tests/grade.sh "$bin"
    exit
fi

name=$1
case $name in
*-uring)
    if ! why=$(tests/uring.sh "$bin/$name"); then
        echo "skipped: $why"
        exit
    fi ;;
esac
case $name in
rung-server) set -- server -- "$bin/$name" --port '{port}' --loglevel warning ;;
*) set -- "${name%%-*}" -- "$bin/$name" '{port}' ;;
esac
# The thread sanitizer needs a millisecond to make a coroutine; on a busy machine
# a thousand of them are more than the grader's five seconds.
scale=1
case $bin in
*tsan*) scale=4 ;;
esac
if output=$("$bin/rung-grade" --timeout-scale $scale "$@" 2>&1); then
    echo "graded $name:$(echo "$output" | grep -o ' [0-9]* test(s) run')"
else
    echo "$output"
    echo "grade: failed: $name" >&2
    exit 1
fi
