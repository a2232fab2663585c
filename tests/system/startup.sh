#!/bin/sh
# How the servers start, or refuse to, with one line that says why; and how they
# stop:
#
#     tests/system/startup.sh bin
. "$(dirname "$0")/common.sh"

server=$bin/rung-server

# refuses WHAT PATTERN PROGRAM...: it does not start: one line of standard error
# has the pattern, and the exit status is 1.
refuses() {
    what=$1 pattern=$2
    shift 2
    bounded "$@" >"$tmp/output" 2>"$tmp/error" </dev/null
    status=$?
    if [ $status -eq 1 ] && [ "$(wc -l <"$tmp/error")" -eq 1 ] &&
        ! [ -s "$tmp/output" ] && grep -q -e "$pattern" "$tmp/error"; then
        ok "$what: $(sed "s|$tmp/||g" "$tmp/error")"
    else
        echo "exit status $status, expected 1 and a line with: $pattern" |
            cat - "$tmp/output" "$tmp/error" >"$tmp/said"
        failed "$what" "$tmp/said"
    fi
}

# says TEXT [OPTION...] WORD...: rung-cli does, when it sends the words. Of many
# lines, the first counts.
says() {
    expected=$1
    shift
    bounded "$bin/rung-cli" -p "$port" "$@" 2>&1 |
        tr -d '\r' >"$tmp/answer"
    cat "$tmp/answer"
    [ "$(head -n 1 "$tmp/answer")" = "$expected" ]
}

# ---- mistakes ----

mistakes_in_options() {
    refuses "unknown setting" "--nosuch.*--help" "$server" --nosuch 1
    refuses "no value" "--port" "$server" --port
    refuses "a word for a number" "--port.*integer" "$server" --port http
    refuses "a port too high" "--port.*65535" "$server" --port 70000
    refuses "two values for one" "--databases" "$server" --databases 4 5
    refuses "no databases" "--databases" "$server" --databases 0
    refuses "unknown I/O model" "--io.*threads" "$server" --io smoke
    refuses "unknown log level" "--loglevel.*notice" "$server" --loglevel loud
    refuses "no place to listen" "nothing to listen on" "$server" --port 0
    refuses "an address of others" "192.0.2.1.*address" \
        "$server" --port "$port" --bind 192.0.2.1
    refuses "a folder that is none" "nowhere/socket" \
        "$server" --port 0 --unixsocket "$tmp/nowhere/socket"
    refuses "a path too long" "unixsocket.*107" \
        "$server" --port 0 --unixsocket "$tmp/$(printf '%0108d' 0)"
    refuses "a log in no folder" "log file.*nowhere/log" \
        "$server" --port "$port" --logfile "$tmp/nowhere/log"
}

mistakes_in_files() {
    printf '# good\nport 0\n\ndatabases many\n' >"$tmp/number.conf"
    printf 'requirepass "secret\n' >"$tmp/quote.conf"
    printf 'user joe on\nuser ann on +get|\n' >"$tmp/rule.conf"
    printf 'user\n' >"$tmp/nobody.conf"
    printf 'user ann on\nuser joe on\nuser ann off\n' >"$tmp/twice.conf"
    refuses "no such file" "nowhere.conf.*No such file" \
        "$server" "$tmp/nowhere.conf"
    refuses "a folder for a file" "$tmp" "$server" "$tmp"
    refuses "a mistake in a file" "number.conf, line 4" \
        "$server" "$tmp/number.conf"
    refuses "a quote left open" "quote.conf, line 1.*quotes" \
        "$server" "$tmp/quote.conf"
    refuses "a rule that is none" "rule.conf, line 2: '+get|': Syntax error" \
        "$server" "$tmp/rule.conf" --port "$port"
    refuses "a user twice" "twice.conf, line 3: 'ann': Duplicate user" \
        "$server" "$tmp/twice.conf" --port "$port"
    refuses "the default user twice" "'default': Duplicate user" \
        "$server" --port "$port" --user default on --user default off
    refuses "a user without a name" "line 1.*number of arguments" \
        "$server" "$tmp/nobody.conf"
    refuses "a selector without an end" "'(+get': Unmatched" \
        "$server" --port "$port" --user joe on "(+get" "~x"
    refuses "a space in a name" "'a b': Spaces" \
        "$server" --port "$port" --user "a b" on
}

