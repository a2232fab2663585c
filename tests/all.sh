#!/bin/sh
# Every test, stage by stage; goes on after a failure, and ends red when
# anything was red. What a stage printed is in build/log/.
set -u
cd "$(dirname "$0")/.."
. tests/stage.sh
mkdir -p "$log"
rm -f "$log"/*
: >"$log/results"
began=$(date +%s)

# count RESULT: how many stages ended so.
count() {
    grep -c "^$1 " "$log/results"
}

# plain: all of it, as it is used (with cc, which is gcc on most machines).
plain() {
    make -s -j2 all WERROR=-Werror && make -s unit grade WERROR=-Werror
}

# build COMPILER FLAVOUR: all of it once more, and what it can show.
build() {
    set -- CC="$1" FLAVOUR="$2" WERROR=-Werror BIN="build/$2-$1/bin"
    make -s -j2 all "$@" && make -s unit grade "$@"
}

musl() {
    make -s -j2 server chapters CC=musl-gcc WERROR=-Werror \
        BIN=build/plain-musl/bin &&
        cp bin/rung-grade build/plain-musl/bin/ &&
        tests/grade.sh build/plain-musl/bin
}

# A server in another language: the grader knows nothing but bytes.
python() {
    printf '%s\n' 01 02 03 04 05 06 | xargs -P 3 -I '{}' \
        bin/rung-grade '{}' -- python3 tests/servers/server.py '{}' '{port}'
}

broken() {
    printf '%s\n' tests/broken/*.patch |
        xargs -P 3 -n 12 tests/broken/run.sh bin/rung-grade
}

# Whole programs, two at a time, because much of a test is waiting; but for
# those that look at the time, and come first.
whole_programs() {
    stage publish tests/system/publish.sh bin
    for script in tests/system/*.sh; do
        name=$(basename "$script" .sh)
        case $name in
        common | publish) ;;
        *) echo "$name $script bin" ;;
        esac
    done | xargs -P 2 -L 1 sh -c '. tests/stage.sh; stage "$@"' stage
}

stage layers tests/layers.sh
stage notes tests/notes.sh
stage plain plain
stage commands tests/commands.sh bin
for flavour in asan tsan; do
    stage "gcc-$flavour" build gcc "$flavour"
done
for flavour in plain asan tsan; do
    stage "clang-$flavour" build clang "$flavour"
done
if command -v musl-gcc >/dev/null; then
    stage musl musl
else
    echo "skipped: musl: musl-gcc is not installed (package musl-tools)"
fi
stage python python
stage broken broken
whole_programs

failed=$(count FAILED)
echo "took $(($(date +%s) - began)) s"
echo "$(count ok) passed, $failed failed"
[ "$failed" -eq 0 ]
