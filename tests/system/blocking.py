"""Clients that wait for keys: blocking.py PORT TEST. Also for redis-server."""

import random
import socket
import sys
import threading
import time

PORT = int(sys.argv[1])


class Client:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT), 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(20)
        self.file = self.socket.makefile("rb")

    def send(self, *requests):
        """Each a string of words; all in one write."""
        out = b""
        for request in requests:
            words = request.split(" ")
            out += b"*%d\r\n" % len(words)
            out += b"".join(b"$%d\r\n%s\r\n" % (len(w), w.encode())
                            for w in words)
        self.socket.sendall(out)

    def hear(self):
        line = self.file.readline()
        if not line:
            raise EOFError
        kind, rest = line[:1], line[1:-2]
        if kind == b":":
            return int(rest)
        if kind in b"+-":
            return line[:-2].decode()
        if kind == b"_" or rest == b"-1":
            return None
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2].decode()
        count = int(rest) * (2 if kind == b"%" else 1)
        return [self.hear() for _ in range(count)]

    def do(self, request):
        self.send(request)
        return self.hear()

    def block(self, request, *more):
        """When this returns, the client waits: its PING before is answered
        together with what can be answered."""
        self.send("PING", request, *more)
        same(self.hear(), "+PONG")

    def is_silent(self):
        self.socket.settimeout(0.05)
        try:
            got = self.socket.recv(1, socket.MSG_PEEK)
            raise AssertionError("unexpected: %r" % got)
        except (TimeoutError, socket.timeout):
            self.socket.settimeout(20)

    def close(self):
        self.file.close()
        self.socket.close()


def same(got, expected):
    if got != expected:
        raise AssertionError("got %r, expected %r" % (got, expected))


def clients(count):
    return [Client() for _ in range(count)]


def waiting(count, request):
    """So many clients, in line one after the other."""
    line = clients(count)
    for client in line:
        client.block(request)
    return line


def hundred_in_order():
    c = Client()
    line = waiting(100, "BLPOP k 0")
    for i in range(100):
        same(c.do("RPUSH k %d" % i), 1)
        same(c.do("LLEN k"), 0)
    for i, client in enumerate(line):
        same(client.hear(), ["k", str(i)])


def hundred_in_one_push():
    c = Client()
    line = waiting(100, "BRPOP k 0")
    same(c.do("LPUSH k " + " ".join(str(i) for i in range(120))), 120)
    for i, client in enumerate(line):
        same(client.hear(), ["k", str(i)])
    same(c.do("LLEN k"), 20)


def hundred_pipelined():
    c = Client()
    line = waiting(100, "BLMPOP 0 1 k LEFT COUNT 10")
    c.send(*["RPUSH k %d" % i for i in range(100)])
    for i, client in enumerate(line):
        same(client.hear(), ["k", [str(i)]])
        same(c.hear(), 1)


def pushed_from_all_sides():
    line = waiting(100, "BLPOP k 0")
    pushers = clients(10)
    for i in range(100):
        pushers[i % 10].send("RPUSH k %d" % i)
    got = sorted(int(client.hear()[1]) for client in line)
    same(got, list(range(100)))


def several_keys():
    c = Client()
    w = Client()
    w.block("BLPOP a b c 0")
    for key in "cba":
        same(c.do("RPUSH %s %s1" % (key, key)), 1)
    same(w.hear(), ["c", "c1"])
    w.is_silent()
    same([c.do("LLEN " + key) for key in "abc"], [1, 1, 0])
    same(w.do("BLPOP c b a 0"), ["b", "b1"])


def same_key_twice():
    c = Client()
    w = Client()
    w.block("BLPOP a a 0")
    same(c.do("RPUSH a 1 2"), 2)
    same(w.hear(), ["a", "1"])
    same(c.do("LLEN a"), 1)


def first_key_written_counts():
    c = Client()
    w = Client()
    w.block("BLPOP a b 0")
    c.send("MULTI", "RPUSH b b1", "RPUSH a a1", "EXEC")
    same([c.hear() for _ in range(4)][3], [1, 1])
    same(w.hear(), ["b", "b1"])
    same(c.do("LLEN a"), 1)


def chain():
    c = Client()
    third, second, first, back = clients(4)
    third.block("BLPOP d e 0")
    second.block("BLMOVE b d RIGHT LEFT 0")
    first.block("BRPOPLPUSH a b 0")
    same(c.do("RPUSH a x"), 1)
    same(first.hear(), "x")
    same(second.hear(), "x")
    same(third.hear(), ["d", "x"])
    same(c.do("EXISTS a b d e"), 0)
    back.block("BLMOVE a a LEFT RIGHT 0")
    same(c.do("RPUSH a 1 2"), 2)
    same(back.hear(), "1")
    same(c.do("LRANGE a 0 -1"), ["2", "1"])


