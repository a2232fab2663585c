#!/bin/sh
# Tests the practice client against a RESP server that is already running:
#
#     tests/cli.sh bin/rung-cli PORT
#
# Two kinds of tests: what rung-cli shows must be what redis-cli shows for the
# same request (when redis-cli is installed), and what only rung-cli can do must
# come out as written here. It uses keys that start with "cli-test:".
set -u

cli=${1:?usage: tests/cli.sh RUNG-CLI PORT}
port=${2:?usage: tests/cli.sh RUNG-CLI PORT}
here=$(dirname "$0")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0
passed=0
unset REDISCLI_AUTH

pass() {
    passed=$((passed + 1))
}

fail() {
    failed=$((failed + 1))
    echo "not ok - $1"
    sed 's/^/    /' "$tmp/difference"
}

# check NAME: $tmp/expected and $tmp/got are the same.
check() {
    if diff -u "$tmp/expected" "$tmp/got" >"$tmp/difference"; then
        pass
    else
        fail "$1"
    fi
}

# rung ARG...: what rung-cli prints, errors too, and its exit status.
rung() {
    "$cli" -p "$port" "$@" >"$tmp/got" 2>&1
    echo "exit status $?" >>"$tmp/got"
}

# expect NAME <<END ...: what the last `rung` printed.
expect() {
    cat >"$tmp/expected"
    check "$1"
}

# count NAME PATTERN N: so many lines of the last `rung` hold the pattern.
count() {
    echo "$3 times: $2" >"$tmp/expected"
    lines=$(grep -c "$2" "$tmp/got")
    echo "$lines times: $2" >"$tmp/got"
    check "$1"
}

# ---- the same as redis-cli ----

# same ARG...: one request; output and exit status of both, for a program and
# for a reader, and in RESP3. Their standard input is $tmp/input.
same() {
    for mode in --raw --no-raw "-3 --no-raw"; do
        # shellcheck disable=SC2086
        redis-cli -p "$port" $mode "$@" <"$tmp/input" >"$tmp/expected" 2>&1
        echo "exit status $?" >>"$tmp/expected"
        # shellcheck disable=SC2086
        "$cli" -p "$port" $mode "$@" <"$tmp/input" >"$tmp/got" 2>&1
        echo "exit status $?" >>"$tmp/got"
        check "as redis-cli: $mode $*"
    done
}

# same_status ARG...: only the exit status, with -e.
same_status() {
    redis-cli -p "$port" -e "$@" >/dev/null 2>&1
    echo "exit status $?" >"$tmp/expected"
    "$cli" -p "$port" -e "$@" >/dev/null 2>&1
    echo "exit status $?" >"$tmp/got"
    check "the exit status of redis-cli: -e $*"
}

compare_with_redis_cli() {
    key=cli-test:k
    same PING
    same PING "two words"
    same ping ''
    same ECHO "$(printf 'tab\there\nand "quotes" \\ \303\251')"
    same SET $key "$(printf 'a\001b')"
    same GET $key
    same GET cli-test:none
    same SET $key other NX
    same SET $key
    same GET $key $key
    same NOSUCH command
    same SET $key 10
    same STRLEN $key
    same_status GET $key
    same_status GET $key $key
    same_status NOSUCH
    same SET $key text
    same INCR $key
    same SET $key 10
    same MSET cli-test:a 1 cli-test:b ''
    same MGET cli-test:a cli-test:none cli-test:b $key
    same KEYS 'cli-test:none*'
    same KEYS 'cli-test:a*'
    same EXISTS $key $key cli-test:none
    same TTL $key
    same TYPE cli-test:none
    same SELECT 1000000
    same -n 1000000 GET $key
    same -n 3 GET $key
    same -r 3 PING
    same CONFIG GET databases
    same COMMAND COUNT
    same COMMAND DOCS get
    same CLIENT GETNAME
    same HELLO 9
    same INFO keyspace
    same --quoted-input SET "\"$key\"" '"\x00\xff\r\n"'
    same GET $key
    printf 'one\ntwo\000three' >"$tmp/input"
    same -x SET $key
    same GET $key
    printf '%s\n' PING "SET $key \"a \\x00\\n b\"" '' '   ' "GET $key" \
        "get '$key'" NOSUCH 'MGET "" x' >"$tmp/input"
    same
    : >"$tmp/input"
    same DEL cli-test:none
    redis-cli -p "$port" DEL $key cli-test:a cli-test:b >/dev/null
}

