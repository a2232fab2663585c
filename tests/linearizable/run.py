#!/usr/bin/env python3
"""Several clients work on the same keys; what they saw is linearizable.

    run.py PORT [OPERATIONS]

Then many clients move amounts between accounts, by WATCH and MULTI: the total
stays what it was, at every moment at which somebody looks."""

import multiprocessing
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../differential"))
from wire import Connection  # noqa: E402

import check  # noqa: E402

CLIENTS = 8
NUMBERS, ROWS, ACCOUNTS = ("n0", "n1"), ("l0", "l1"), 4
ROW_MOST = 12  # elements; explanations hold whole rows
FIRST = 1000   # on each account
FAR = 500      # from any reply that an operation under way could explain

MOVERS, MOVES = 64, 40  # clients, and what each moves
PURSES = 10


def value(tree):
    kind, content = tree
    if kind == b":":
        return int(content)
    return [value(element) for element in content] \
        if isinstance(content, list) else content


class Client:
    def __init__(self, port, seed):
        self.connection = Connection(port)
        self.random = random.Random(seed)
        self.seed = seed
        self.count = 0
        self.history = []

    def ask(self, *words):
        return value(self.connection.ask(
            *(word if isinstance(word, bytes) else str(word).encode()
              for word in words)))

    def unique(self):
        self.count += 1
        return (self.count * CLIENTS + self.seed) * 1000000

    def operate(self):
        """One operation, into the history."""
        kind = self.random.choice(("number", "row", "accounts"))
        key, request = getattr(self, "a_" + kind)()
        call = time.monotonic_ns()
        reply = self.act(key, request)
        self.history.append((key, call, time.monotonic_ns(), request, reply))

    def act(self, key, request):
        if request[0] == "READ":
            return [int(text) for text in
                    self.ask("MGET", *("a%d" % i for i in range(ACCOUNTS)))]
        if request[0] == "MOVE":
            return self.move(*request[1:])
        return self.ask(*request)

    def move(self, source, target, amount):
        requests = [("MULTI",), ("DECRBY", "a%d" % source, amount),
                    ("INCRBY", "a%d" % target, amount)]
        for request in requests:
            self.ask(*request)
        return self.ask("EXEC")

    def a_number(self):
        key = self.random.choice(NUMBERS)
        request = self.random.choice((
            ("INCR", key), ("INCR", key), ("GET", key),
            ("SET", key, str(self.unique()))))
        return key, request

    def a_row(self):
        key = self.random.choice(ROWS)
        name = self.random.choice(("LPUSH", "RPUSH", "LPOP", "RPOP", "LLEN"))
        if name.endswith("PUSH"):
            if self.history and self.length(key) > ROW_MOST:
                return key, (self.random.choice(("LPOP", "RPOP")), key)
            return key, (name, key, b"%d" % self.unique())
        return key, (name, key)

    def length(self, key):
        """As this client saw it last."""
        for old_key, _, _, request, reply in reversed(self.history[-40:]):
            if old_key == key and isinstance(reply, int):
                return reply
        return 0

    def a_accounts(self):
        if self.random.random() < 0.3:
            return "accounts", ("READ",)
        source, target = self.random.sample(range(ACCOUNTS), 2)
        return "accounts", ("MOVE", source, target, self.random.randint(1, 9))


def work(arguments):
    port, seed, begin, operations = arguments
    client = Client(port, seed)
    time.sleep(max(0, begin - time.monotonic()))
    for _ in range(operations):
        client.operate()
    return client.history


