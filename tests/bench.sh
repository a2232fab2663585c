#!/bin/sh
# Throughput beside redis-server, on this machine, in one run: each round
# measures one server and then the other, and what counts is the median of the
# rounds' ratios; requests per second alone say more about the machine.
#
#     tests/bench.sh RUNG-SERVER [SERVER-OPTION...]
#
# TESTS ("set get", or any that commands_of below knows), DEPTHS ("1 16 64"),
# ROUNDS (5), CLIENTS (50), BYTES (64), KEYS (100000) and SECONDS_EACH (1) in
# the environment change what is measured. AGAINST is the command of another
# server than redis-server; beside the floor (tests/floor/), a server that only
# says +OK, the ratio of the CPU times shows what the commands cost:
#
#     AGAINST="bin/floor-server --io epoll" tests/bench.sh bin/rung-server \
#         --io epoll
#
# GENERATOR is rung-bench or redis-benchmark. Server and client share the
# machine's processors: on two of them, what the client computes is missing to
# a server with several threads, and a heavy client makes all servers look
# alike. rung-bench takes about half of redis-benchmark's time for a request.
set -eu

rung=$1
shift
tests=${TESTS:-set get}
depths=${DEPTHS:-1 16 64}
rounds=${ROUNDS:-5}
clients=${CLIENTS:-50}
bytes=${BYTES:-64}
keys=${KEYS:-100000}
each=${SECONDS_EACH:-1}
generator=${GENERATOR:-rung-bench}
rung_bench=$(dirname "$rung")/rung-bench

redis=$(command -v redis-server || echo build/redis/redis-server)
against=${AGAINST:-$redis --save "" --appendonly no}
for program in "${against%% *}" redis-benchmark redis-cli "$rung_bench"; do
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
            redis-cli -p $port ping 2>&1 | grep -qx -e PONG -e OK; then
            servers="$servers $pid"
            return
        fi
        wait $pid || true
        [ $((port % 100)) -ne 99 ] || exit 1
    done
}

# commands_of TEST: redis-benchmark's test, as rung-bench's options.
commands_of() {
    case $1 in
    set) echo --reads 0 ;;
    get) # the floor answers with OK, which is no value
        [ -z "${AGAINST-}" ] && echo --reads 100 || echo -- GET __key__
        ;;
    ping_mbulk) echo -- PING ;;
    incr) echo -- INCR counter:__rand_int__ ;;
    lpush | rpush) echo -- "$1" mylist __data__ ;;
    lpop | rpop) echo -- "$1" mylist ;;
    sadd) echo -- SADD myset element:__rand_int__ ;;
    hset) echo -- HSET myhash element:__rand_int__ __data__ ;;
    spop) echo -- SPOP myset ;;
    zadd) echo -- ZADD myzset __rand_int__ element:__rand_int__ ;;
    zpopmin) echo -- ZPOPMIN myzset ;;
    lrange_*) echo -- LRANGE mylist 0 $((${1#lrange_} - 1)) ;;
    mset) echo -- MSET $(yes '__key__ __data__' | head -n 10) ;;
    *)
        echo "bench: rung-bench has no test $1" >&2
        return 1
        ;;
    esac
}

case $generator in
rung-bench)
    for test in $tests; do
        commands_of "$test" >/dev/null
    done
    ;;
redis-benchmark) ;;
*)
    echo "bench: GENERATOR is rung-bench or redis-benchmark" >&2
    exit 1
    ;;
esac

eval "start other $against"
other_port=$port other_pid=$pid
start rung "$rung" --loglevel warning "$@"
rung_port=$port rung_pid=$pid

hertz=$(getconf CLK_TCK)

cpu_ticks() {
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# load PORT TEST DEPTH REQUESTS: prints requests per second. redis-benchmark may
# fill a list first, in a row of its own; the test's own row is the last.
load() {
    case $generator in
    rung-bench)
        # shellcheck disable=SC2046
        "$rung_bench" -p "$1" -d "$bytes" -c "$clients" -P "$3" -n "$4" \
            -k "$keys" --format csv $(commands_of "$2") >"$work/csv"
        awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
            END { print $column["per_second"] }' "$work/csv"
        ;;
    redis-benchmark)
        redis-benchmark -p "$1" -t "$2" -d "$bytes" -c "$clients" -P "$3" \
            -n "$4" -r "$keys" --csv >"$work/csv"
        awk -F'"' '{ rate = $4 } END { print rate }' "$work/csv"
        ;;
    esac
}

# one PORT PID TEST DEPTH REQUESTS: prints requests per second and the server's
# CPU microseconds per request.
one() {
    before=$(cpu_ticks "$2")
    rate=$(load "$1" "$3" "$4" "$5")
    after=$(cpu_ticks "$2")
    runs=1
    [ "$generator" = rung-bench ] || runs=$(($(wc -l <"$work/csv") - 1))
    echo "$rate $runs" | awk -v ticks=$((after - before)) -v n="$5" \
        -v hertz="$hertz" '{ print $1, ticks * 1e6 / hertz / n / $2 }'
}

# What GET finds, and a list for LRANGE of a thousand elements.
fill() {
    redis-cli -p "$1" DEL mylist >/dev/null
    "$rung_bench" -p "$1" -d "$bytes" -k "$keys" -P 16 --fill -n 1000 \
        -- RPUSH mylist __data__ >/dev/null
}

echo "$rung $* against $against: $clients clients, $bytes-byte values, $keys" \
    "keys, $generator, $(nproc) processors, $rounds rounds"
printf '%-12s %4s  %11s %11s  %6s %15s  %9s %9s\n' test P "other req/s" \
    "rung req/s" ratio "(least, most)" "other us" "rung us"
for test in $tests; do
    fill "$other_port"
    fill "$rung_port"
    for depth in $depths; do
        # Enough requests for about SECONDS_EACH, found with a short run.
        set -- $(one "$other_port" "$other_pid" "$test" "$depth" 20000)
        [ $# -eq 2 ] || exit 1
        n=$(echo "$1 $each" | awk '{ printf "%d", $1 * $2 + 10000 }')
        : >"$work/rows"
        for round in $(seq "$rounds"); do
            a=$(one "$other_port" "$other_pid" "$test" "$depth" "$n")
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
