"""A recorded trace: 100,000 requests of 20 clients, the same ones each time, and
cut in the same places, however they fall. Each client has keys of its own, so
what it is told depends on nothing but what it sends, and it sends as fast as it
is read. Prints, for each client, how many bytes it was told, and their digest.

    trace.py PORT
"""

import hashlib
import random
import selectors
import socket
import sys

CLIENTS, REQUESTS = 20, 5000
PATIENCE = 60  # seconds
LAST = b"this is the last word"


class Client:
    def __init__(self, number):
        self.random = random.Random(number)
        self.key = b"client%d:" % number
        self.out = b"".join(self.requests(number))
        self.sent = 0
        self.told = hashlib.sha256()
        self.length = 0
        self.end = b""

    # ---- what it says ----

    def requests(self, number):
        if number % 2:
            yield self.resp(b"HELLO", b"3", b"SETNAME", b"odd")
            yield self.resp(b"CLIENT", b"GETNAME")
        left = REQUESTS - 2
        while left > 0:
            batch = self.transaction() if self.chance(20) else [self.request()]
            left -= len(batch)
            yield from (self.resp(*words) for words in batch)
        yield b"PING \"once more\"\r\n" + self.resp(b"PING", LAST)

    @staticmethod
    def resp(*words):
        return b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    def chance(self, of):
        return self.random.randrange(of) == 0

    def transaction(self):
        words = [[b"MULTI"]] + [self.request() for _ in range(
            self.random.randrange(5))] + [[b"EXEC"]]
        return [[b"WATCH", self.name("s")]] + words if self.chance(3) else words

    def name(self, kind):
        return self.key + kind.encode() + b"%d" % self.random.randrange(5)

    def value(self):
        if self.chance(200):
            return bytes(self.random.randbytes(50000))
        return bytes(self.random.randbytes(self.random.randrange(40)))

    def number(self):
        return b"%d" % self.random.randrange(-20, 20)

    def request(self):
        s, l, h, z = map(self.name, "slhz")
        n, v = self.number(), self.value()
        return self.random.choice([
            [b"SET", s, v], [b"SET", s, n], [b"GET", s], [b"APPEND", s, v],
            [b"INCRBY", s, n], [b"GETRANGE", s, n, self.number()],
            [b"SETBIT", s, b"%d" % self.random.randrange(999), b"1"],
            [b"BITCOUNT", s], [b"STRLEN", s], [b"GETDEL", s],
            [b"MSET", s, v, self.name("s"), n],
            [b"MGET", s, l, self.name("s")], [b"DEL", s, self.name("l")],
            [b"RPUSH", l, v, n], [b"LPUSH", l, n], [b"LPOP", l],
            [b"LRANGE", l, b"0", b"-1"], [b"LREM", l, b"1", n],
            [b"LTRIM", l, b"-50", b"-1"], [b"BLPOP", l, b"0.001"],
            [b"LMOVE", l, self.name("l"), b"LEFT", b"RIGHT"],
            [b"SORT", l, b"ALPHA"],
            [b"HSET", h, n, v], [b"HGET", h, n], [b"HINCRBY", h, b"n", n],
            [b"HDEL", h, n], [b"HLEN", h],
            [b"ZADD", z, n, b"m" + self.number()], [b"ZCARD", z],
            [b"ZRANGE", z, b"0", b"-1", b"WITHSCORES"], [b"ZPOPMIN", z],
            [b"ZINCRBY", z, b"0.5", b"m" + self.number()],
            [b"EXISTS", s, l], [b"TYPE", s], [b"RENAME", s, self.name("s")],
            [b"OBJECT", b"ENCODING", l], [b"PING"], [b"ECHO", v],
            [b"NOSUCH", n], [b"GET"], [b"EXPIRE", s, b"1000"], [b"PERSIST", s],
        ])

    # ---- the conversation ----

    def connect(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def send(self):
        size = self.random.choice([1, 7, 100, 1500, 20000])
        try:
            self.sent += self.socket.send(self.out[self.sent:self.sent + size])
        except BlockingIOError:
            pass

    def hear(self):
        """False at the end."""
        portion = self.socket.recv(1 << 16)
        self.told.update(portion)
        self.length += len(portion)
        self.end = (self.end + portion)[-len(LAST) - 2:]
        return portion != b"" and self.end != LAST + b"\r\n"


def main():
    both = selectors.EVENT_READ | selectors.EVENT_WRITE
    waiting = selectors.DefaultSelector()
    clients = [Client(number) for number in range(CLIENTS)]
    for client in clients:
        client.connect(int(sys.argv[1]))
        waiting.register(client.socket, both, client)
    while waiting.get_map():
        ready = waiting.select(PATIENCE)
        if not ready:
            sys.exit("no client has heard anything for %d s" % PATIENCE)
        for key, events in ready:
            client = key.data
            if events & selectors.EVENT_WRITE:
                client.send()
                if client.sent == len(client.out):
                    waiting.modify(client.socket, selectors.EVENT_READ, client)
            if events & selectors.EVENT_READ and not client.hear():
                waiting.unregister(client.socket)
    for number, client in enumerate(clients):
        print(number, client.sent, client.length, client.told.hexdigest())


main()
