#!/bin/sh
# A server that has stood still finds that its clients have sent more, all at
# once, than it takes in a round; each of them gets all its replies:
#
#     tests/system/stopped.sh bin
. "$(dirname "$0")/common.sh"

CLIENTS=20
REQUESTS=20000 # of each: 120 KB, less than a socket holds

cat >"$tmp/script" <<END
about    many clients send much at once
chapters 06
repeat $CLIENTS as i {
    c[i]> "PING\\r\\n" * $REQUESTS
}
repeat $CLIENTS as i {
    c[i]< "+PONG\\r\\n" * $REQUESTS
}
END

stand_still() {
    kill -STOP "$pid"
    bounded "$bin/rung-cli" -p "$port" --script "$tmp/script" &
    talker=$!
    sleep 0.5
    kill -CONT "$pid"
    wait $talker
}

start rung-server || finish
check "it stands still, and goes on: all get their replies" stand_still
check "a new client is served" serves rung-server
stop rung-server
finish
