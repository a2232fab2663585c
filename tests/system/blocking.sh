#!/bin/sh
# Clients that wait for keys: who is served, in which order, and that nothing is
# lost or given twice.
. "$(dirname "$0")/common.sh"

has python3 python3 "clients that wait for keys" || finish
start rung-server || finish

waits() {
    check "$2" bounded python3 "$here/blocking.py" "$port" "$1"
}

waits hundred_in_order "100 clients wait for one key, and 100 pushes reach each"
waits hundred_in_one_push "one push of many elements serves them in order"
waits hundred_pipelined "so do pushes that come together"
waits pushed_from_all_sides "and pushes of several clients at once"
waits several_keys "who waits for several keys is served once"
waits same_key_twice "a key that is named twice is one key"
waits first_key_written_counts "the key that was written first serves"
waits chain "serving one can serve the next"
waits move_refused "a destination of another type is an error, and loses nothing"
waits inside_multi "who waits is served after EXEC, with what is left"
waits other_types "a value of another type leaves them waiting"
waits by_other_ways "RENAME and COPY serve, too"
waits other_databases "so do MOVE and SWAPDB, and no other database does"
waits timeouts "nobody waits shorter than he asked for, or much longer"
waits gone "who has left gets nothing"
waits pipelined "what was sent behind waits as well"
waits unblock "CLIENT UNBLOCK ends it"
waits unblocked_or_served "either that or an element, never both"
waits not_idle "the timeout for silent clients is not for them"
waits stress "many at once: each element is taken once"

bounded python3 "$here/blocking.py" "$port" hold >"$tmp/hold" 2>&1 &
holder=$!
wait_until grep -q waiting "$tmp/hold"
stops() {
    kill -TERM "$pid" && wait "$pid"
}
check "SIGTERM ends the server while clients wait" stops
check "and they are told, by the end of the stream" wait "$holder"
finish
