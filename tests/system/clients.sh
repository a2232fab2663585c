#!/bin/sh
# Clients that many people use work with chapter 06 and the complete server:
#
#     tests/system/clients.sh bin
. "$(dirname "$0")/common.sh"

npm=$here/../../build/npm/node_modules # see tests/deps.sh
LOADED=100000                          # keys, by redis-cli --pipe
complete=                              # set for the complete server

# ---- what belongs to Redis ----

# redis-cli answers with 0 whatever it is told.
load_by_pipe() {
    awk -v n=$LOADED 'BEGIN { for (i = 0; i < n; i++) {
        key = "loaded:" i
        printf "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n", length(key), key
        printf "$%d\r\n%d\r\n", length(i ""), i } }' |
        bounded redis-cli -p "$port" --pipe &&
        [ "$(rung "$1" GET loaded:$((LOADED - 1)))" = $((LOADED - 1)) ] &&
        rung "$1" DBSIZE
}

loads() {
    rung "$1" FLUSHALL && load_by_pipe "$1" >"$tmp/loaded" 2>&1
    cat "$tmp/loaded"
    grep -q "errors: 0, replies: $LOADED\$" "$tmp/loaded" &&
        [ "$(tail -n 1 "$tmp/loaded")" = $LOADED ]
}

# benchmark DEPTH REQUESTS: it reports errors on both outputs, and its progress
# by carriage returns.
benchmark() {
    bounded redis-benchmark -p "$port" -t ping,set,get,incr,mset -P "$1" \
        -n "$2" -q >"$tmp/raw" 2>&1
    ended=$?
    tr '\r' '\n' <"$tmp/raw" | grep -v -e ' rps=' -e '^ *$' >"$tmp/benchmark"
    cat "$tmp/benchmark"
    [ $ended -eq 0 ] && ! grep -q -i -e error -e warning "$tmp/benchmark" &&
        [ "$(grep -c 'requests per second, p50' "$tmp/benchmark")" -eq 6 ]
}

redis_tools() {
    if has python3 python3 "redis-cli at a terminal"; then
        check "$1: redis-cli starts, asks and quits at a terminal" \
            bounded python3 "$here/redis_cli_prompt.py" "$port"
    fi
    check "$1: redis-cli --pipe loads $LOADED keys" loads "$1"
    check "$1: redis-benchmark -P 1" benchmark 1 10000
    check "$1: redis-benchmark -P 16" benchmark 16 100000
}

# ---- what belongs to Redis, with the complete server ----

fill() {
    for request in "FLUSHALL" "SET text hello" "RPUSH row a b c" \
        "SADD crowd x y" "HSET card name value" "ZADD scores 1 a 2 b"; do
        # shellcheck disable=SC2086
        rung rung-server $request >/dev/null || return
    done
}

# Those that go on for ever are ended after some seconds.
some_seconds() {
    timeout "$@"
    [ $? -eq 124 ]
}

tells_statistics() {
    some_seconds 2 stdbuf -oL redis-cli -p "$port" --stat -i 0.2 >"$tmp/stat"
    cat "$tmp/stat"
    [ "$(grep -cE '^5 +[0-9.]+[KMG]? +1 +0 +[0-9]+ \(\+[0-9]+\) +[0-9]+' \
        "$tmp/stat")" -ge 5 ]
}

# finds_biggest OPTION PATTERN: of each of the five types one key.
finds_biggest() {
    bounded redis-cli -p "$port" "$1" >"$tmp/biggest" || return
    cat "$tmp/biggest"
    ! grep -i error "$tmp/biggest" &&
        grep -q 'Sampled 5 keys in the keyspace' "$tmp/biggest" &&
        [ "$(grep -cE "^Biggest +[a-z]+ found .* has [0-9]+ $2" \
            "$tmp/biggest")" -eq 5 ]
}

scans() {
    [ "$(bounded redis-cli -p "$port" --scan | sort | tr '\n' ' ')" = \
        "card crowd row scores text " ] &&
        [ "$(bounded redis-cli -p "$port" --scan --pattern 'c*' |
            wc -l)" -eq 2 ]
}

# As it does when its output is no terminal: "min max avg samples", once.
tells_latency() {
    bounded redis-cli -p "$port" --latency -i 1 >"$tmp/latency" || return
    cat "$tmp/latency"
    grep -qE '^[0-9]+ [0-9]+ [0-9.]+ [0-9]+' "$tmp/latency"
}

