#!/bin/sh
# Holds notes/commands.md to the servers: what it says is there is what COMMAND
# LIST tells, and of Redis 7.0's commands none is left unmentioned.
#
#     tests/commands.sh bin
. "$(dirname "$0")/system/common.sh"

export LC_ALL=C # comm wants what sort gives
note=$here/../notes/commands.md

# Names in backquotes, as COMMAND LIST writes them.
names() {
    tr '\n' ' ' | grep -oE '`[A-Z][A-Z_ -]*`' | tr -d '`' | tr 'A-Z ' 'a-z|' |
        sort -u
}

# section TITLE: the lines under it.
section() {
    awk -v title="## $1" '/^## / { inside = $0 == title } inside' "$note"
}

# lists PORT FILE: what COMMAND LIST tells there.
lists() {
    bounded "$bin/rung-cli" -p "$1" --proto resp COMMAND LIST | sort >"$2" &&
        [ -s "$2" ] || failed "COMMAND LIST"
}

# none WHAT FILE: the file is empty.
none() {
    if [ -s "$2" ]; then
        failed "$1: $(tr '\n' ' ' <"$2")"
    else
        ok "$1: none"
    fi
}

section "What is there" | names >"$tmp/there"
section "What is not there" | cut -d'|' -f2 | names >"$tmp/missing"

# A family that is missing stands for its members.
unmentioned() {
    while read -r name; do
        grep -qxF -e "$name" "$tmp/there" ||
            grep -qxF -e "$name" -e "${name%%|*}" "$tmp/missing" ||
            echo "$name"
    done <"$1"
}

start rung-server && lists "$port" "$tmp/ours"
stop rung-server
comm -23 "$tmp/ours" "$tmp/there" >"$tmp/out"
none "commands of the server that $(basename "$note") does not tell" "$tmp/out"
comm -13 "$tmp/ours" "$tmp/there" >"$tmp/out"
none "commands in it that the server has not" "$tmp/out"
comm -12 "$tmp/ours" "$tmp/missing" >"$tmp/out"
none "commands of the server that it says are not there" "$tmp/out"

find_redis "the commands that it has and we have not" || finish
start_redis && lists "$redis_port" "$tmp/theirs"
unmentioned "$tmp/theirs" >"$tmp/out"
none "commands of Redis that it does not mention" "$tmp/out"
comm -13 "$tmp/theirs" "$tmp/missing" >"$tmp/out"
none "commands that are not there, nor at Redis" "$tmp/out"
echo "$(wc -l <"$tmp/ours") commands are there, of $(wc -l <"$tmp/theirs")" \
    "of $("$redis" --version | cut -d' ' -f1-3)"
finish
