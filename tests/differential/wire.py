"""Bytes to and from a RESP server. A reply is a pair (raw, tree): the bytes as
they came, and what they mean: (kind, value) where kind is the first byte, and
value is bytes, a list of trees, or None for null."""

import select
import socket

PATIENCE = 10  # seconds until a reply that does not come is a hang

LINES = b"+-:,(#_"
STRINGS = b"$=!"


class Gone(Exception):
    """The server has closed the connection."""


class Silent(Exception):
    """The server does not answer."""


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = bytearray()
        self.at = 0

    def close(self):
        self.socket.close()

    def send(self, words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
        try:
            self.socket.sendall(b"".join(parts))
        except OSError:
            raise Gone from None

    def has_input(self, seconds):
        """Is there something to read, be it the end?"""
        return len(self.input) > self.at or \
            bool(select.select([self.socket], [], [], seconds)[0])

    def reply(self):
        del self.input[:self.at]
        self.at = 0
        tree = self.tree()
        return bytes(self.input[:self.at]), tree

    def ask(self, *words):
        self.send(words)
        return self.reply()[1]

    def tree(self):
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind in LINES:
            return kind, rest
        if rest == b"-1":
            return kind, None
        count = int(rest)
        if kind in STRINGS:
            return kind, self.bytes(count)
        if kind in b"%|":
            count *= 2
        return kind, [self.tree() for _ in range(count)]

    def line(self):
        while True:
            end = self.input.find(b"\r\n", self.at)
            if end >= 0:
                line = bytes(self.input[self.at:end])
                self.at = end + 2
                return line
            self.more()

    def bytes(self, count):
        end = self.at + count
        while len(self.input) < end + 2:
            self.more()
        value = bytes(self.input[self.at:end])
        self.at = end + 2
        return value

    def more(self):
        try:
            portion = self.socket.recv(1 << 16)
        except socket.timeout:
            raise Silent from None
        except OSError:
            portion = b""
        if not portion:
            raise Gone
        self.input += portion
