#!/bin/sh
# tests/grade.sh BIN [NAME...]: grades servers in BIN: every chapter and the
# complete server, or those named.
set -u
cd "$(dirname "$0")/.."
bin=$1
shift
if [ $# -eq 0 ]; then
    set -- $(cd chapters && ls -d [0-9]*) rung-server
fi

failed=
for name in "$@"; do
    case $name in
    rung-server) set -- server -- "$bin/$name" --port '{port}' --loglevel warning ;;
    *) set -- "${name%%-*}" -- "$bin/$name" '{port}' ;;
    esac
    if output=$("$bin/rung-grade" "$@" 2>&1); then
        echo "graded $name:$(echo "$output" | grep -o ' [0-9]* test(s) run')"
    else
        echo "$output"
        failed="$failed $name"
    fi
done
if [ -n "$failed" ]; then
    echo "grade: failed:$failed" >&2
    exit 1
fi
