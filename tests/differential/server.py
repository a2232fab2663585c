"""Plays steps to one server. A step is (who, words): one of a few clients
sends a command. What comes of it is a list of (client, raw, tree): the reply,
and what the other clients are told because of it.

One of the two servers is played first and decides what there is to wait for:
whether a client waits for a key, and who is told what. The other one is then
given time to do the same, because its clients have threads of their own."""

import time

from wire import PATIENCE, Connection, Gone, Silent

BLOCKING = {b"blpop": -1, b"brpop": -1, b"bzpopmin": -1, b"bzpopmax": -1,
            b"blmove": -1, b"brpoplpush": -1, b"blmpop": 1, b"bzmpop": 1}
LISTENING = {b"subscribe", b"psubscribe", b"ssubscribe", b"unsubscribe",
             b"punsubscribe", b"sunsubscribe", b"client tracking"}
LAST_WORDS = {b"quit", b"monitor"}
CLIENTS = 3
FENCE = b"--fence--"

# What an episode may have changed besides the keys.
CLEAN = [b"FLUSHALL", b"ACL SETUSER default reset on nopass ~* &* +@all",
         b"ACL DELUSER u0 u1 u2 nobody", b"SLOWLOG RESET", b"CLIENT UNPAUSE",
         b"CONFIG SET maxmemory-policy noeviction list-max-listpack-size -2 "
         b"hash-max-listpack-entries 128 hash-max-listpack-value 64 "
         b"set-max-intset-entries 512 zset-max-listpack-entries 128 "
         b"zset-max-listpack-value 64 slowlog-max-len 128 lfu-log-factor 10",
         b"CONFIG SET notify-keyspace-events ", b"DEBUG SET-ACTIVE-EXPIRE 1"]


class Client:
    def __init__(self, port):
        self.connection = Connection(port)
        self.id = self.connection.ask(b"CLIENT", b"ID")[1]
        self.blocked = self.listens = self.queues = False
        self.ended = False


class Server:
    def __init__(self, name, port):
        self.name, self.port = name, port
        self.clients = {}
        self.control = Connection(port)
        self.control.ask(b"ACL", b"SETUSER", b"judge", b"on", b"nopass", b"~*",
                         b"&*", b"+@all")
        self.control.ask(b"AUTH", b"judge", b"")

    def clean(self):
        for client in self.clients.values():
            client.connection.close()
        self.clients = {}
        self.wait_until_alone()
        for request in CLEAN:
            self.control.ask(*request.split(b" "))

    def wait_until_alone(self):
        """Who has left might still be served as long as nobody noticed."""
        end = time.monotonic() + PATIENCE
        while self.asked(b"connected_clients") > 1:
            if time.monotonic() > end:
                raise Silent

    def client(self, who):
        if who not in self.clients or self.clients[who].ended:
            self.clients[who] = Client(self.port)
        return self.clients[who]

    # ---- a step ----

    def play(self, who, words, expected=None):
        """`expected` is what came of it at the other server, if that was
        played before."""
        told = []
        client = self.client(who)
        if client.blocked:
            return told
        try:
            client.connection.send([self.replaced(word) for word in words])
            self.first_reply(who, words, told)
        except Gone:
            self.end(who, told)
        self.hear_blocked(told, expected)
        for other in self.clients:
            if self.clients[other].listens:
                self.hear_all(other, told)
        return told

    def replaced(self, word):
        if word.startswith(b"@id") and word[3:4].isdigit():
            return self.client(int(word[3:])).id
        return word

    def end(self, who, told):
        told.append((who, b"(closed)", None))
        self.clients[who].connection.close()
        self.clients[who].ended = True
        self.clients[who].blocked = self.clients[who].listens = False

    def first_reply(self, who, words, told):
        client = self.clients[who]
        name = words[0].lower()
        if name == b"client" and len(words) > 1:
            name += b" " + words[1].lower()
        if client.queues and (name in LISTENING or name in BLOCKING):
            return self.hear(who, told)
        if name in LISTENING:
            client.listens = True
            return
        if name in BLOCKING and self.waits(client, words):
            client.blocked = True
            return
        self.hear(who, told)
        self.follow(client, name, told[-1][1])
        if name in LAST_WORDS and told[-1][1] == b"+OK\r\n":
            self.end(who, told)

    @staticmethod
    def follow(client, name, raw):
        """In which state is the client after that reply?"""
        if name == b"multi" and raw == b"+OK\r\n":
            client.queues = True
        elif name == b"exec" or raw[:1] == b"+" and \
                name in (b"discard", b"reset"):
            client.queues = False
            client.listens &= name != b"reset"

    def hear(self, who, told):
        """One reply, and what is pushed before it."""
        while True:
            raw, tree = self.clients[who].connection.reply()
            told.append((who, raw, tree))
            if tree[0] != b">":
                return

    # ---- who waits ----

    def waits(self, client, words):
        """Is there no reply because the client waits for a key?"""
        place = BLOCKING[words[0].lower()]
        timeout = words[place] if len(words) > 2 else b""
        if timeout.startswith(b"0.0"):
            return False  # it waits so shortly that we do, too
        blocked = self.count_blocked() + 1
        end = time.monotonic() + PATIENCE
        while not client.connection.has_input(0.0002):
            if self.asked_blocked() == blocked:
                return True
            if time.monotonic() > end:
                raise Silent
        return False

    def count_blocked(self):
        return sum(client.blocked for client in self.clients.values())

    def asked(self, field):
        text = self.control.ask(b"INFO", b"clients")[1]
        return int(text.split(field + b":")[1].split(b"\r")[0])

    def asked_blocked(self):
        return self.asked(b"blocked_clients")

    def hear_blocked(self, told, expected):
        """Those who do not wait any more have been told why."""
        if self.count_blocked() == 0:
            return
        for who in self.released(expected):
            try:
                self.clients[who].blocked = False
                self.hear(who, told)
            except Gone:
                self.end(who, told)

    def released(self, expected):
        waiting = [who for who in self.clients if self.clients[who].blocked]
        if expected is not None:
            told = {who for who, _, _ in expected}
            return [who for who in waiting if who in told]
        left = self.asked_blocked()
        done = []
        end = time.monotonic() + PATIENCE
        while len(waiting) - len(done) > left and time.monotonic() < end:
            done = [who for who in waiting
                    if self.clients[who].connection.has_input(0.001)]
        return done

    # ---- who listens ----

    def hear_all(self, who, told):
        """All that has been sent to a client who listens."""
        client = self.clients[who]
        if client.queues or client.blocked:
            return
        try:
            client.connection.send([b"PING", FENCE])
            while True:
                raw, tree = client.connection.reply()
                if tree[1] == FENCE or isinstance(tree[1], list) and \
                        tree[1][-1:] == [(b"$", FENCE)]:
                    return
                told.append((who, raw, tree))
                if tree[0] == b"-" and b"NOPERM" in raw:
                    return
        except Gone:
            self.end(who, told)

    def leftovers(self, expected=None):
        """What comes after the last step."""
        told = []
        awaited = {row[0] for row in expected or []}
        for who, client in self.clients.items():
            while not client.ended:
                patience = PATIENCE if who in awaited else 0
                if not client.connection.has_input(patience):
                    break
                awaited.discard(who)
                try:
                    told.append((who, *client.connection.reply()))
                except Gone:
                    self.end(who, told)
        return told
