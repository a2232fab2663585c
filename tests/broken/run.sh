#!/bin/sh
# Breaks each chapter in the ways that students do, one patch at a time, and
# asks whether the grader notices.
#
#     tests/broken/run.sh RUNG-GRADE [PATCH...]
#
# A patch says in its first line which test must fail, `Test: NAME`: one of the
# grader's, or NAME.sh of tests/system. The same test must pass on the chapter as
# it is. A patch that no longer applies, or that makes something that does not
# compile, is an error too.
set -u

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: tests/broken/run.sh RUNG-GRADE [PATCH...]" >&2
    exit 2
fi
grade=$1
shift
here=$(dirname "$0")
[ $# -gt 0 ] || set -- "$here"/*.patch
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
bad=0 good=0

# say NAME PROBLEM: and show the log of what was done
say() {
    bad=$((bad + 1))
    echo "not ok - $1: $2"
    sed 's/^/# /' "$work/log"
}

# build FOLDER: without optimization, which takes a third of the time
build() {
    make -s -C "$1" CFLAGS="-g -Werror" >"$work/log" 2>&1
}

# passes CHAPTER FOLDER TEST SCALE: a broken server is often silent, and there
# is no need to wait long for what will not come
passes() {
    case $3 in
    *.sh) endures "$1" "$2" "$3" ;;
    *) "$grade" "$1" --only "$3" --output tap --timeout-scale "$4" \
        -- "$2/server" '{port}' ;;
    esac >"$work/log" 2>&1
}

# endures CHAPTER FOLDER TEST.sh: with the server under its chapter's name
endures() {
    set -- "$(basename "$here/../../chapters/$1"-*)" "$2" "$3"
    rm -rf "$work/bin" && mkdir "$work/bin" &&
        ln -s "$2/server" "$work/bin/$1" &&
        ln -s "$(cd "$(dirname "$grade")" && pwd)/rung-cli" "$work/bin/" &&
        "$here/../system/$3" "$work/bin" "$1"
}

# copy CHAPTER FOLDER: a private copy of the chapter, links followed
copy() {
    rm -rf "$2"
    cp -rL "$here"/../../chapters/"$1"-* "$2" && rm -f "$2/server"
}

for patch in "$@"; do
    name=$(basename "$patch" .patch)
    chapter=${name%%-*}
    test=$(sed -n '1s/^Test: //p' "$patch")
    intact=$work/intact-$chapter
    : >"$work/log"
    if [ ! -x "$intact/server" ]; then
        copy "$chapter" "$intact" && build "$intact" ||
            { say "$name" "the chapter does not build"; continue; }
    fi
    if [ "$chapter" = 09 ] && ! why=$("$here/../uring.sh" "$intact/server")
    then
        echo "skipped: $name: $why"
        continue
    fi
    copy "$chapter" "$work/broken"
    patch -s -f -p1 -d "$work/broken" <"$patch" >"$work/log" 2>&1 ||
        { say "$name" "the patch does not apply"; continue; }
    build "$work/broken" ||
        { say "$name" "the broken server does not build"; continue; }
    passes "$chapter" "$intact" "$test" 1 ||
        { say "$name" "the intact chapter does not pass $test"; continue; }
    if passes "$chapter" "$work/broken" "$test" 0.2; then
        say "$name" "$test does not notice"
    elif grep -q -e "^not ok 1 - $test\$" -e '^FAILED ' "$work/log"; then
        good=$((good + 1))
        echo "ok - $name: caught by $test"
    else
        say "$name" "$test could not be tried"
    fi
done
echo "$good broken servers caught, $bad problems"
[ "$bad" -eq 0 ]
