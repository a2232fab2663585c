"""Who takes part: the chapters from 03, the complete server under each model,
redis-server and memcached. Each is started anew for each measurement, so that
none has a past."""

import os
import random
import re
import shutil
import socket
import subprocess
import time

PATIENCE = 20  # s for a server to start or to end
CLIENTS = 10500  # that a server must let in

# By a chapter's name: how it waits for its clients.
IDEAS = {"threads": "threads", "poll": "poll", "pipelining": "poll",
         "resp": "threads", "epoll": "epoll", "coroutines": "coroutines",
         "uring": "uring"}


class Server:
    """`command` has {port} in it. `group` is chapter, rung or other."""

    def __init__(self, name, group, idea, proto, command):
        self.name, self.group, self.idea = name, group, idea
        self.proto, self.command = proto, command

    def takes(self, depth):
        """04 answers one request of those that a read brings; the others wait
        for bytes that never come."""
        return depth == 1 or self.name != "04-poll"

    def start(self, log):
        for _ in range(5):
            port = random.randrange(20000, 32000)
            process = subprocess.Popen(
                [word.replace("{port}", str(port)) for word in self.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            if wait_until_it_listens(process, port):
                return Running(process, port)
            stop(process)
        raise SystemExit(f"lab: {self.name} does not start; see {log.name}")


class Running:
    def __init__(self, process, port):
        self.process, self.port, self.pid = process, port, process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)


def stop(process):
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_it_listens(process, port):
    """Somebody else may have the port: then ours ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.02)
                return process.poll() is None
        time.sleep(0.01)
    return False


def chapters(bin_dir):
    for name in sorted(os.listdir(bin_dir)):
        match = re.fullmatch(r"(\d\d)-([a-z]+)", name)
        if match and int(match[1]) >= 3 and match[2] in IDEAS:
            proto = "resp" if match[2] == "resp" else "framed"
            yield Server(name, "chapter", IDEAS[match[2]], proto,
                         [f"{bin_dir}/{name}", "{port}"])


def models(bin_dir):
    """What --io help lists; one that is left out says so."""
    told = subprocess.run([f"{bin_dir}/rung-server", "--io", "help"],
                          capture_output=True, text=True, check=True).stdout
    for line in told.splitlines():
        name, _, about = line.partition(" ")
        if name not in IDEAS.values():
            continue
        if about.strip().startswith("(left out"):
            print(f"lab: rung {name} {about.strip()}")
            continue
        yield Server(f"rung {name}", "rung", name, "resp",
                     [f"{bin_dir}/rung-server", "--io", name, "--port",
                      "{port}", "--loglevel", "warning", "--maxclients",
                      str(CLIENTS)])


def others():
    redis = shutil.which("redis-server") or "build/redis/redis-server"
    if os.path.exists(redis):
        yield Server("redis", "other", "epoll", "resp",
                     [redis, "--port", "{port}", "--save", "", "--appendonly",
                      "no", "--maxclients", str(CLIENTS)])
    else:
        print("lab: no redis-server here (make deps fetches it)")
    if shutil.which("memcached"):
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        yield Server("memcached", "other", "epoll", "memcached",
                     ["memcached", *user, "-l", "127.0.0.1", "-p", "{port}",
                      "-c", str(CLIENTS)])
    else:
        print("lab: no memcached here (package memcached; it starts one at"
              " once, so make deps leaves that to you)")


def find_all(bin_dir):
    return [*chapters(bin_dir), *models(bin_dir), *others()]


def versions():
    """Of those that are not ours."""
    told = []
    for command, pattern in ((["redis-server", "--version"], r"v=([0-9.]+)"),
                             (["memcached", "-V"], r"([0-9.]+)")):
        if shutil.which(command[0]):
            text = subprocess.run(command, capture_output=True,
                                  text=True, check=False).stdout
            found = re.search(pattern, text)
            told.append(f"{command[0]} {found[1] if found else '?'}")
    return told
