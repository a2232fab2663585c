#!/bin/sh
# Does rung-bench ask as often as it says, and tell what happened?
#
#     tests/system/bench.sh bin
. "$(dirname "$0")/common.sh"

STALL=0.2 # s, for which a server is stopped

# bench [OPTION...]: rung-bench at the server that is running.
bench() {
    bounded "$bin/rung-bench" -p "$port" "$@"
}

# value NAME: that column of the last CSV in $tmp/csv.
value() {
    awk -F, -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
        NR == 2 { print $column }' "$tmp/csv"
}

# holds CONDITION: an awk expression.
holds() {
    awk "BEGIN { exit !($1) }" || {
        cat "$tmp/csv"
        echo "not so: $1"
        return 1
    }
}

# refuses TEXT COMMAND...: fails with status 1, and says so.
refuses() {
    text=$1
    shift
    "$@" >"$tmp/refused" 2>&1
    status=$?
    cat "$tmp/refused"
    [ $status -eq 1 ] && grep -q -- "$text" "$tmp/refused"
}

# calls COMMAND...: how often the server has run these.
calls() {
    for command in "$@"; do
        rung rung-server INFO commandstats |
            sed -n "s/^cmdstat_$command:calls=\([0-9]*\).*/\1/p"
    done | awk '{ sum += $1 } END { print sum + 0 }'
}

# ---- how much is asked ----

# counted OPTION...: 10,000 requests, no more and no less.
counted() {
    rung rung-server CONFIG RESETSTAT >/dev/null
    bench -n 10000 --format csv "$@" >"$tmp/csv" || return
    holds "$(value requests) == 10000 && $(calls get set) == 10000"
}

fills() {
    rung rung-server FLUSHALL >/dev/null
    bench --fill -k 5000 -c 3 -P 7 -t 2 -n 1000 --reads 100 --format csv \
        >"$tmp/csv" || return
    holds "$(rung rung-server DBSIZE) == 5000 &&
        $(value hits) == 1000 && $(value misses) == 0"
}

runs_a_command() {
    rung rung-server FLUSHALL >/dev/null
    bench -n 1000 -P 4 -d 5 -- RPUSH list __data__ >/dev/null &&
        [ "$(rung rung-server LLEN list)" = 1000 ] &&
        [ "$(rung rung-server LINDEX list -1)" = xxxxx ] &&
        bench -n 100 -P 4 -- LRANGE list 0 99 >/dev/null
}

by_socket() {
    bounded "$bin/rung-bench" -s "$tmp/socket" -n 1000 >/dev/null
}

many_threads() {
    bench -c 64 -t 8 -P 16 -n 100000 --format csv >"$tmp/csv" &&
        holds "$(value requests) == 100000 && $(value errors) == 0"
}

# ---- when it is asked ----

# sometime COMMAND...: on a busy machine the client gets its turns late; what is
# right succeeds once in a while, and what is wrong never.
sometime() {
    for attempt in 1 2 3 4 5; do
        "$@" && return
    done
    return 1
}

keeps_the_rate() {
    rung rung-server CONFIG RESETSTAT >/dev/null
    bench --rate 2000 --seconds 1 --warmup 0.2 -c 4 -P 8 --format csv \
        >"$tmp/csv" || return
    holds "$(value requests) == 2000 && $(value per_second) > 1900 &&
        $(value per_second) < 2100 &&
        $(calls get set) == $(value replies) &&
        $(value replies) >= 2399 && $(value replies) <= 2401"
}

# stalled OPTION...: the server is stopped for a while, in the middle.
stalled() {
    { sleep 0.5 && kill -STOP "$pid" && sleep $STALL && kill -CONT "$pid"; } &
    bench -c 4 --seconds 1.5 --format csv "$@" >"$tmp/csv" || return
    wait $!
}

# One in seven requests falls due in that time. All wait for its rest.
open_loop_shows_a_stall() {
    stalled --rate 2000 &&
        holds "$(value p99.9_ms) > 900 * $STALL && $(value p50_ms) < 100"
}

# Four clients wait, and that is all that there is to be seen.
closed_loop_hides_it() {
    stalled && holds "$(value max_ms) > 900 * $STALL &&
        $(value p99.9_ms) < 500 * $STALL && $(value requests) > 8000"
}

# ---- what is told ----

parses() {
    bench -n 100 --format csv >"$tmp/out.csv" &&
        bench -n 100 --format json >"$tmp/out.json" &&
        python3 - "$tmp/out.csv" "$tmp/out.json" <<'PYTHON'
import csv, json, sys
[row] = csv.DictReader(open(sys.argv[1]))
data = json.load(open(sys.argv[2]))
assert list(row) == list(data), (row, data)
assert int(row["requests"]) == data["requests"] == 100
assert all(float(value) >= 0 for value in row.values())
assert data["p50_ms"] <= data["p99_ms"] <= data["p99.99_ms"] <= data["max_ms"]
PYTHON
}