# What is only forbidden to those who are not root.
missing_permissions() {
    nobody=
    if [ "$(id -u)" -eq 0 ]; then
        has setpriv util-linux "missing permissions" || return
        nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
    fi
    if ! $nobody test -x "$server"; then
        echo "skipped: others may not run $server: missing permissions"
        return
    fi
    mkdir "$tmp/theirs"
    echo "port 0" >"$tmp/theirs/secret.conf"
    chmod 000 "$tmp/theirs/secret.conf"
    chmod 511 "$tmp/theirs"
    chmod 711 "$tmp"
    refuses "a file that we may not read" "secret.conf: Permission denied" \
        $nobody "$server" "$tmp/theirs/secret.conf"
    refuses "a folder that we may not write to" "theirs/socket.*denied.*write" \
        $nobody "$server" --port 0 --unixsocket "$tmp/theirs/socket"
    refuses "a log that we may not write" "log file.*denied" \
        $nobody "$server" --port "$port" --logfile "$tmp/theirs/log"
    chmod 711 "$tmp/theirs" # so that we may remove it
}

# ---- where it listens ----

addresses() {
    start rung-server || return
    refuses "a port in use" "port $port.*in use.*--port" \
        "$server" --port "$port"
    check "127.0.0.1 is served" says PONG PING
    check "127.0.0.2 is not, by default" \
        says "Could not connect to 127.0.0.2:$port: Connection refused" \
        -h 127.0.0.2 PING
    if grep -q '^0*1 .* lo$' /proc/net/if_inet6 2>/dev/null; then
        check "IPv6 (::1) is served" says PONG -h ::1 PING
    else
        echo "skipped: this machine has no ::1: IPv6"
    fi
    stop rung-server INT
    grep -q ' Bye$' "$log" || failed "the log ends with Bye" "$log"
}

unix_socket() {
    socket=$tmp/socket
    start rung-server --unixsocket "$socket" --unixsocketperm 700 || return
    check "the log tells of the socket" grep -q "Listening on $socket$" "$log"
    check "a Unix domain socket is served" says PONG -s "$socket" PING
    check "the socket has the permissions we gave" \
        [ "$(ls -l "$socket" | cut -c 1-10)" = srwx------ ]
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    check "a killed server leaves its socket" [ -S "$socket" ]
    start rung-server --unixsocket "$socket" || return
    check "the next server takes its place" says PONG -s "$socket" PING
    stop rung-server
    check "a server that ends removes its socket" [ ! -e "$socket" ]
    echo treasure >"$socket"
    refuses "a file that is no socket" "socket.*in use.*no socket" \
        "$server" --port 0 --unixsocket "$socket"
    check "the file is still there" [ "$(cat "$socket")" = treasure ]
}

# ---- settings ----

from_a_file() {
    settings=$tmp/redis.conf
    cat >"$settings" <<END
# As redis.conf has it.

Requirepass "two words"
  databases 4
unixsocket '$tmp/with a space'
maxclients 7
tcp-keepalive 0
appendonly no
save ""
END
    start rung-server --maxclients 8 || return
    check "no request without the password" \
        says "NOAUTH Authentication required." PING
    check "a wrong password is refused" \
        says "WRONGPASS invalid username-password pair or user is disabled." \
        AUTH word
    check "the right password is not" says PONG -a "two words" PING
    check "databases 4: the last is there" says OK -a "two words" SELECT 3
    check "databases 4: there is no more" \
        says "ERR DB index is out of range" -a "two words" SELECT 4
    check "a path in quotes" \
        says PONG -s "$tmp/with a space" -a "two words" PING
    check "an option wins over the file" \
        [ "$(rung rung-server -a "two words" CONFIG GET maxclients |
            tail -n 1)" = 8 ]
    stop rung-server
}

# The file's users, as ACL LIST tells them; then they are written again.
users() {
    settings=$tmp/users.conf
    start rung-server || return
    rung rung-server -a word ACL LIST >"$1"
    check "users from a file: CONFIG REWRITE" says OK -a word CONFIG REWRITE
    stop rung-server
}

from_user_lines() {
    cat >"$tmp/users.conf" <<'END'
requirepass forgotten
user default on >word ~* +@all
# a comment that stays
user joe on nopass "~a\"b\xff" +select|0 (%R~x +get) "(+set ~y)" &c
timeout 5
user bob >word resetchannels -@all +@read
END
    users "$tmp/first"
    check "each user is what his line says" \
        [ "$(LC_ALL=C grep -c -e 'user default on sanitize-payload #' \
            -e 'user joe on nopass .* +select|0 (%R~x .*) (~y .*' \
            -e 'user bob off #.* -@all +@read' "$tmp/first")" -eq 3 ]
    check "their lines are together now, and others stay" \
        [ "$(sed '/^io /d; s/ .*//' "$tmp/users.conf" | tr '\n' ' ')" = \
        "requirepass user user user # timeout # port " ]
    users "$tmp/second"
    check "a server that reads them has the same" \
        cmp "$tmp/first" "$tmp/second"
    find_redis "users that we wrote" || return
    grep -v -e '^port' -e '^io ' "$tmp/users.conf" >"$tmp/redis.conf"
    start_redis --include "$tmp/redis.conf" || return
    port=$redis_port
    rung rung-server -a word ACL LIST >"$tmp/third"
    check "so has redis-server" cmp "$tmp/first" "$tmp/third"
    kill "$redis_pid"
}

