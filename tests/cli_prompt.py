"""The practice client's prompt, as a person at a terminal meets it.

    python3 tests/cli_prompt.py bin/rung-cli PORT

It types on a pseudo-terminal and waits for what must appear. cli.sh runs it
when there is a Python; only its standard library is used.
"""
import os
import pty
import re
import select
import signal
import socket
import stat
import sys
import tempfile
import termios
import threading
import time

PATIENCE = 10  # seconds to wait for what must appear


class Terminal:
    def __init__(self, command, **environment):
        self.seen = b''  # not yet matched
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(environment, TERM='xterm', LC_ALL='C.UTF-8')
            os.execv(command[0], command)

    def see(self, expected):
        """Waits for a text; what came before and with it is done with."""
        end = time.monotonic() + PATIENCE
        expected = expected.encode()
        while expected not in self.seen:
            left = max(0, end - time.monotonic())
            ready = select.select([self.fd], [], [], left)[0]
            try:
                data = os.read(self.fd, 4096) if ready else b''
            except OSError:  # the other side is gone
                data = b''
            if not data:
                sys.exit(f'expected {expected!r}, saw {self.seen!r}')
            self.seen += strip(data)
        before, _, self.seen = self.seen.partition(expected)
        return before.decode()

    def type(self, text, prompt='> '):
        self.see(prompt)
        # It shows the prompt, and only then asks the terminal for each key.
        end = time.monotonic() + PATIENCE
        while termios.tcgetattr(self.fd)[3] & termios.ICANON:
            if time.monotonic() > end:
                sys.exit(f'it does not read keys, to type {text!r}')
            time.sleep(0.001)
        os.write(self.fd, text.encode())

    def press(self, key):
        os.write(self.fd, key.encode())

    def leave(self):
        """The exit status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            try:
                select.select([self.fd], [], [], 0.05)[0] and os.read(
                    self.fd, 4096)
            except OSError:
                pass
        os.kill(self.pid, signal.SIGKILL)
        sys.exit('it does not end')


def strip(data):
    """Without what only moves the cursor, and without carriage returns."""
    return re.sub(rb'\x1b\[[0-9;?]*[a-zA-Z]|\r|\x08', b'', data)


class Fickle:
    """A server that does what the request says, right or wrong."""

    def __init__(self):
        self.ends = []  # how each connection ended, as the server saw it
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:  # closed: the test is over
                return
            with client:
                try:
                    self.ends.append(self.talk(client))
                except OSError as error:
                    self.ends.append(type(error).__name__)

    def talk(self, client):
        while True:
            request = client.recv(4096)
            if not request:
                return 'end'
            if b'bye' in request:
                client.sendall(b'+bye\r\n')
                return 'bye'
            if b'half' in request:
                client.sendall(b'$12\r\nhello')
                return 'half'
            answer = b'+here\r\n'
            client.sendall(answer * 2 if b'twice' in request else answer)


def test_requests(cli, port, history):
    terminal = Terminal([cli, '-p', port], RUNGCLI_HISTFILE=history)
    prompt = f'127.0.0.1:{port}> '
    terminal.type('ping\r', prompt)
    terminal.see('\nPONG\n')
    terminal.type('set cli-test:p "a \\x00b"\r', prompt)
    terminal.see('\nOK\n')
    terminal.type('get cli-test:p\r', prompt)
    terminal.see('\n"a \\x00b"\n')
    terminal.type('mget cli-test:p cli-test:none\r', prompt)
    terminal.see('\n1) "a \\x00b"\n2) (nil)\n')
    terminal.type('del cli-test:p\r', prompt)
    terminal.see('\n(integer) 1\n')
    terminal.type('get "cli-test\r', prompt)
    terminal.see('\nInvalid argument(s)\n')
    terminal.type('auth nobody secret\r', prompt)
    terminal.see('\n(error) ')
    terminal.type('select 3\r', prompt)
    terminal.see('\nOK\n')
    terminal.type('forget this\x03', f'127.0.0.1:{port}[3]> ')
    terminal.type('echo again\r', f'127.0.0.1:{port}[3]> ')
    terminal.see('\n"again"\n')
    terminal.type('\x1b[A\r')  # the last line once more
    terminal.see('\n"again"\n')
    terminal.type('\x12ping\r\r')  # search for ping, take it
    terminal.see('\nPONG\n')
    terminal.type('help\r')
    terminal.see(':split-every')
    terminal.type('echo \u00e9\r')
    terminal.see('\n"\\xc3\\xa9"\n')
    terminal.type('quit\r')
    assert terminal.leave() == 0


def test_history(history):
    text = open(history, encoding='utf-8').read()
    assert 'echo\\040again' in text, text
    assert 'secret' not in text, text
    mode = stat.S_IMODE(os.stat(history).st_mode)
    assert mode == 0o600, oct(mode)


def test_options(cli, port, history):
    terminal = Terminal([cli, '-p', port], RUNGCLI_HISTFILE=history)
    terminal.type(':bytes\r')
    terminal.see('\nbytes is on\n')
    terminal.type('ping\r')
    terminal.see('*1..$4..ping..')
    terminal.see('end of request 1')
    terminal.see('end of reply 1\nPONG\n')
    terminal.type(':bytes\r')
    terminal.see('\nbytes is off\n')
    terminal.type(':drip 2\r')
    terminal.see('\ndrip is 2\n')
    terminal.type(':split-every\r')
    terminal.see('\nNot changed: ')
    terminal.type(':drip x\r')
    terminal.see('\ndrip cannot be x')
    terminal.type(':drip 0\r')
    terminal.type(':split-every\r')
    terminal.see('\nsplit-every is on\n')
    terminal.type('ping\r')
    terminal.see('\n13 cuts, after each byte but the last: always the same')
    terminal.type(':split-every\r')
    terminal.type(':proto raw\r')
    terminal.see('\nproto is raw\n')
    terminal.type('PING\\r\\n\r', 'not connected raw> ')
    terminal.see('\n"+PONG\\r\\n"\n')
    terminal.type(':timeout 0.2\r')
    terminal.type('PING\r')
    terminal.see('Still waiting after 0.2 s (Ctrl-C gives up): no byte')
    terminal.press('\x03')
    terminal.see('Given up')
    terminal.type('\x04')
    assert terminal.leave() == 0


def test_a_fickle_server(cli, history):
    server = Fickle()
    terminal = Terminal([cli, '-p', str(server.port)], RUNGCLI_HISTFILE=history)
    prompt = f'127.0.0.1:{server.port}> '
    terminal.type('who\r', prompt)
    terminal.see('\nhere\n')
    terminal.type('bye\r', prompt)
    terminal.see('\nbye\n')
    time.sleep(0.2)  # for the end of the stream to arrive
    terminal.type('who\r', prompt)
    terminal.see('The server closed the connection; connecting again\nhere\n')
    terminal.type('half\r', prompt)
    terminal.see('The server closed the connection: 5 of 12 bytes of a string')
    terminal.type('who\r', 'not connected> ')
    terminal.see('\nhere\n')
    terminal.type('twice\r', prompt)
    terminal.see('\nhere\nMore came than the reply: 7 bytes\n')
    terminal.see('+here..')
    terminal.type(':reset\r', 'not connected> ')
    terminal.type('who\r')
    terminal.see('\nReset; the server accepts the next connection\n')
    terminal.type(':reset\r')
    terminal.see('\nreset is off\n')
    terminal.type(':half-close\r')
    terminal.type('who\r')
    terminal.see('\nhere\nThe server closed the connection after 1 reply\n')
    terminal.type('exit\r')
    assert terminal.leave() == 0
    server.socket.close()
    ends = ['bye', 'half', 'end', 'ConnectionResetError', 'end', 'end']
    assert server.ends == ends, server.ends


def main():
    cli, port = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        history = os.path.join(folder, 'history')
        test_requests(cli, port, history)
        test_history(history)
        test_options(cli, port, history)
        test_a_fickle_server(cli, history)


main()
