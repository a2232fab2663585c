#!/bin/sh
# Throughput beside redis-server, on this machine, in one run: each round
# measures one server and then the other, and what counts is the median of the
# rounds' ratios; requests per second alone say more about the machine.
#
#     tests/bench.sh RUNG-SERVER [SERVER-OPTION...]
#
# TESTS ("set get"), DEPTHS ("1 16 64"), ROUNDS (5), CLIENTS (50), BYTES (64)
# and SECONDS_EACH (1) in the environment change what is measured.
set -eu

rung=$1
shift
tests=${TESTS:-set get}
depths=${DEPTHS:-1 16 64}
rounds=${ROUNDS:-5}
clients=${CLIENTS:-50}
bytes=${BYTES:-64}
each=${SECONDS_EACH:-1}

redis=$(command -v redis-server || echo build/redis/redis-server)
for program in "$redis" redis-benchmark redis-cli; do
    if ! command -v "$program" >/dev/null; then
        echo "bench: no $program here; make deps fetches it" >&2
        exit 1
    fi
done

work=$(mktemp -d)
servers=
trap 'kill $servers 2>/dev/null || true; rm -rf "$work"' EXIT

# A port that nobody has: try until both servers are up.
start() {
    name=$1
    shift
    port=$((20000 + $$ % 20000))
    while :; do
        port=$((port + 1))
        "$@" --port $port >"$work/$name.log" 2>&1 &
        pid=$!
        sleep 0.5
        if kill -0 $pid 2>/dev/null &&
            [ "$(redis-cli -p $port ping 2>&1)" = PONG ]; then
            servers="$servers $pid"
            return
        fi
        wait $pid || true
        [ $((port % 100)) -ne 99 ] || exit 1
    done
}

start redis "$redis" --save "" --appendonly no
redis_port=$port redis_pid=$pid
start rung "$rung" --loglevel warning "$@"
rung_port=$port rung_pid=$pid

hertz=$(getconf CLK_TCK)

cpu_ticks() {
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# one PORT PID TEST DEPTH REQUESTS: prints requests per second and CPU
# microseconds per request. redis-benchmark may fill a list first, in a row of
# its own; the test's own row is the last.
one() {
    before=$(cpu_ticks "$2")
    redis-benchmark -p "$1" -t "$3" -d "$bytes" -c "$clients" -P "$4" \
        -n "$5" --csv >"$work/csv"
    after=$(cpu_ticks "$2")
    awk -F'"' -v ticks=$((after - before)) -v n="$5" -v hertz="$hertz" '
        { rate = $4 }
        END { print rate, ticks * 1e6 / hertz / n / (NR - 1) }' "$work/csv"
}

echo "$("$redis" --version | cut -d' ' -f1-3), $clients clients, $bytes-byte" \
    "values, $(nproc) processors, $rounds rounds; ratios are rung / redis"
printf '%-12s %4s  %11s %11s  %6s %15s  %9s %9s\n' test P "redis req/s" \
    "rung req/s" ratio "(least, most)" "redis us" "rung us"
for test in $tests; do
    for depth in $depths; do
        # Enough requests for about SECONDS_EACH, found with a short run.
        set -- $(one "$redis_port" "$redis_pid" "$test" "$depth" 20000)
        n=$(echo "$1 $each" | awk '{ printf "%d", $1 * $2 + 10000 }')
        : >"$work/rows"
        for round in $(seq "$rounds"); do
            a=$(one "$redis_port" "$redis_pid" "$test" "$depth" "$n")
            b=$(one "$rung_port" "$rung_pid" "$test" "$depth" "$n")
            echo "$a $b" >>"$work/rows"
        done
        awk '{ print $3 / $1, $1, $3, $2, $4 }' "$work/rows" | sort -n |
            awk -v test="$test" -v depth="$depth" '
            { ratio[NR] = $1; a[NR] = $2; b[NR] = $3; ua[NR] = $4; ub[NR] = $5 }
            END {
                m = int((NR + 1) / 2)
                printf "%-12s %4d  %11.0f %11.0f  %6.2f %15s  %9.2f %9.2f\n",
                    test, depth, a[m], b[m], ratio[m],
                    sprintf("(%.2f, %.2f)", ratio[1], ratio[NR]), ua[m], ub[m]
            }'
    done
done