from_standard_input() {
    echo "databases 2" >"$tmp/input"
    settings=- before="exec <'$tmp/input'"
    start rung-server || return
    check "settings from standard input" \
        says "ERR DB index is out of range" SELECT 2
    stop rung-server
}

log_file() {
    logfile=$tmp/its.log
    start rung-server --logfile "$tmp/its.log" || return
    check "--logfile: the log is there" \
        grep -q "Listening on port $port of 127.0.0.1" "$tmp/its.log"
    check "--logfile: nothing on standard output" [ ! -s "$log" ]
    stop rung-server
}

# ---- who may stay ----

crowded() {
    start rung-server --maxclients 3 || return
    hold rung-server 3
    check "maxclients 3: three clients get in" [ "$held" -eq 3 ]
    check "maxclients 3: a fourth is told that there are too many" \
        says "-ERR max number of clients reached" --proto raw --half-close ""
    release
    check "maxclients 3: they leave, and it is served" wait_until says PONG PING
    stop rung-server
}

# Its only client.
has_lost_one() {
    grep -q 'the server closed 1$' "$tmp/held"
}

silent() {
    start rung-server --timeout 1 || return
    hold rung-server 1
    check "timeout 1: a silent client is cut off" wait_until has_lost_one
    release
    stop rung-server
}

few_descriptors() {
    refuses "24 open files" "ulimit -n" \
        sh -c "ulimit -n 24; exec '$server' --port $port"
    before="ulimit -n 64"
    start rung-server || return
    check "64 open files: the log says that maxclients is lowered" \
        grep -q 'maxclients lowered to 32: only 64 open files' "$log"
    check "64 open files: CONFIG GET does" \
        [ "$(rung rung-server CONFIG GET maxclients | tail -n 1)" = 32 ]
    stop rung-server
}

# ---- the chapters ----

chapter() {
    name=$1 program=$bin/$1
    refuses "$name: a word for a port" "port from 0 to 65535" "$program" http
    refuses "$name: a port too high" "port from 0 to 65535" "$program" 65536
    refuses "$name: a negative port" "port from 0 to 65535" "$program" -1
    refuses "$name: no port" "port from 0 to 65535" "$program" ''
    refuses "$name: two ports" "port from 0 to 65535" "$program" 7000 7001
    start "$name" || return
    refuses "$name: a port in use" "$port.*in use.*another" "$program" "$port"
    check "$name: the server there serves on" serves "$name"
    check "$name: 127.0.0.2 is refused" \
        says "Could not connect to 127.0.0.2:$port: Connection refused" \
        -h 127.0.0.2 PING
    stop "$name" INT
}

# Where the kernel has no io_uring, or keeps it from us.
no_uring() {
    can_uring "09-uring, refused" || return
    has strace strace "09-uring, refused" || return
    for error in ENOSYS EPERM EINVAL ENOMEM; do
        refuses "09-uring: io_uring_setup fails with $error" \
            "cannot use io_uring: .*; use 07-epoll" \
            strace -qq -o "$tmp/trace" -e trace=io_uring_setup \
            -e inject=io_uring_setup:error=$error "$bin/09-uring" "$port"
    done
    refuses "09-uring: its buffers are refused" \
        "cannot use io_uring: .*; use 07-epoll" \
        strace -qq -o "$tmp/trace" -e trace=io_uring_register \
        -e inject=io_uring_register:error=EINVAL "$bin/09-uring" "$port"
    for error in ENOSYS EPERM EINVAL; do
        without_uring io_uring_setup $error
    done
    without_uring io_uring_register EINVAL
}

# without_uring CALL ERROR: the complete server does without what fails.
without_uring() {
    before="set -- strace -DD -qq -o '$tmp/trace' -e trace=$1"
    before="$before -e inject=$1:error=$2 \"\$@\""
    start rung-server --io uring || return
    check "--io uring: $1 fails with $2, and it serves with epoll" is_epoll
    stop rung-server
}

is_epoll() {
    grep "The kernel refuses --io uring: .*. Serving with --io epoll" "$log" &&
        grep "is ready: io epoll" "$log" &&
        rung rung-server INFO server | grep '^io_model:epoll' &&
        [ "$(rung rung-server CONFIG GET io | tail -n 1)" = epoll ] &&
        serves rung-server
}

free_port
mistakes_in_options
mistakes_in_files
missing_permissions
addresses
unix_socket
from_a_file
from_user_lines
from_standard_input
log_file
crowded
silent
few_descriptors
for name in 01-echo 02-length-prefix 03-threads 04-poll 05-pipelining 06-resp \
    07-epoll 08-coroutines
do
    chapter "$name"
done
can_uring "how 09-uring starts" && chapter 09-uring
no_uring
finish
