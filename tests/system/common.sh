# What the system tests share: servers on ports of their own, and a line for
# each check. A test begins with
#
#     . "$(dirname "$0")/common.sh"
#
# and ends with `finish`. Whatever happens, the servers end with the script. With
# IO=epoll in the environment, rung-server has that I/O model, and with
# IO_THREADS=3 so many threads for it.
# shellcheck shell=sh

set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:?usage: $0 BIN_DIR}" && pwd) || exit 1
tmp=$(mktemp -d) || exit 1
failures=0
running=
port=0 pid=0  # of the last server started
log=$tmp/none # its output

# For the next server that is started:
before=:  # what its shell does before it becomes the server
settings= # a rung-server's file
logfile=  # where it says that it is ready, when not in its output

clean_up() {
    for p in $running; do kill -9 "$p" 2>/dev/null; done
    rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# ---- results ----

ok() {
    echo "ok $*"
}

# failed WHAT [FILE]: FILE says more.
failed() {
    echo "FAILED $1"
    failures=$((failures + 1))
    [ $# -eq 1 ] || tail -n 20 "$2" | sed 's/^/    /'
}

# check WHAT COMMAND...: the command succeeds.
check() {
    what=$1
    shift
    if "$@" >"$tmp/said" 2>&1; then
        ok "$what"
    else
        failed "$what" "$tmp/said"
    fi
}

# has COMMAND PACKAGE WHAT: says that WHAT is left out without the command.
has() {
    command -v "$1" >/dev/null && return
    echo "skipped: $1 is not installed (package $2): $3"
    return 1
}

# can_uring WHAT: says that WHAT is left out where there is no io_uring.
can_uring() {
    why=$("$here/../uring.sh" "$bin/09-uring") && return
    echo "skipped: $why: $1"
    return 1
}

finish() {
    [ "$failures" -eq 0 ]
    exit
}

# ---- time ----

patience=30 # s

# Nothing that we wait for may hang.
bounded() {
    timeout -k 5 "$patience" "$@" && return
    set -- $?
    [ "$1" -ne 124 ] || echo "it has not ended after $patience s" >&2
    return "$1"
}

# wait_until COMMAND...: looks 20 times a second.
wait_until() {
    looks=$((patience * 20))
    until "$@"; do
        looks=$((looks - 1))
        [ $looks -gt 0 ] || return 1
        sleep 0.05
    done
}

# ---- servers ----

is_gone() {
    case $(cat "/proc/$1/stat" 2>/dev/null) in
    '' | *') Z '*) true ;;
    *) false ;;
    esac
}

is_ready() {
    is_gone "$pid" ||
        grep -q -s -e ' listens on ' -e ' is ready: ' "${logfile:-$log}"
}

free_port() {
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
}

# launch NAME [OPTION...]: on a port that nobody has, we hope.
launch() {
    free_port
    log=$tmp/log-$port
    program=$bin/$1
    case $1 in
    rung-server)
        shift
        set -- "$program" ${settings:+"$settings"} --port "$port" \
            ${IO:+--io "$IO"} ${IO_THREADS:+--io-threads "$IO_THREADS"} "$@"
        ;;
    *) set -- "$program" "$port" ;;
    esac
    : >"$log"
    (eval "$before" && exec "$@") >"$log" 2>&1 &
    pid=$!
    running="$running $pid"
    wait_until is_ready && ! is_gone "$pid"
}

# start NAME [OPTION...]: a server of the bin folder; sets pid, port and log.
# False, and a failure, when it does not start.
start() {
    attempts=5
    until launch "$@"; do
        attempts=$((attempts - 1))
        [ $attempts -gt 0 ] && grep -q 'already in use' "$log" && continue
        failed "$1 starts" "$log"
        attempts=0
        break
    done
    before=:
    settings=
    logfile=
    [ $attempts -gt 0 ]
}