def record(port, operations):
    admin = Client(port, 0)
    admin.ask("FLUSHALL")
    for i in range(ACCOUNTS):
        admin.ask("SET", "a%d" % i, FIRST)
    begin = time.monotonic() + 0.5
    with multiprocessing.Pool(CLIENTS) as pool:
        histories = pool.map(work, [(port, i, begin, operations // CLIENTS)
                                    for i in range(CLIENTS)], 1)
    objects = {}
    for history in histories:
        for key, *rest in history:
            objects.setdefault(key, []).append(check.Operation(*rest))
    return objects


OBJECTS = [(NUMBERS, None, check.number), (ROWS, (), check.row),
           (("accounts",), (FIRST,) * ACCOUNTS, check.accounts)]


def check_all(objects):
    for keys, state, step in OBJECTS:
        for key in keys:
            wrong = check.unexplained(objects[key], state, step)
            if wrong is not None:
                sys.exit("%s: nothing explains %r" % (key, wrong))


def reject_broken(objects):
    """The same history with one reply changed, in turn for each object."""
    for keys, state, step in OBJECTS:
        history = list(objects[keys[0]])
        at = next(i for i in range(len(history) // 2, len(history))
                  if history[i].request[0] in ("INCR", "LPUSH", "MOVE"))
        op = history[at]
        reply = [n + FAR for n in op.reply] if isinstance(op.reply, list) \
            else op.reply + FAR
        history[at] = check.Operation(op.call, op.end, op.request, reply)
        if check.unexplained(history, state, step) is None:
            sys.exit("%s: a false reply goes unnoticed: %r" %
                     (keys[0], history[at]))


def overlapping(objects):
    """The share of operations during which another one began on the object."""
    count = total = 0
    for history in objects.values():
        history = sorted(history, key=lambda op: op.call)
        total += len(history)
        count += sum(a.end > b.call for a, b in zip(history, history[1:]))
    return 100 * count // total


# ---- many clients ----

def carry(client, tries):
    """From one purse to another, again and again until nobody interferes."""
    source, target = client.random.sample(range(PURSES), 2)
    amount = client.random.randint(1, 9)
    while True:
        client.ask("WATCH", "p%d" % source, "p%d" % target)
        left = int(client.ask("GET", "p%d" % source)) - amount
        there = int(client.ask("GET", "p%d" % target)) + amount
        client.ask("MULTI")
        client.ask("SET", "p%d" % source, left)
        client.ask("SET", "p%d" % target, there)
        tries.append(1)
        if client.ask("EXEC") is not None:
            return


def total(client):
    purses = ("p%d" % i for i in range(PURSES))
    return sum(map(int, client.ask("MGET", *purses)))


def carry_many(arguments):
    port, seed, threads = arguments
    tries = []

    def run(number):
        client = Client(port, number)
        for _ in range(MOVES):
            carry(client, tries)

    crowd = [threading.Thread(target=run, args=(seed * threads + i,))
             for i in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return len(tries)


def transfers(port):
    client = Client(port, 0)
    for i in range(PURSES):
        client.ask("SET", "p%d" % i, FIRST)
    looks = 0
    with multiprocessing.Pool(CLIENTS) as pool:
        result = pool.map_async(carry_many, [(port, i, MOVERS // CLIENTS)
                                             for i in range(CLIENTS)], 1)
        while not result.ready():
            looks += 1
            if total(client) != PURSES * FIRST:
                sys.exit("the total is %d while transfers are under way"
                         % total(client))
        tries = sum(result.get())
    if total(client) != PURSES * FIRST:
        sys.exit("the total is %d after the transfers" % total(client))
    print("%d clients: %d transfers, %d times begun; %d looks, and the total is"
          " right each time" % (MOVERS, MOVERS * MOVES, tries, looks))


def main():
    port = int(sys.argv[1])
    operations = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
    began = time.monotonic()
    objects = record(port, operations)
    recorded = time.monotonic()
    check_all(objects)
    reject_broken(objects)
    print("%d clients: %d operations in %.1f s, of which %d %% met another one;"
          " linearizable (checked in %.1f s)" % (
              CLIENTS, sum(map(len, objects.values())), recorded - began,
              overlapping(objects), time.monotonic() - recorded))
    transfers(port)


if __name__ == "__main__":
    main()
