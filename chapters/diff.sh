#!/bin/sh
# chapters/diff.sh FROM TO: what a student has to change to get from one chapter
# to another, such as 03 04. Links are followed; git's diff colours the words
# on a terminal.
set -eu
cd "$(dirname "$0")"

chapter() {
    set -- "$1"*
    if [ ! -d "$1" ]; then
        echo "diff: no chapter $1; make diff FROM=03 TO=04 compares two" >&2
        exit 1
    fi
    echo "$1"
}

from=$(chapter "${1:-none}")
to=$(chapter "${2:-none}")
copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
cp -rL "$from" "$to" "$copies"
rm -f "$copies/$from/server" "$copies/$to/server"
cd "$copies"
words=
if [ -t 1 ]; then
    words=--color-words='[A-Za-z0-9_]+|[^[:space:]]'
fi
git --no-pager diff --no-index --no-prefix --stat -p $words "$from" "$to" || [ $? -eq 1 ]
