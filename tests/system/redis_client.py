#!/usr/bin/env python3
"""Talks to a RESP server by way of redis-py:

    redis_client.py PORT"""

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


def pipelines(client):
    """Each thread gets a connection of its own from the client's pool."""
    failures = []

    def run(key):
        try:
            pipeline(client, key)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=("py:n%d" % i,))
               for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def everything(**options):
    client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]),
                         socket_timeout=20, **options)
    binary_values(client)
    expiry(client)
    pipelines(client)


resp3 = int(redis.__version__.split(".")[0]) >= 5
everything()
if resp3:
    everything(protocol=3)
print(redis.__version__ + ", RESP2" + (" and RESP3" if resp3 else ""))
