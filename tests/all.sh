#!/bin/sh
# Every test, stage by stage; goes on after a failure, and ends red when
# anything was red. What a stage printed is in build/log/.
set -u
cd "$(dirname "$0")/.."
log=build/log
mkdir -p "$log"
rm -f "$log"/*
passed=0
failed=0
began=$(date +%s)

stage() {
    name=$1
    shift
    start=$(date +%s)
    if "$@" >"$log/$name" 2>&1 </dev/null; then
        passed=$((passed + 1))
        result=ok
    else
        failed=$((failed + 1))
        result=FAILED
    fi
    echo "$result  $name ($(($(date +%s) - start)) s)"
    if [ "$result" = FAILED ]; then
        tail -n 60 "$log/$name" | sed 's/^/    /'
    fi
    grep -hE '^(skipped|deps):' "$log/$name" | sed 's/^/    /'
}

# build COMPILER FLAVOUR: all of it without a warning, then what it can show.
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

stage layers tests/layers.sh
stage notes tests/notes.sh
stage bin make -s -j2 all WERROR=-Werror
stage commands tests/commands.sh bin
for compiler in gcc clang; do
    for flavour in plain asan tsan; do
        stage "$compiler-$flavour" build "$compiler" "$flavour"
    done
done
if command -v musl-gcc >/dev/null; then
    stage musl musl
else
    echo "skipped: musl: musl-gcc is not installed (package musl-tools)"
fi
for chapter in 01 02 03 04 05 06; do
    stage "python-$chapter" bin/rung-grade "$chapter" -- \
        python3 tests/servers/server.py "$chapter" '{port}'
done
stage broken tests/broken/run.sh bin/rung-grade
for script in tests/system/*.sh; do
    [ "$(basename "$script")" = common.sh ] && continue
    stage "$(basename "$script" .sh)" "$script" bin
done

echo "took $(($(date +%s) - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