def move_refused():
    c = Client()
    w = waiting(2, "BLMOVE a s LEFT LEFT 0")
    same(c.do("SET s string"), "+OK")
    same(c.do("RPUSH a 1"), 1)
    for client in w:
        same(client.hear()[:10], "-WRONGTYPE")
    same(c.do("LRANGE a 0 -1"), ["1"])


def inside_multi():
    c = Client()
    w = Client()
    w.block("BLPOP k 0")
    c.send("MULTI", "RPUSH k 1", "LPOP k", "RPUSH k 2", "DEL k", "EXEC")
    same([c.hear() for _ in range(6)][5], [1, "1", 1, 1])
    w.is_silent()
    c.send("MULTI", "RPUSH k 3 4", "LLEN k", "BLPOP none 0",
           "BLMOVE none k LEFT LEFT 0", "EXEC")
    same([c.hear() for _ in range(6)][5], [2, 2, None, None])
    same(w.hear(), ["k", "3"])
    same(c.do("LRANGE k 0 -1"), ["4"])


def other_types():
    c = Client()
    w = Client()
    w.block("BLPOP k 0")
    same(c.do("SET k string"), "+OK")
    same(c.do("APPEND k more"), 10)
    w.is_silent()
    same(c.do("DEL k"), 1)
    same(c.do("RPUSH k 1"), 1)
    same(w.hear(), ["k", "1"])


def by_other_ways():
    c = Client()
    for how in "RENAME other k", "RENAMENX other k", "COPY other k":
        w = Client()
        w.block("BLPOP k 0")
        same(c.do("RPUSH other 1 2"), 2)
        c.do(how)
        same(w.hear(), ["k", "1"])
        same(c.do("LRANGE k 0 -1"), ["2"])
        c.do("DEL k other")


def other_databases():
    c = Client()
    w = Client()
    w.block("BLPOP k 0")
    same(c.do("SELECT 1"), "+OK")
    same(c.do("RPUSH k 1"), 1)
    w.is_silent()
    same(c.do("MOVE k 0"), 1)
    same(w.hear(), ["k", "1"])
    w.block("BLPOP k 0")
    same(c.do("RPUSH k 2"), 1)
    same(c.do("SWAPDB 0 1"), "+OK")
    same(w.hear(), ["k", "2"])


def timeouts():
    w = Client()
    for request in ("BLPOP k 0.1", "BRPOP k j 0.1", "BLMPOP 0.1 1 k LEFT",
                    "BLMOVE k j LEFT LEFT 0.1", "BRPOPLPUSH k j 0.1"):
        for version in 2, 3:
            w.do("HELLO %d" % version)
            began = time.monotonic()
            w.send(request, "PING")
            line = w.file.readline()
            took = time.monotonic() - began
            same(line, b"*-1\r\n" if version == 2 else b"_\r\n")
            same(w.hear(), "+PONG")
            same(0.1 <= took < 0.4, True)


def gone():
    """Whoever leaves, however shortly before a push, takes nothing along."""
    c = Client()
    for i in range(200):
        line = waiting(3, "BLPOP k 0")
        line[0].close()
        if i % 2:
            line[1].socket.shutdown(socket.SHUT_WR)
        same(c.do("RPUSH k 1 2 3"), 3)
        same(line[2].hear(), ["k", "2" if i % 2 == 0 else "1"])
        same(c.do("LLEN k"), 1 if i % 2 == 0 else 2)
        line[1].close()
        line[2].close()
        c.do("DEL k")


def pipelined():
    c = Client()
    w = Client()
    w.block("BLPOP k 0", "PING", "BLPOP k 0", "RPUSH done 1")
    w.send("ECHO late")
    w.is_silent()
    c.do("RPUSH k 1")
    same([w.hear(), w.hear()], [["k", "1"], "+PONG"])
    w.is_silent()
    same(c.do("EXISTS done"), 0)
    c.do("RPUSH k 2")
    same([w.hear() for _ in range(3)], [["k", "2"], 1, "late"])


def unblock():
    c = Client()
    w = Client()
    number = w.do("CLIENT ID")
    same(c.do("CLIENT UNBLOCK %d" % number), 0)
    for how, reply in (("", None), (" TIMEOUT", None),
                       (" ERROR", "-UNBLOCKED client unblocked via CLIENT "
                                  "UNBLOCK")):
        w.block("BLPOP k j 0", "PING")
        same(c.do("CLIENT UNBLOCK %d%s" % (number, how)), 1)
        same([w.hear(), w.hear()], [reply, "+PONG"])
        same(c.do("CLIENT UNBLOCK %d%s" % (number, how)), 0)
    same(c.do("RPUSH k 1"), 1)
    same(c.do("LLEN k"), 1)


