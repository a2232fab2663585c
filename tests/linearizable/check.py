"""Is a history linearizable: is there for each operation a moment between its
call and its return at which it may have happened, so that one after the other
they give the replies that were seen?

We go along the calls and returns in their order in time and keep all
explanations of what was seen so far: the state of the object, and which of the
operations under way have happened already. Only when an operation returns must
it have happened; then each explanation that lacks it gives way to those in
which it happened last, after any others that are under way. An operation that
nobody can explain shows that the history is not linearizable. (The method is
Lowe's "just-in-time linearization".)

    check.py        rejects histories that are wrong"""


class Operation:
    """`call` and `end` are times on one clock."""

    def __init__(self, call, end, request, reply):
        self.call, self.end = call, end
        self.request, self.reply = request, reply

    def __repr__(self):
        return "%s -> %r" % (" ".join(map(str, self.request)), self.reply)


def unexplained(history, state, step):
    """The first operation that nothing explains, or None. What the object
    should do: `step(state, request)` is (its next state, the reply)."""
    explanations = {(state, frozenset())}
    pending = set()
    for _, is_return, i in events(history):
        if not is_return:
            pending.add(i)
            continue
        explanations = explain(history, step, explanations, pending, i)
        pending.discard(i)
        if not explanations:
            return history[i]
    return None


def events(history):
    """At one time, calls come first: those operations overlap."""
    return sorted([(op.call, False, i) for i, op in enumerate(history)] +
                  [(op.end, True, i) for i, op in enumerate(history)])


def explain(history, step, explanations, pending, last):
    found = {(state, done - {last}) for state, done in explanations
             if last in done}
    open_ones = [one for one in explanations if last not in one[1]]
    seen = set(open_ones)
    while open_ones:
        state, done = open_ones.pop()
        for i in pending - done:
            next_state, reply = step(state, history[i].request)
            if reply != history[i].reply:
                continue
            if i == last:
                found.add((next_state, done))
                continue
            one = next_state, done | {i}
            if one not in seen:
                seen.add(one)
                open_ones.append(one)
    return found


# ---- what objects do ----

def number(state, request):
    """A string; `state` is an int or None."""
    name = request[0]
    if name == "GET":
        return state, None if state is None else b"%d" % state
    if name == "SET":
        return int(request[2]), b"OK"
    assert name == "INCR"
    return (state or 0) + 1, (state or 0) + 1


def row(state, request):
    """A list; `state` is a tuple."""
    name = request[0]
    if name == "LPUSH":
        return (request[2],) + state, len(state) + 1
    if name == "RPUSH":
        return state + (request[2],), len(state) + 1
    if name == "LLEN":
        return state, len(state)
    if not state:
        return state, None
    if name == "LPOP":
        return state[1:], state[0]
    assert name == "RPOP"
    return state[:-1], state[-1]


def accounts(state, request):
    """Several numbers at once; `state` is a tuple of them."""
    if request[0] == "READ":
        return state, list(state)
    assert request[0] == "MOVE"
    source, target, amount = request[1:]
    new = list(state)
    new[source] -= amount
    new[target] += amount
    return tuple(new), [new[source], new[target]]


# ---- histories that are wrong ----

def history_of(*rows):
    return [Operation(*row) for row in rows]


WRONG = {
    "a number that was given to two": (None, number, history_of(
        (0, 3, ("INCR", "n"), 1), (1, 4, ("INCR", "n"), 1))),
    "an old value after a new one": (None, number, history_of(
        (0, 1, ("SET", "n", "5"), b"OK"), (2, 3, ("SET", "n", "6"), b"OK"),
        (4, 5, ("GET", "n"), b"5"))),
    "a new value, then the old one": (1, number, history_of(
        (0, 9, ("SET", "n", "5"), b"OK"), (1, 2, ("GET", "n"), b"5"),
        (3, 4, ("GET", "n"), b"1"))),
    "an element that two got": ((), row, history_of(
        (0, 1, ("LPUSH", "l", b"a"), 1), (2, 5, ("LPOP", "l"), b"a"),
        (3, 6, ("LPOP", "l"), b"a"))),
    "an element that was lost": ((), row, history_of(
        (0, 1, ("LPUSH", "l", b"a"), 1), (2, 3, ("LPOP", "l"), None))),
    "a queue that lets one overtake": ((), row, history_of(
        (0, 1, ("RPUSH", "l", b"a"), 1), (2, 3, ("RPUSH", "l", b"b"), 2),
        (4, 5, ("LPOP", "l"), b"b"))),
    "half a transfer": ((10, 10), accounts, history_of(
        (0, 5, ("MOVE", 0, 1, 3), [7, 13]), (1, 4, ("READ",), [7, 10]))),
}

RIGHT = {
    "a value that is read while it is set": (1, number, history_of(
        (0, 9, ("SET", "n", "5"), b"OK"), (1, 2, ("GET", "n"), b"1"),
        (3, 4, ("GET", "n"), b"5"), (5, 6, ("INCR", "n"), 6))),
    "an element that is taken while it is put": ((), row, history_of(
        (0, 9, ("LPUSH", "l", b"a"), 1), (1, 8, ("LPOP", "l"), b"a"),
        (2, 3, ("LLEN", "l"), 1))),
}


def test():
    for what, (state, step, history) in WRONG.items():
        assert unexplained(history, state, step) is not None, what
    for what, (state, step, history) in RIGHT.items():
        assert unexplained(history, state, step) is None, what
    print("%d wrong histories are rejected, %d right ones are not" %
          (len(WRONG), len(RIGHT)))


if __name__ == "__main__":
    test()
