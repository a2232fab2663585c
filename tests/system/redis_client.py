#!/usr/bin/env python3
"""Talks to a RESP server by way of redis-py:

    redis_client.py PORT [complete]

`complete`: also what chapter 06 has not: transactions, channels, waiting."""

import sys
import threading

import redis

AWKWARD = b"\0\r\n\xff$5\r\nhello\r\n\0"
BIG = bytes(i * 31 >> 3 & 255 for i in range(1 << 20))
DEPTH = 1000
CONNECTIONS = 8


def equal(got, expected):
    if got != expected:
        raise AssertionError("got %.200r, expected %.200r" % (got, expected))


def binary_values(client):
    client.set("py:awkward", AWKWARD)
    client.set("py:big", BIG)
    client.set(AWKWARD, "of-awkward")
    equal(client.get("py:awkward"), AWKWARD)
    equal(client.get("py:big"), BIG)
    equal(client.get(AWKWARD), b"of-awkward")
    equal(client.mget("py:none", "py:awkward", "py:big"), [None, AWKWARD, BIG])


def expiry(client):
    client.set("py:ttl", "x", ex=100)
    if not 0 < client.pttl("py:ttl") <= 100000:
        raise AssertionError("PTTL %d" % client.pttl("py:ttl"))
    equal(client.persist("py:ttl"), True)
    equal(client.ttl("py:ttl"), -1)
    equal(client.pexpire("py:ttl", 0), True)
    equal(client.get("py:ttl"), None)


def pipeline(client, key):
    client.delete(key)
    requests = client.pipeline(transaction=False)
    for _ in range(DEPTH):
        requests.incr(key)
        requests.echo(AWKWARD)
    replies = requests.execute()
    equal(replies[0::2], list(range(1, DEPTH + 1)))
    equal(replies[1::2], [AWKWARD] * DEPTH)


class Crowd:
    """Threads; each gets a connection of its own from the client's pool."""

    def __init__(self, work, arguments):
        self.failures = []
        self.threads = [threading.Thread(target=self.run, args=(work, argument))
                        for argument in arguments]
        for thread in self.threads:
            thread.start()

    def run(self, work, argument):
        try:
            work(argument)
        except Exception as error:
            self.failures.append(error)

    def join(self):
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]


def pipelines(client):
    Crowd(lambda i: pipeline(client, "py:n%d" % i), range(CONNECTIONS)).join()


# ---- what the complete server has ----

def transfer(client):
    """As the library's manual has it: again, until nobody interferes."""
    def move(requests):
        left = int(requests.get("py:left"))
        requests.multi()
        requests.set("py:left", left - 1)
        requests.incr("py:right")
    client.transaction(move, "py:left")


def transactions(client):
    client.mset({"py:left": 1000, "py:right": 0})
    Crowd(lambda i: [transfer(client) for _ in range(25)],
          range(CONNECTIONS)).join()
    equal(client.mget("py:left", "py:right"),
          [b"%d" % (1000 - 25 * CONNECTIONS), b"%d" % (25 * CONNECTIONS)])


def channels(client):
    """Each listener hears every message, in order."""
    def listen(i):
        with client.pubsub(ignore_subscribe_messages=True) as listener:
            listener.subscribe("py:news")
            listener.psubscribe("py:?ther")
            listener.get_message(timeout=10)
            listener.get_message(timeout=10)
            ready.release()
            heard = []
            while len(heard) < DEPTH:
                message = listener.get_message(timeout=10)
                if message:
                    heard.append((message["channel"], int(message["data"])))
            equal(heard, [(b"py:other" if n % 3 else b"py:news", n)
                          for n in range(DEPTH)])

    ready = threading.Semaphore(0)
    crowd = Crowd(listen, range(CONNECTIONS))
    for _ in range(CONNECTIONS):
        ready.acquire(timeout=20)
    for n in range(DEPTH):
        equal(client.publish("py:other" if n % 3 else "py:news", n),
              CONNECTIONS)
    crowd.join()


def waiting(client):
    """Each element goes to one of those who wait."""
    taken = []
    client.delete("py:row", "py:scores")

    def take(i):
        for _ in range(20):
            if i % 2:
                taken.append(client.blpop(["py:none", "py:row"], timeout=20)[1])
            else:
                taken.append(client.bzpopmin("py:scores", timeout=20)[1])

    crowd = Crowd(take, range(CONNECTIONS))
    half = 20 * CONNECTIONS // 2
    for n in range(half):
        client.rpush("py:row", n)
        client.zadd("py:scores", {half + n: n})
    crowd.join()
    equal(sorted(map(int, taken)), list(range(2 * half)))


def everything(**options):
    client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]),
                         socket_timeout=20, **options)
    binary_values(client)
    expiry(client)
    pipelines(client)
    if len(sys.argv) > 2:
        transactions(client)
        channels(client)
        waiting(client)


resp3 = int(redis.__version__.split(".")[0]) >= 5
everything()
if resp3:
    everything(protocol=3)
print(redis.__version__ + ", RESP2" + (" and RESP3" if resp3 else ""))