# find_redis WHAT: sets `redis` to the program; false, and says so, when
# redis-server 7.0 is not there and WHAT is left out.
find_redis() {
    redis=$(command -v redis-server || echo build/redis/redis-server)
    "$redis" --version 2>/dev/null | grep -q 'v=7\.0\.' && return
    echo "skipped: redis-server 7.0 is not installed (package redis-server," \
        "or make deps): $1"
    return 1
}

redis_is_ready() {
    is_gone "$redis_pid" || grep -q 'Ready to accept connections' "$tmp/redis"
}

# start_redis [OPTION...]: after find_redis; sets redis_port and redis_pid.
start_redis() {
    for attempt in 1 2 3 4 5; do
        free_port
        redis_port=$port
        : >"$tmp/redis"
        "$redis" --port "$port" --save "" --appendonly no --dir "$tmp" \
            "$@" >"$tmp/redis" 2>&1 &
        redis_pid=$!
        running="$running $redis_pid"
        wait_until redis_is_ready && ! is_gone "$redis_pid" && return
    done
    failed "redis-server starts" "$tmp/redis"
    return 1
}

# stop WHAT [SIGNAL]: SIGTERM ends the server in good order.
stop() {
    kill -"${2-TERM}" "$pid"
    wait_until is_gone "$pid" || kill -9 "$pid"
    wait "$pid"
    status=$?
    running=${running%" $pid"}
    if [ $status -eq 0 ]; then
        ok "$1 ends on SIG${2-TERM}"
    else
        failed "$1 ends on SIG${2-TERM}: exit status $status" "$log"
    fi
}

# What makes its calls fail, when it is preloaded.
build_faults() {
    ${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$tmp/faults.so" \
        "$here/faults.c" -ldl
}

# cpu: so many hundredths of a second the server has computed so far.
cpu() {
    sed 's/.*) //' "/proc/$pid/stat" | {
        read -r _ _ _ _ _ _ _ _ _ _ _ user system _
        echo $(((user + system) * 100 / $(getconf CLK_TCK)))
    }
}

SPIN_MAX=5 # hundredths of a second: more computing in one second is spinning

is_calm() {
    used=$(cpu)
    sleep 1
    used=$(($(cpu) - used))
    echo "it computed for $used hundredths of a second"
    [ $used -le $SPIN_MAX ]
}

# ---- clients ----

# protocol NAME: how to talk to that server, as options of rung-cli.
protocol() {
    case $1 in
    01-*) echo --proto raw --half-close ;;
    02-*) echo --proto message ;;
    03-* | 04-* | 05-* | 07-* | 08-* | 09-*) echo --proto framed ;;
    *) echo --proto resp ;;
    esac
}

# rung NAME [OPTION...] WORD...: asks the server that is running.
rung() {
    options=$(protocol "$1")
    shift
    # shellcheck disable=SC2086
    bounded "$bin/rung-cli" -p "$port" $options "$@"
}

# hold NAME N [WORD...]: N clients connect, send the words if there are any, and
# stay; sets $held, the number of those that are connected.
hold() {
    options=$(protocol "$1") held=$2
    shift 2
    rm -f "$tmp/held" "$tmp/holding"
    mkfifo "$tmp/holding"
    : >"$tmp/held"
    # shellcheck disable=SC2086
    timeout 600 "$bin/rung-cli" -p "$port" $options --timeout "$patience" \
        --connections "$held" "$@" <"$tmp/holding" >"$tmp/held" 2>&1 &
    holder=$!
    exec 9<>"$tmp/holding"
    wait_until has_report
    held=$(sed -n 's/ of .* open.*//p' "$tmp/held" | tail -n 1)
}

has_report() {
    is_gone "$holder" || grep -q ' open' "$tmp/held"
}

# They leave.
release() {
    exec 9>&-
    wait "$holder"
}

# serves NAME: a new client gets its answer.
serves() {
    case $1 in
    0[12]-*) [ "$(rung "$1" hello)" = hello ] ;;
    *) rung "$1" SET system-test value >/dev/null &&
        [ "$(rung "$1" GET system-test)" = value ] ;;
    esac
}