hears() {
    grep -q "$1" "$tmp/heard"
}

# listens WORD... : redis-cli runs that in the background.
listens() {
    : >"$tmp/heard"
    timeout "$patience" redis-cli -p "$port" "$@" >"$tmp/heard" 2>&1 &
    listener=$!
    running="$running $listener"
}

ends_listening() {
    cat "$tmp/heard"
    kill "$listener"
    wait "$listener"
    running=${running%" $listener"}
}

monitors() {
    listens MONITOR
    wait_until hears OK &&
        rung rung-server SET monitored "two words" &&
        wait_until hears '^[0-9.]* \[0 127.*\] "SET" "monitored" "two words"'
    heard=$?
    ends_listening
    return $heard
}

subscribes() {
    listens SUBSCRIBE news
    wait_until hears '^subscribe' &&
        [ "$(rung rung-server PUBLISH news "hello there")" = 1 ] &&
        wait_until hears '^hello there$'
    heard=$?
    ends_listening
    return $heard
}

# All that it tests when it is not told what.
default_benchmark() {
    bounded redis-benchmark -p "$port" -q -n 5000 >"$tmp/raw" 2>&1 || return
    tr '\r' '\n' <"$tmp/raw" >"$tmp/benchmark"
    cat "$tmp/benchmark"
    ! grep -i -e error -e warning "$tmp/benchmark" &&
        [ "$(grep -c 'requests per second, p50' "$tmp/benchmark")" -eq 20 ]
}

all_redis_tools() {
    check "redis-cli --stat" tells_statistics
    check "redis-cli --bigkeys" finds_biggest --bigkeys \
        '(bytes|items|members|fields)'
    check "redis-cli --memkeys" finds_biggest --memkeys bytes
    check "redis-cli --scan" scans
    check "redis-cli --latency -i 1" tells_latency
    check "redis-cli MONITOR" monitors
    check "redis-cli SUBSCRIBE" subscribes
    check "redis-benchmark, all default tests" default_benchmark
}

# ---- libraries ----

# Empty when there is none.
python_with_redis() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import redis' 2>/dev/null && echo "$python" && return
    done
}

build_hiredis_client() {
    echo '#include <hiredis/hiredis.h>' >"$tmp/probe.c"
    ${CC:-cc} -fsyntax-only "$tmp/probe.c" 2>/dev/null || return
    hiredis=$tmp/hiredis_client
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -o "$hiredis" "$here/hiredis_client.c" \
        -lhiredis >"$tmp/said" 2>&1 ||
        failed "hiredis_client.c compiles" "$tmp/said"
}

find_libraries() {
    hiredis=
    build_hiredis_client
    [ -n "$hiredis" ] ||
        echo "skipped: hiredis is not installed (package libhiredis-dev)"
    python=$(python_with_redis)
    [ -n "$python" ] ||
        echo "skipped: redis-py is not installed (package python3-redis)"
    node=
    if ! command -v node >/dev/null; then
        echo "skipped: node is not installed (package nodejs)"
    elif ! [ -d "$npm/redis" ] || ! [ -d "$npm/ioredis" ]; then
        echo "skipped: redis and ioredis of npm are not in build/npm" \
            "(make deps)"
    else
        node=node
    fi
}

# library SERVER WHAT COMMAND...: which prints its versions.
library() {
    server=$1 what=$2
    shift 2
    [ "$server" != rung-server ] || complete=complete
    if bounded "$@" "$port" ${complete:+complete} >"$tmp/said" 2>&1; then
        ok "$server: $what $(cat "$tmp/said")"
    else
        failed "$server: $what" "$tmp/said"
    fi
}

libraries() {
    [ -z "$hiredis" ] || library "$1" hiredis "$hiredis"
    [ -z "$python" ] || library "$1" redis-py "$python" "$here/redis_client.py"
    [ -z "$node" ] || library "$1" npm: node "$here/redis_client.js" "$npm"
}

# ---- both servers ----

find_libraries
for server in 06-resp rung-server; do
    start "$server" || continue
    if has redis-cli redis-tools "redis-cli and redis-benchmark"; then
        redis_tools "$server"
        if [ "$server" = rung-server ] && fill; then all_redis_tools; fi
    fi
    libraries "$server"
    stop "$server"
done
finish
