#!/usr/bin/env python3
"""The servers of chapters 01 to 06 in another language: the grader grades any
program that takes a port.

    server.py CHAPTER PORT        such as: server.py 05 7000

A thread for each client. Replies are collected and sent before the thread waits
for more input, so many requests in one packet are answered with one packet."""

import re
import signal
import socket
import struct
import sys
import threading
import time

MESSAGE_MAX = 1 << 20
INLINE_MAX = 64 * 1024
BULK_MAX = 512 * 1024 * 1024
OUT_MAX = 64 * 1024
INT64 = range(-2**63, 2**63)


class Gone(Exception):
    """The client has left."""


class Client:
    """The bytes of one connection."""

    def __init__(self, sock):
        self.sock = sock
        self.input = bytearray()
        self.at = 0  # bytes of the input already used
        self.output = bytearray()

    def send(self, data):
        self.output += data
        if len(self.output) >= OUT_MAX:
            self.flush()

    def flush(self):
        if self.output:
            self.sock.sendall(self.output)
            self.output = bytearray()

    def receive(self):
        """Waits for more input."""
        self.flush()
        data = self.sock.recv(1 << 16)
        if not data:
            raise Gone
        del self.input[:self.at]
        self.at = 0
        self.input += data

    def take(self, count):
        while len(self.input) - self.at < count:
            self.receive()
        data = bytes(self.input[self.at:self.at + count])
        self.at += count
        return data

    def take_line(self, end, limit, error):
        """The bytes up to `end`, which is dropped."""
        seen = 0
        while (found := self.input.find(end, self.at + seen)) < 0:
            if len(self.input) - self.at > limit:
                raise ProtocolError(error)
            seen = max(0, len(self.input) - self.at - len(end) + 1)
            self.receive()
        if found - self.at > limit:
            raise ProtocolError(error)
        return self.take(found - self.at + len(end))[:-len(end)]

    def take_all(self):
        """What is here already, or the next bytes to come."""
        if self.at == len(self.input):
            self.receive()
        return self.take(len(self.input) - self.at)

    def hang_up(self):
        """Closing with unread input would reset the connection, and the client
        might lose the last reply."""
        self.flush()
        self.sock.shutdown(socket.SHUT_WR)
        while self.sock.recv(1 << 16):
            pass


# --- chapters 01 and 02: echo ---

def serve_bytes(client):
    while True:
        client.send(client.take_all())


def take_u32(client):
    return struct.unpack("<I", client.take(4))[0]


def send_message(client, body):
    client.send(struct.pack("<I", len(body)) + body)


def serve_messages(client):
    while (length := take_u32(client)) <= MESSAGE_MAX:
        send_message(client, client.take(length))
    client.hang_up()


# --- chapters 03 to 05: a store behind framed requests ---

OK, NOT_FOUND, ERROR = 0, 1, 2

framed_store = {}


def split_request(body):
    """The words of a request; ValueError or struct.error when it has none."""
    count, = struct.unpack_from("<I", body)
    words, at = [], 4
    for _ in range(count):
        length, = struct.unpack_from("<I", body, at)
        at += 4
        if length > len(body) - at:
            raise ValueError
        words.append(body[at:at + length])
        at += length
    if at != len(body):
        raise ValueError
    return words


def run_request(body):
    try:
        words = split_request(body)
    except (ValueError, struct.error):
        return ERROR, b"malformed request"
    name = words[0].upper() if words else b""
    if name == b"GET" and len(words) == 2:
        value = framed_store.get(words[1])
        return (NOT_FOUND, b"") if value is None else (OK, value)
    if name == b"SET" and len(words) == 3:
        framed_store[words[1]] = words[2]
        return OK, b""
    if name == b"DEL" and len(words) == 2:
        found = framed_store.pop(words[1], None) is not None
        return OK if found else NOT_FOUND, b""
    return ERROR, b"unknown request"


def send_reply(client, status, text):
    send_message(client, struct.pack("<I", status) + text)


def serve_requests(client):
    while (length := take_u32(client)) <= MESSAGE_MAX:
        send_reply(client, *run_request(client.take(length)))
    send_reply(client, ERROR, b"message too long")
    client.hang_up()


# --- chapter 06: RESP ---

class ProtocolError(Exception):
    pass


class CommandError(Exception):
    pass


NOT_A_NUMBER = "value is not an integer or out of range"