# ---- what only rung-cli does ----

# Times vary, and so may the number of reads that two replies take.
test_bytes() {
    "$cli" -p "$port" --no-raw --bytes --time --pipeline 2 PING 2>&1 |
        sed 's/[0-9]*\.[0-9][0-9][0-9] ms/N ms/; s/^  0*\(00000 \)/  \1/
            /^received/d' >"$tmp/got"
    expect "--bytes and --time" <<END
sent 28 bytes in write 1
  00000  2a 31 0d 0a 24 34 0d 0a  50 49 4e 47 0d 0a        *1..\$4..PING..
  -- end of request 1
  00000  2a 31 0d 0a 24 34 0d 0a  50 49 4e 47 0d 0a        *1..\$4..PING..
  -- end of request 2
  00000  2b 50 4f 4e 47 0d 0a                              +PONG..
  -- end of reply 1
PONG
(N ms)
  00000  2b 50 4f 4e 47 0d 0a                              +PONG..
  -- end of reply 2
PONG
(N ms)
END
}

test_ways_of_sending() {
    rung --pipeline 3 PING
    expect "--pipeline" <<END
PONG
PONG
PONG
exit status 0
END
    rung --repeat 2 --pipeline 2 ECHO x
    expect "--repeat and --pipeline" <<END
x
x
x
x
exit status 0
END
    rung --no-raw --split-every ECHO hello
    expect "--split-every" <<END
"hello"
24 cuts, after each byte but the last: always the same answer
exit status 0
END
    rung --split-every --pipeline 2 PING
    expect "--split-every and --pipeline" <<END
PONG
PONG
27 cuts, after each byte but the last: always the same answer
exit status 0
END
    rung --split-every INCR cli-test:n
    sed -n '1p;$p' "$tmp/got" >"$tmp/first-and-last"
    mv "$tmp/first-and-last" "$tmp/got"
    expect "--split-every sees another answer" <<END
1
exit status 1
END
    rung --drip 1 ECHO drop
    expect "--drip" <<END
drop
exit status 0
END
    rung --drip 1 --bytes ECHO drop
    count "--drip sends each byte alone" 'sent 1 byte in write' 24
    rung --split-every --bytes ECHO drop
    count "--split-every sends two pieces" 'bytes* in write 2$' 23
    rung --half-close PING
    expect "--half-close" <<END
PONG
The server closed the connection after 1 reply
exit status 0
END
    rung --half-close --drip 1 --pipeline 2 PING
    expect "--half-close after a drip" <<END
PONG
PONG
The server closed the connection after 2 replies
exit status 0
END
    rung --reset --repeat 2 PING
    expect "--reset" <<END
Reset; the server accepts the next connection
Reset; the server accepts the next connection
exit status 0
END
    rung --half-close --reset PING
    expect "--half-close, then --reset" <<END
Reset; the server accepts the next connection
exit status 0
END
    rung --connections 20 PING </dev/null
    expect "--connections with a request" <<END
20 of 20 connections are open, and were answered
exit status 0
END
    rung --connections 20 </dev/null
    expect "--connections" <<END
20 of 20 connections are open
exit status 0
END
    rung DEL cli-test:n
}

test_input() {
    i=0
    while [ $i -lt 1000 ]; do
        echo "ECHO \"line $i\\x00\""
        i=$((i + 1))
    done >"$tmp/lines"
    "$cli" -p "$port" --no-raw <"$tmp/lines" >"$tmp/expected" 2>&1
    "$cli" -p "$port" --no-raw --pipeline 0 <"$tmp/lines" >"$tmp/got" 2>&1
    check "all lines at once give what they give one by one"
    [ "$(wc -l <"$tmp/got")" -eq 1000 ]
    echo "$?" >"$tmp/got"
    expect "each line was answered" <<END
0
END
    head -c 300000 /dev/urandom >"$tmp/expected"
    "$cli" -p "$port" -x SET cli-test:big <"$tmp/expected" >/dev/null
    "$cli" -p "$port" GET cli-test:big | head -c 300000 >"$tmp/got"
    check "300,000 random bytes there and back"
    rung DEL cli-test:big
    printf 'PING\nset "k\nECHO x\n' | "$cli" -p "$port" >"$tmp/got" 2>&1
    expect "a line whose quotes are wrong is not sent" <<END
PONG
Invalid argument(s)
x
END
}

