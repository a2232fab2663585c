#!/bin/sh
# Does the laboratory measure, draw and judge? A few seconds with three servers;
# what it finds out about them is not looked at here.
#
#     tests/system/lab.sh bin
. "$(dirname "$0")/common.sh"

lab=$here/../lab
servers="04-poll 05-pipelining 07-epoll"

measures() {
    patience=120
    bounded python3 "$lab/lab.py" smoke --bin "$bin" --out "$tmp/lab" \
        --only "$(echo "$servers" | tr ' ' ,)"
}

# Each server under each load, and every request with a cost.
all_is_there() {
    python3 - "$tmp/lab/lab.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
loads = [(row["experiment"], row["server"], int(row["connections"]),
          int(row["idle"]), int(row["pipeline"])) for row in rows]
one, many = "04-poll", ("05-pipelining", "07-epoll")
expected = [("grid", one, 10, 0, 1), ("crowd", one, 10, 0, 1),
            ("crowd", one, 10, 300, 1)]
expected += [("grid", server, 10, 0, depth)
             for server in many for depth in (1, 16)]
expected += [("crowd", server, 10, idle, 1)
             for server in many for idle in (0, 300)]
counted = [load for load in loads if load[0] == "calls"]
assert sorted(set(loads) - set(counted)) == sorted(expected), loads
assert len(counted) in (0, 5), counted
for row in rows:
    assert int(row["requests"]) > 0 and int(row["errors"]) == 0, row
    cost = row["calls" if row["experiment"] == "calls" else "server_us"]
    assert 0 < float(cost) < 1000, row
PYTHON
}

page_is_filled() {
    awk '/^$/ { next }
        /^<!-- lab:/ { mark = $0; next }
        mark != "" && /^<!-- lab -->/ { print "nothing in " mark; bad = 1 }
        { mark = "" }
        END { exit bad }' "$tmp/lab/lab.md" &&
        for server in $servers; do
            grep -q "^| $server |" "$tmp/lab/lab.md" || return
        done
}

# Each plot that the page shows has both panels and a curve or bar.
plots_are_drawn() {
    for plot in $(sed -n 's/^!\[.*](\(.*\))$/\1/p' "$tmp/lab/lab.md"); do
        echo "$plot"
        case $plot in
        */calls.svg) [ -n "$(grep ^calls, "$tmp/lab/lab.csv")" ] || continue ;;
        esac
        grep -q '</svg>' "$tmp/lab/$plot" &&
            grep -q '05-pipelining' "$tmp/lab/$plot" || return
    done
}

# A shape that does not hold is seen: epoll is made to pay for the idle.
shapes_can_fail() {
    python3 - "$lab" "$tmp/lab/lab.csv" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import results, shapes
rows = results.read(sys.argv[2])
for row in rows:
    if row["server"] == "07-epoll" and row["idle"] == "300":
        row["server_us"] = "1000"
    if row["experiment"] == "grid" and row["pipeline"] == "16":
        row["server_us"] = "900"
failed = [text for held, text in shapes.check(results.Results(rows))
          if not held]
print("\n".join(failed))
assert any("07-epoll: 300 idle" in text for text in failed)
assert any("05-pipelining: 16 requests" in text for text in failed)
PYTHON
}

check "it measures" measures
check "each server under each load" all_is_there
check "the page is filled" page_is_filled
if has gnuplot gnuplot-nox "plots of the laboratory"; then
    check "the plots are drawn" plots_are_drawn
fi
check "a shape that does not hold is seen" shapes_can_fail
finish