def parse_number(text):
    """A number as Redis reads it: no plus, no spaces, no leading zeros."""
    if not re.fullmatch(rb"0|-?[1-9][0-9]{0,18}", text):
        return None
    return int(text) if int(text) in INT64 else None


ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"a": b"\a"}
WORD = re.compile(rb"""\s* (?: "((?:[^"\\] | \\x[0-9a-fA-F]{2} | \\.)*)" (?=\s|$)
                           |   '((?:[^'\\] | \\' | \\)*?)' (?=\s|$)
                           |   ([^\s"'][^\s"']*) )""", re.X | re.S)
ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.S)


def unescape(match):
    if match[1]:
        return bytes([int(match[1], 16)])
    return ESCAPES.get(match[2], match[2])


def split_line(line):
    words, at, line = [], 0, line.strip()
    while at < len(line):
        match = WORD.match(line, at)
        if match is None:
            raise ProtocolError("unbalanced quotes in request")
        if match[1] is not None:
            words.append(ESCAPE.sub(unescape, match[1]))
        elif match[2] is not None:
            words.append(match[2].replace(rb"\'", b"'"))
        else:
            words.append(match[3])
        at = match.end()
    return words


def take_word(client):
    line = client.take_line(b"\r\n", INLINE_MAX, "too big bulk count string")
    if line[:1] != b"$":
        raise ProtocolError("expected '$', got '%c'" % (line or b" ")[0])
    length = parse_number(line[1:])
    if length is None or not 0 <= length <= BULK_MAX:
        raise ProtocolError("invalid bulk length")
    return client.take(length + 2)[:-2]


def take_request(client):
    """The words of the next request; may be none."""
    kind = client.take(1)
    client.at -= 1
    if kind != b"*":
        line = client.take_line(b"\n", INLINE_MAX, "too big inline request")
        return split_line(line)
    line = client.take_line(b"\r\n", INLINE_MAX, "too big mbulk count string")
    count = parse_number(line[1:])
    if count is None or count >= 2**31:
        raise ProtocolError("invalid multibulk length")
    return [take_word(client) for _ in range(count)]


class Status(str):
    """A reply such as +OK."""


def encode(value):
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, Status):
        return b"+%s\r\n" % value.encode()
    if isinstance(value, int):
        return b":%d\r\n" % value
    if isinstance(value, bytes):
        return b"$%d\r\n%s\r\n" % (len(value), value)
    return b"*%d\r\n%s" % (len(value), b"".join(map(encode, value)))


class Database:
    """Keys, and the times at which some of them end, in ms."""

    def __init__(self):
        self.values = {}
        self.ends = {}

    def find(self, key):
        if key in self.ends and self.ends[key] <= now():
            self.remove(key)
        return self.values.get(key)

    def remove(self, key):
        self.ends.pop(key, None)
        return self.values.pop(key, None) is not None

    def keys(self):
        return [key for key in list(self.values) if self.find(key) is not None]

    def clear(self):
        self.values.clear()
        self.ends.clear()


def now():
    return time.monotonic_ns() // 1000000


databases = [Database() for _ in range(16)]
lock = threading.Lock()


class Session:
    ids = 0

    def __init__(self):
        Session.ids += 1
        self.id = Session.ids
        self.db = databases[0]
        self.name = None
        self.done = False


def number(text, error=NOT_A_NUMBER):
    value = parse_number(text)
    if value is None:
        raise CommandError(error)
    return value


def end_in(amount, unit, name):
    """The time that is so many units from now."""
    end = now() + amount * unit
    if end not in INT64 or time.time_ns() // 1000000 + amount * unit not in INT64:
        raise CommandError(f"invalid expire time in '{name}' command")
    return end


def set_key(session, key, value, *options):
    chosen, end, db = set(), None, session.db
    options = list(options)
    while options:
        option = options.pop(0).upper()
        if option in (b"EX", b"PX") and options and not {"end"} & chosen:
            amount = number(options.pop(0))
            if amount <= 0:
                raise CommandError("invalid expire time in 'set' command")
            end = end_in(amount, 1000 if option == b"EX" else 1, "set")
            chosen.add("end")
        elif option == b"KEEPTTL":
            chosen.add("keep")
        elif option in (b"NX", b"XX", b"GET"):
            chosen.add(option)
        else:
            raise CommandError("syntax error")
    if {b"NX", b"XX"} <= chosen or {"end", "keep"} <= chosen:
        raise CommandError("syntax error")
    old = db.find(key)
    hindered = b"NX" in chosen and old is not None or \
        b"XX" in chosen and old is None
    if not hindered:
        db.values[key] = value
        if "keep" not in chosen:
            db.ends.pop(key, None)
        if end is not None:
            db.ends[key] = end
    if b"GET" in chosen:
        return old
    return None if hindered else Status("OK")