test_raw_protocol() {
    rung --proto raw 'PING\r\nECHO a\r\n'
    expect "--proto raw" <<END
$(printf '+PONG\r\n$1\r\na\r')
exit status 0
END
    rung --no-raw --proto raw 'PING\r\n'
    expect "--proto raw, for a reader" <<END
"+PONG\r\n"
exit status 0
END
    rung --proto raw --timeout 0.2 'PING'
    expect "a request without its end" <<END
Still waiting after 0.2 s: no byte of the reply came
exit status 1
END
    rung --proto message --timeout 0.2 'PING\r\n'
    grep -v 'exit status' "$tmp/got" | head -1 | cut -c 1-60 >"$tmp/line"
    mv "$tmp/line" "$tmp/got"
    expect "another protocol is recognized" <<END
$(cut -c 1-60 <"$tmp/got")
END
}

test_mistakes() {
    rung --nosuch
    expect "an unknown option" <<END
rung-cli: unknown option --nosuch (rung-cli --help lists them)
exit status 1
END
    rung --drip
    expect "an option without its value" <<END
rung-cli: --drip needs a value: MS, send byte by byte, MS milliseconds apart
exit status 1
END
    rung --repeat 0 PING
    expect "a value that does not fit" <<END
rung-cli: --repeat cannot be 0: N, do it N times
exit status 1
END
    rung -p 70000 PING
    expect "a port that is none" <<END
rung-cli: the port is a number from 1 to 65535
exit status 1
END
    rung --split-every --reset PING
    expect "a contradiction" <<END
rung-cli: --split-every needs the connection for the next cut: no --half-close, no --reset
exit status 1
END
    rung -s /nonexistent/socket PING
    expect "nobody listens" <<END
Could not connect to /nonexistent/socket: No such file or directory
exit status 1
END
    "$cli" -p "$port" PING >/dev/full 2>"$tmp/got"
    echo "exit status $?" >>"$tmp/got"
    expect "output that cannot be written" <<END
rung-cli: standard output cannot be written
exit status 1
END
}

test_scripts() {
    cat >"$tmp/good.wire" <<'END'
about    a ping is answered
chapters 06 server
c1> "PING\r\n"
c1< "+PONG\r\n"
END
    sed 's/PONG/POND/' "$tmp/good.wire" >"$tmp/bad.wire"
    sed 's/c1>/c1?/' "$tmp/good.wire" >"$tmp/wrong.wire"
    rung --script "$tmp/good.wire"
    expect "a script" <<END
good: as written: a ping is answered
exit status 0
END
    rung --bytes --script "$tmp/good.wire"
    expect "a script, step by step" <<END
   3  c1> "PING\\r\\n"
   4  c1< "+PONG\\r\\n"
good: as written: a ping is answered
exit status 0
END
    rung --script "$tmp/bad.wire"
    grep -e 'other bytes' -e 'exit status' "$tmp/got" >"$tmp/lines"
    mv "$tmp/lines" "$tmp/got"
    expect "a script that the server fails" <<END
What happened on c1: other bytes came than expected.
exit status 1
END
    rung --script "$tmp/wrong.wire"
    sed -n "s|^$tmp/wrong.wire:3: .*|wrong.wire:3|p; /exit/p" "$tmp/got" \
        >"$tmp/lines"
    mv "$tmp/lines" "$tmp/got"
    expect "a script with a mistake" <<END
wrong.wire:3
exit status 1
END
}

test_prompt() {
    if ! command -v python3 >/dev/null; then
        echo "# not tested: the prompt (python3 is not installed)"
        return
    fi
    if python3 "$here/cli_prompt.py" "$cli" "$port" >"$tmp/difference" 2>&1
    then
        pass
    else
        fail "the prompt"
    fi
}

if [ "$("$cli" -p "$port" PING 2>&1)" != PONG ]; then
    echo "cli: no RESP server answers PING on port $port"
    exit 1
fi
: >"$tmp/input"
if command -v redis-cli >/dev/null; then
    compare_with_redis_cli
else
    echo "# not tested: the same output as redis-cli (it is not installed)"
fi
test_bytes
test_ways_of_sending
test_input
test_raw_protocol
test_mistakes
test_scripts
test_prompt
echo "cli: $passed passed, $failed failed"
[ $failed -eq 0 ]
