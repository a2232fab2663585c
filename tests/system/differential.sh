#!/bin/sh
# The same commands, made at random, to redis-server 7.0 and to the complete
# server: the replies are equal, byte by byte. What may differ, and why, is in
# tests/differential/exceptions.py.
#
#     tests/system/differential.sh bin
#
# COMMANDS (30000), SEED (1) and EPISODE (of one that differed) in the
# environment change what is compared.
. "$(dirname "$0")/common.sh"

compare=$here/../differential/differential.py
same="--enable-debug-command yes --proto-max-bulk-len 1048576"
patience=300 # s

equal_replies() {
    bounded python3 "$compare" "$redis_port" "$port" \
        --commands "${COMMANDS:-30000}" --seed "${SEED:-1}" \
        ${EPISODE:+--episode "$EPISODE"} >"$tmp/compared" 2>&1
    status=$?
    cat "$tmp/compared"
    [ $status -eq 0 ]
}

find_redis "the comparison with it" || finish
# shellcheck disable=SC2086
start_redis $same && start rung-server $same || finish
if equal_replies; then
    ok "rung-server and $("$redis" --version | cut -d' ' -f1-3) reply the same"
else
    failed "rung-server and redis-server reply the same"
fi
stop rung-server
finish
