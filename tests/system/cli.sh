#!/bin/sh
# The practice client against the last chapter and the complete server: what it
# shows is what redis-cli shows, and what only it can do. tests/cli.sh has the
# checks.
. "$(dirname "$0")/common.sh"
patience=120

for server in 06-resp rung-server; do
    start "$server" || continue
    check "rung-cli and $server" \
        bounded "$here/../cli.sh" "$bin/rung-cli" "$port"
    stop "$server"
done
finish
