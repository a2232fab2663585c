#!/usr/bin/env python3
"""Uses redis-cli as a human does: at a terminal, waiting for each prompt.

    redis_cli_prompt.py PORT

At its start redis-cli asks for COMMAND DOCS."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

DEADLINE = 20  # seconds to wait for a prompt
PROMPT = re.compile(rb"127\.0\.0\.1:\d+(\[\d+\])?> $")
ESCAPES = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")

TALK = [
    ("SET human:a hello", b"OK"),
    ("GET human:a", b'"hello"'),
    ('SET human:b "\\x00\\r\\n\\xff"', b"OK"),
    ("MGET human:a human:b human:none", b'2) "\\x00\\r\\n\\xff"'),
    ("EXPIRE human:a 100", b"(integer) 1"),
    ("INCR human:n", b"(integer) 1"),
    ("DEL human:n", b"(integer) 1"),
    ("SELECT 3", b"OK"),
    ("GET human:a", b"(nil)"),
    ("NOSUCH", b"(error) ERR unknown command"),
]


class Terminal:
    def __init__(self, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", REDISCLI_HISTFILE="/dev/null")
            # A terminal without a size is asked for it, by escape codes.
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("4H", 24, 200, 0, 0))
            os.execvp(command[0], command)

    def read_until(self, is_enough):
        """What the program prints, until is_enough(it), or its end."""
        text = b""
        end = time.monotonic() + DEADLINE
        while not is_enough(text):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                sys.exit("it hangs, after printing %r" % text)
            try:
                portion = os.read(self.fd, 4096)
            except OSError:  # EIO: it has ended
                portion = b""
            if not portion:
                break
            text = ESCAPES.sub(b"", text + portion)
        return text

    def type(self, line):
        os.write(self.fd, line.encode() + b"\r")


def at_prompt(text):
    last = text.replace(b"\r", b"\n").rsplit(b"\n", 1)[-1]
    return PROMPT.search(last) is not None


def main():
    terminal = Terminal("redis-cli", "-p", sys.argv[1])
    greeting = terminal.read_until(at_prompt)
    if b"rror" in greeting or b"ERR" in greeting:
        sys.exit("it starts with an error: %r" % greeting)
    for line, expected in TALK:
        terminal.type(line)
        # The line itself is shown before the answer, with the prompt in front.
        answer = terminal.read_until(
            lambda text: b"\n" in text.strip() and at_prompt(text))
        if expected not in answer.split(b"\n", 1)[1]:
            sys.exit("%s: expected %r in %r" % (line, expected, answer))
    terminal.type("quit")
    terminal.read_until(lambda text: False)
    status = os.waitpid(terminal.pid, 0)[1]
    if status != 0:
        sys.exit("quit: it ended with status %d" % status)


main()
