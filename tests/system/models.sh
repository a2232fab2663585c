#!/bin/sh
# The complete server under each of its I/O models: all wire scripts, those who
# wait, what is linearizable, the comparison with redis-server; and a recorded
# trace that has to be answered with the same bytes by all of them. What the
# default model, threads, does by itself is tested everywhere else.
#
#     tests/system/models.sh bin
#
# COMMANDS (6000) in the environment is how many are compared under each.
. "$(dirname "$0")/common.sh"

export COMMANDS="${COMMANDS:-6000}"
export COMPILERS # whose ThreadSanitizer watches, in linearizable.sh
patience=200 # s

# The models that there are; says which ones are left out.
find_models() {
    models=
    "$bin/rung-server" --io help >"$tmp/models"
    while read -r model about; do
        case $about in
        *'left out'*) echo "skipped: --io $model: $about" ;;
        *) models="$models $model" ;;
        esac
    done <"$tmp/models"
    case $models in
    *uring*) can_uring "--io uring" || models=${models%uring*} ;;
    esac
}

# suite MODEL: everything but the trace, with a line for each. Where there is
# more than one thread, there are three, and they are watched.
suite() {
    COMPILERS=
    if [ "$1" = epoll ]; then
        export IO_THREADS=3
        COMPILERS=gcc
    fi
    check "$1: all wire scripts" bounded "$bin/rung-grade" server -- \
        "$bin/rung-server" --io "$1" ${IO_THREADS:+--io-threads 3} \
        --loglevel warning --port '{port}'
    for script in blocking differential linearizable; do
        IO=$1 check "$1: $script" bounded "$here/$script.sh" "$bin"
        grep '^skipped:' "$tmp/said"
    done
    finish
}

# All at the same time, because much of it is waiting; each in a shell of its
# own, with its own folder.
suites() {
    suiting=
    for model in $models; do
        [ "$model" != threads ] || continue
        (
            tmp=$tmp/$model
            mkdir "$tmp"
            suite "$model"
        ) >"$tmp/suite-$model" 2>&1 &
        suiting="$suiting $!"
    done
    for suite in $suiting; do
        wait "$suite" || failures=$((failures + 1))
    done
    cat "$tmp"/suite-*
}

same_trace() {
    for model in $models; do
        IO=$model start rung-server || return
        bounded python3 "$here/trace.py" "$port" >"$tmp/trace-$model" ||
            return
        stop "$model: after the trace it"
        cmp "$tmp/trace-threads" "$tmp/trace-$model" || return
    done
}

find_models
if has python3 python3 "the suite under each model"; then
    suites
    check "100,000 requests of 20 clients get the same bytes under$models" \
        same_trace
fi
finish