def unblocked_or_served():
    """Never both, whichever comes first, and whoever wakes when."""
    c, d, w = clients(3)
    number = w.do("CLIENT ID")
    for ask in ("MULTI", "LPUSH k 1", "CLIENT UNBLOCK %d" % number, "EXEC"), \
               ("MULTI", "CLIENT UNBLOCK %d" % number, "LPUSH k 1", "EXEC"):
        w.block("BLPOP k 0")
        c.send(*ask)
        same([c.hear() for _ in ask][3], [1, 1])
        same(w.hear(), None)
        same(c.do("LPOP k"), "1")
    for _ in range(200):
        w.block("BLPOP k 0")
        c.send("LPUSH k 1", "CLIENT UNBLOCK %d" % number)
        same([c.hear(), c.hear()], [1, 0])
        same(w.hear(), ["k", "1"])
        w.block("BLPOP k 0")
        c.send("CLIENT UNBLOCK %d" % number, "LPUSH k 1", "LPOP k")
        same([c.hear() for _ in range(3)], [1, 1, "1"])
        same(w.hear(), None)
    for _ in range(500):
        w.block("BLPOP k 0")
        c.send("CLIENT UNBLOCK %d" % number)
        d.send("LPUSH k 1")
        unblocked = c.hear()
        same(d.hear(), 1)
        same(w.hear(), None if unblocked else ["k", "1"])
        same(c.do("LLEN k"), unblocked)
        c.do("DEL k")


def not_idle():
    """`timeout` is for those who say nothing, not for those who wait."""
    c = Client()
    c.do("CONFIG SET timeout 1")
    w = Client()
    w.block("BLPOP k 0")
    for _ in range(24):
        time.sleep(0.1)
        c.do("PING")
    same(c.do("RPUSH k 1"), 1)
    same(w.hear(), ["k", "1"])
    c.do("CONFIG SET timeout 0")


KEYS = 6
PUSHES = 1000


def stress():
    """What many push, many take, each element once: with and without waiting,
    over several keys, by way of other lists, giving up all the time."""
    taken = []
    over = threading.Event()
    crash = []

    def key():
        return "k%d" % random.randrange(KEYS)

    def produce(number):
        c = Client()
        for i in range(0, PUSHES, 4):
            names = ["%d:%d" % (number, n) for n in range(i, i + 4)]
            if i % 3 == 0:
                c.send("MULTI", *["RPUSH %s %s" % (key(), n) for n in names],
                       "EXEC")
                for _ in range(6):
                    c.hear()
            else:
                c.do("LPUSH %s %s" % (key(), " ".join(names)))

    def consume(_):
        c = Client()
        mine = []
        while not over.is_set():
            timeout = random.choice(["0.001", "0.01", "0.05"])
            how = random.randrange(6)
            if how == 0:
                c.do("BLMOVE %s %s LEFT RIGHT %s" % (key(), key(), timeout))
            elif how == 1:
                got = c.do("BLMPOP %s 2 %s %s LEFT COUNT 3" %
                           (timeout, key(), key()))
                mine += got[1] if got else []
            elif how == 2:
                got = c.do("LPOP " + key())
                mine += [got] if got else []
            else:
                got = c.do("BLPOP %s %s %s %s" %
                           (key(), key(), key(), timeout))
                mine += got[1:] if got else []
        taken.extend(mine)

    def guarded(work):
        def run(number):
            try:
                work(number)
            except Exception as error:  # whatever it is, it is a failure
                crash.append(error)
        return run

    takers = [threading.Thread(target=guarded(consume), args=(i,))
              for i in range(16)]
    makers = [threading.Thread(target=guarded(produce), args=(i,))
              for i in range(6)]
    for thread in takers + makers:
        thread.start()
    for thread in makers:
        thread.join()
    c = Client()
    wait_until = time.monotonic() + 20
    while (any(c.do("LLEN k%d" % i) for i in range(KEYS)) and
           time.monotonic() < wait_until):
        time.sleep(0.02)
    over.set()
    for thread in takers:
        thread.join()
    same(crash, [])
    same(sorted(taken), sorted("%d:%d" % (m, n) for m in range(6)
                               for n in range(PUSHES)))


def hold():
    """Waits, together with many others, until the server goes."""
    line = waiting(50, "BLPOP k j 0")
    print("waiting", flush=True)
    for client in line:
        try:
            client.hear()
            raise AssertionError("a reply?")
        except (EOFError, ConnectionError):
            pass


def main():
    tests = {name: test for name, test in globals().items()
             if callable(test) and test.__module__ == "__main__"}
    if sys.argv[2] != "hold":
        Client().do("FLUSHALL")
    tests[sys.argv[2]]()


main()
