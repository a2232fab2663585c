#!/bin/sh
# Holds the notes to the code: each `name` (`file.c`) is in that file, and each
# link leads to a file. A lesson's files are its chapter's; elsewhere they are
# those of src/, or named from the top.
set -u
cd "$(dirname "$0")/.."
bad=0
checked=0

complain() {
    echo "notes: $*" >&2
    bad=1
}

find_file() {
    for at in "$chapter/$1" "src/$1" "$1"; do
        if [ -e "$at" ]; then
            echo "$at"
            return
        fi
    done
}

for note in README.md notes/*.md; do
    name=$(basename "$note" .md)
    chapter=chapters/$name
    for pair in $(tr '\n' ' ' <"$note" |
        grep -oE '`[A-Za-z_0-9]+` +\(`[A-Za-z_0-9./-]+\.[ch]`' |
        sed -E 's/`([^`]*)` +\(`([^`]*)`/\1:\2/'); do
        word=${pair%%:*}
        file=$(find_file "${pair#*:}")
        if [ -z "$file" ]; then
            complain "$note: there is no ${pair#*:}"
        elif ! grep -qw -- "$word" "$file"; then
            complain "$note: $word is not in $file"
        fi
        checked=$((checked + 1))
    done
    for link in $(awk '/^```/ { fenced = !fenced } !fenced' "$note" |
        grep -oE '\]\([^)# ]+' | cut -c3-); do
        case $link in
        *://*) continue ;;
        esac
        [ -e "$(dirname "$note")/$link" ] || complain "$note: dead link $link"
        checked=$((checked + 1))
    done
done
[ "$bad" -eq 0 ] && echo "notes: $checked names and links lead somewhere"
exit "$bad"