# A thread for each client: it takes memory and is switched to.
tells_the_cost() {
    bench -n 20000 -c 20 --idle 180 --server-pid "$pid" --format csv \
        >"$tmp/csv" || return
    holds "$(value server_us) > 0 && $(value server_us) < 1000 &&
        $(value server_switches) > 0 && $(value server_switches) < 10 &&
        $(value resident) - $(value resident_before) > 180 * 4096" &&
        refuses 'cannot look at process' bench --server-pid 4194304
}

interrupted() {
    timeout -s INT 1 "$bin/rung-bench" -p "$port" --seconds 30 >"$tmp/out" 2>&1
    status=$?
    cat "$tmp/out"
    grep -q '^answered' "$tmp/out" && grep -q interrupted "$tmp/out" &&
        [ $status -eq 124 ]
}

shows_progress() {
    bench --seconds 0.7 --progress 2>"$tmp/progress" >/dev/null &&
        [ "$(tr '\r' '\n' <"$tmp/progress" | grep -c 'replies .*/s$')" -ge 2 ]
}

# ---- what goes wrong ----

# A server that stops in the middle, or never answers.
no_reply() {
    kill -STOP "$pid"
    refuses 'no reply for 0.3 s' bench --timeout 0.3
    status=$?
    kill -CONT "$pid"
    return $status
}

too_many_idle() {
    rung rung-server CONFIG SET maxclients 40 >/dev/null
    refuses '1[0-2] errors; .*closed an idle connection' \
        bench -c 10 --idle 40 -n 1000
    status=$?
    rung rung-server CONFIG SET maxclients 1000 >/dev/null
    return $status
}

loses_the_server() {
    { sleep 0.5 && kill -KILL "$pid"; } &
    refuses 'closed a connection\|reset by peer' bench --seconds 20
}

# answer_with BYTES: a server that answers all with these.
answer_with() {
    : >"$tmp/fake"
    timeout 60 python3 - "$1" >"$tmp/fake" <<'PYTHON' &
import socket, sys
answer = sys.argv[1].encode().decode("unicode_escape").encode()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    while connection.recv(65536):
        connection.sendall(answer)
PYTHON
    fake=$!
    running="$running $fake"
    wait_until test -s "$tmp/fake" && port=$(cat "$tmp/fake")
}

# wrong BYTES TEXT [OPTION...]: such a reply does not pass.
wrong() {
    bytes=$1 text=$2
    shift 2
    answer_with "$bytes" || return
    refuses "$text" bench -c 1 -n 10 "$@"
    status=$?
    kill $fake
    return $status
}

serves_chapter() {
    chapter=$1
    shift
    start "$chapter" || return
    check "$chapter: rung-bench $*" bench -n 2000 --fill -k 100 "$@"
    stop "$chapter"
}

start rung-server --unixsocket "$tmp/socket" || finish
check "10,000 requests are 10,000, closed loop" counted -c 7 -P 3 -t 2
check "... of a pipeline longer than that" counted -c 1 -P 20000
check "... open loop" counted -c 7 -P 3 -t 2 --rate 50000
check "every key is filled" fills
check "a command, and an array for a reply" runs_a_command
check "a Unix domain socket" by_socket
check "eight threads" many_threads
check "the open loop keeps its rate" sometime keeps_the_rate
check "... and shows a stall" sometime open_loop_shows_a_stall
check "the closed loop does not" sometime closed_loop_hides_it
check "CSV and JSON can be read" parses
check "what it costs the server" tells_the_cost
check "Ctrl-C ends it, with a report" interrupted
check "progress" shows_progress

rung rung-server SET text hello >/dev/null
check "an error reply makes it fail" \
    refuses 'errors; the first: .*not an integer' bench -n 10 -- INCR text
check "a server that does not answer" no_reply
check "idle clients that are not let in" too_many_idle
check "a server that is killed" loses_the_server
check "no server" refuses 'Connection refused' bench
check "an unknown option" refuses 'unknown option --nosuch' bench --nosuch
check "what is not the protocol" wrong 'hello\r\n' 'not the protocol: hello'
check "a wrong kind of reply" wrong ':1\r\n' 'a number' --reads 100
check "a SET that is not OK" wrong '+NO\r\n' 'a line of text' --reads 0
check "a reply too many" wrong '+OK\r\n+OK\r\n' 'nobody asked' --reads 0

for chapter in 03-threads 04-poll; do
    serves_chapter $chapter --proto framed -c 20
done
serves_chapter 05-pipelining --proto framed -c 20 -P 16
serves_chapter 06-resp -c 20 -P 16
finish
