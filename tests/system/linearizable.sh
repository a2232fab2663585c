#!/bin/sh
# What several clients see of the complete server can be told as a story in
# which one thing happens after the other, also when threads are watched by
# ThreadSanitizer:
#
#     tests/system/linearizable.sh bin
#
# COMPILERS (gcc clang) in the environment tells whose ThreadSanitizer.
. "$(dirname "$0")/common.sh"

scripts=$here/../linearizable
patience=200 # s
export TSAN_OPTIONS=halt_on_error=0:exitcode=66

# story WHAT OPERATIONS
story() {
    start rung-server || return
    if bounded python3 "$scripts/run.py" "$port" "$2" >"$tmp/said" 2>&1; then
        ok "$1: $(tail -n 2 "$tmp/said")"
    else
        failed "$1: the history is linearizable" "$tmp/said"
    fi
    log_of_it=$log
    stop rung-server
    ! grep -q 'WARNING: ThreadSanitizer' "$log_of_it" ||
        failed "$1: ThreadSanitizer is silent" "$log_of_it"
}

check "the checker rejects wrong histories" python3 "$scripts/check.py"
story rung-server 50000

watched=
for compiler in ${COMPILERS-gcc clang}; do
    dir=$here/../../build/tsan-$compiler/bin
    [ -x "$dir/rung-server" ] || continue
    watched=$dir
    bin=$dir
    story "rung-server under ThreadSanitizer ($compiler)" 50000
done
[ -n "$watched" ] || [ -z "${COMPILERS-all}" ] ||
    echo "skipped: there is no build/tsan-gcc/bin (make FLAVOUR=tsan CC=gcc)"
finish
