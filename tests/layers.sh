#!/bin/sh
# Holds src/ to its layers: a file includes only from its own room or from rooms
# below, and nothing below io/ calls a socket function. Each room is named once
# here, from the ground up. And nothing stands twice: a file that chapters share
# is a link in all of them but one.
set -u
cd "$(dirname "$0")/../src"
rooms="base resp types store pubsub core command session io"
sockets='socket|bind|listen|accept4?|connect|poll|ppoll|select|epoll_[a-z]+|recv|recvmsg|send|sendmsg|shutdown|setsockopt'
bad=0

complain() {
    echo "layers: $*" >&2
    bad=1
}

below=
for room in $rooms; do
    below="$below $room"
    for file in "$room"/*.[ch]; do
        for included in $(sed -nE 's/^#include "([^"]*)"/\1/p' "$file"); do
            case $included in
            */*) target=${included%%/*} ;;
            *) target=$room; [ -e "$room/$included" ] || target=base ;;
            esac
            case " $below " in
            *" $target "*) ;;
            *) complain "$file includes $included, which is above it" ;;
            esac
        done
        if [ "$room" != io ] &&
            grep -nE "(^|[^A-Za-z0-9_>.])($sockets)\(" "$file"; then
            complain "$file calls a socket function"
        fi
    done
done
for room in */; do
    case " $rooms " in
    *" ${room%/} "*) ;;
    *) complain "src/$room is not in the order of the rooms" ;;
    esac
done
twice=$(find . ../chapters -type f -name '*.[ch]' -exec cksum {} + |
    sort | awk '$1 == sum { print $3 " is the same as " file }
        { sum = $1; file = $3 }')
[ -z "$twice" ] || complain "$twice"
[ "$bad" -eq 0 ] && echo "layers: every include goes down, and sockets stay in io"
exit "$bad"