def add(session, key, amount):
    old = session.db.find(key)
    value = amount + (0 if old is None else number(old))
    if value not in INT64:
        raise CommandError("increment or decrement would overflow")
    session.db.values[key] = b"%d" % value
    return value


def decrby(session, key, text):
    amount = number(text)
    if amount == INT64[0]:
        raise CommandError("decrement would overflow")
    return add(session, key, -amount)


def append(session, key, value):
    session.db.values[key] = (session.db.find(key) or b"") + value
    return len(session.db.values[key])


def mset(session, *pairs):
    if len(pairs) % 2:
        raise CommandError("wrong number of arguments for 'mset' command")
    for key, value in zip(pairs[::2], pairs[1::2]):
        session.db.ends.pop(key, None)
        session.db.values[key] = value
    return Status("OK")


def expire(unit, name):
    def run(session, key, text):
        end = end_in(number(text), unit, name)
        if session.db.find(key) is None:
            return 0
        session.db.ends[key] = end
        session.db.find(key)
        return 1
    return run


def left(unit):
    def run(session, key):
        if session.db.find(key) is None:
            return -2
        if key not in session.db.ends:
            return -1
        return (session.db.ends[key] - now() + unit // 2) // unit
    return run


def persist(session, key):
    found = session.db.find(key) is not None
    return int(found and session.db.ends.pop(key, None) is not None)


def glob_to_regex(glob):
    def translate(match):
        if match[0] == b"*":
            return b".*"
        if match[0] == b"?":
            return b"."
        if match[1] is not None:
            return b"[" + match[1].replace(b"[", rb"\[") + b"]"
        return re.escape(match[0][-1:])
    return re.sub(rb"\[(.*?)\]|\\?.", translate, glob, flags=re.S)


def keys(session, glob):
    regex = re.compile(glob_to_regex(glob), re.S)
    return [key for key in session.db.keys() if regex.fullmatch(key)]


def flush(targets):
    def run(session, mode=b"SYNC"):
        if mode.upper() not in (b"SYNC", b"ASYNC"):
            raise CommandError("syntax error")
        for db in targets(session):
            db.clear()
        return Status("OK")
    return run


def select(session, text):
    index = number(text)
    if not 0 <= index < len(databases):
        raise CommandError("DB index is out of range")
    session.db = databases[index]
    return Status("OK")


def hello(session, version=b"2"):
    if number(version, "Protocol version is not an integer or out of range") != 2:
        raise CommandError("NOPROTO unsupported protocol version")
    return [b"server", b"redis", b"version", b"7.0.15", b"proto", 2,
            b"id", session.id, b"mode", b"standalone", b"role", b"master",
            b"modules", []]


def set_name(session, name):
    if re.search(rb"[^!-~]", name):
        raise CommandError("Client names cannot contain spaces, newlines or "
                           "special characters.")
    session.name = name or None
    return Status("OK")


def leave(session, *_):
    session.done = True
    return Status("OK")


def config_get(_, *names):
    known = {b"databases": b"16", b"maxclients": b"10000"}
    return [text for name in names if name.lower() in known
            for text in (name.lower(), known[name.lower()])]


def count_found(session, *names):
    return sum(session.db.find(name) is not None for name in names)


def remove_found(session, *names):
    return sum(session.db.find(name) is not None and session.db.remove(name)
               for name in names)


# name: (words, at least when negative, and the function)
COMMANDS = {
    "append": (3, append),
    "client|getname": (2, lambda session: session.name),
    "client|id": (2, lambda session: session.id),
    "client|setinfo": (4, lambda session, name, value: Status("OK")),
    "client|setname": (3, set_name),
    "command": (-1, lambda session: [encode_command(n) for n in COMMANDS]),
    "command|count": (2, lambda session: len(COMMANDS)),
    "command|docs": (-2, lambda session, *names: describe(names)),
    "config|get": (-3, config_get),
    "dbsize": (1, lambda session: len(session.db.values)),
    "decr": (2, lambda session, key: add(session, key, -1)),
    "decrby": (3, decrby),
    "del": (-2, remove_found),
    "echo": (2, lambda session, text: text),
    "exists": (-2, count_found),
    "expire": (3, expire(1000, "expire")),
    "flushall": (-1, flush(lambda session: databases)),
    "flushdb": (-1, flush(lambda session: [session.db])),
    "get": (2, lambda session, key: session.db.find(key)),
    "hello": (-1, hello),
    "incr": (2, lambda session, key: add(session, key, 1)),
    "incrby": (3, lambda session, key, text: add(session, key, number(text))),
    "info": (-1, lambda session, *_: b"# Server\r\nredis_version:7.0.15\r\n"),
    "keys": (2, keys),
    "mget": (-2, lambda session, *names: [session.db.find(k) for k in names]),
    "mset": (-3, mset),
    "persist": (2, persist),
    "pexpire": (3, expire(1, "pexpire")),
    "ping": (-1, lambda session, text=Status("PONG"): text),
    "pttl": (2, left(1)),
    "quit": (-1, leave),
    "select": (2, select),
    "set": (-3, set_key),
    "strlen": (2, lambda session, key: len(session.db.find(key) or b"")),
    "ttl": (2, left(1000)),
    "type": (2, lambda session, key: Status(
        "none" if session.db.find(key) is None else "string")),
}
PARENTS = {name.split("|")[0] for name in COMMANDS if "|" in name}


def encode_command(name):
    return [name.encode(), COMMANDS[name][0], [], 0, 0, 0]


def describe(names):
    wanted = [n.decode("latin-1").lower() for n in names] or list(COMMANDS)
    docs = []
    for name in wanted:
        if name in COMMANDS:
            docs += [name.encode(), [b"summary", b"see redis.io"]]
    return docs


def quote(word):
    return word[:128].decode("latin-1").replace("\r", " ").replace("\n", " ")


def find_command(words):
    """The name of the command, and how many words it has."""
    name = words[0].decode("latin-1").lower()
    if name in PARENTS and len(words) > 1:
        child = words[1].decode("latin-1").lower()
        if f"{name}|{child}" not in COMMANDS:
            raise CommandError(f"unknown subcommand '{quote(words[1])}'. "
                               f"Try {name.upper()} HELP.")
        return f"{name}|{child}", 2
    if name in PARENTS and name not in COMMANDS:
        raise CommandError(f"wrong number of arguments for '{name}' command")
    if name not in COMMANDS or "|" in name:
        args = "".join(f"'{quote(word)}' " for word in words[1:])
        raise CommandError(f"unknown command '{quote(words[0])}', "
                           f"with args beginning with: {args}")
    return name, 1


def run_command(session, words):
    name, skip = find_command(words)
    arity, run = COMMANDS[name]
    count = len(words)
    too_many = name == "ping" and count > 2
    if count != arity if arity > 0 else count < -arity or too_many:
        raise CommandError(f"wrong number of arguments for '{name}' command")
    with lock:
        return run(session, *words[skip:])


def answer(session, words):
    try:
        return encode(run_command(session, words))
    except CommandError as error:
        code = "" if str(error).startswith("NOPROTO") else "ERR "
        return f"-{code}{error}\r\n".encode("latin-1")


def serve_resp(client):
    session = Session()
    try:
        while not session.done:
            words = take_request(client)
            if words:
                client.send(answer(session, words))
    except ProtocolError as error:
        client.send(f"-ERR Protocol error: {error}\r\n".encode("latin-1"))
    client.hang_up()


def sweep():
    """Removes what nobody asks for."""
    while True:
        time.sleep(0.1)
        with lock:
            for db in databases:
                for key in list(db.ends):
                    db.find(key)


# --- sockets ---

SERVE = {"01": serve_bytes, "02": serve_messages, "03": serve_requests,
         "04": serve_requests, "05": serve_requests, "06": serve_resp}


def serve(sock, run):
    client = Client(sock)
    with sock:
        try:
            try:
                run(client)
            except Gone:
                client.flush()
        except OSError:
            pass  # it has vanished: its connection ends, and nothing else


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SERVE:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.stack_size(256 * 1024)
    threading.Thread(target=sweep, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=512)
    print(f"server.py listens on 127.0.0.1:{sys.argv[2]}", flush=True)
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(sock, SERVE[sys.argv[1]]),
                         daemon=True).start()


if __name__ == "__main__":
    main()
