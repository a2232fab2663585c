#!/usr/bin/env python3
"""Sends the same commands to redis-server and rung-server and compares the
replies byte by byte.

    differential.py REDIS_PORT RUNG_PORT [--commands N] [--seed S] [--episode E]

An episode is some ten steps from an empty server, most of them of one group, by
one client or several, in RESP2 or RESP3. Of an episode in which the replies
differ, those steps are printed that make them differ."""

import argparse
import collections
import random
import sys
import time

import exceptions
from catalog import Catalog
from episode import Episode
from server import Server
from wire import Gone, Silent

DIFFERENCES_MOST = 25  # then it has been shown


class Comparison:
    def __init__(self, redis, rung):
        self.redis, self.rung = redis, rung
        self.excepted = collections.Counter()
        self.replies = collections.Counter()  # by kind
        self.counting = True

    def first_difference(self, steps):
        """(step number, at redis, at rung), or None."""
        self.redis.clean()
        self.rung.clean()
        queues = {}
        expected = [self.redis.play(who, words) for who, words in steps]
        for i, (who, words) in enumerate(steps):
            try:
                told = self.rung.play(who, words, expected[i])
            except Silent:
                told = [(who, b"(silence)", None)]
            queue = queues.setdefault(who, [])
            if not self.same(who, queue, words, expected[i], told):
                return i, expected[i], told
        expected = self.redis.leftovers()
        told = self.rung.leftovers(expected)
        if exceptions.arranged(expected) == exceptions.arranged(told):
            return None
        return len(steps) - 1, expected, told

    def same(self, who, queue, words, expected, told):
        replies = [raw for to, raw, _ in expected if to == who]
        for raw in replies:
            self.replies[raw[:1].decode()] += self.counting
        ran = self.follow(queue, words, replies[-1] if replies else b"")
        if len(expected) != len(told):
            return False
        if len(told) > 1 and \
                exceptions.arranged(expected) == exceptions.arranged(told):
            self.excepted["messages"] += self.counting and expected != told
            return True
        for (who, raw, tree), (who2, raw2, tree2) in zip(expected, told):
            if who != who2 or raw != raw2 and not (
                    tree is not None and tree2 is not None and
                    self.equal(words, ran, tree, tree2)):
                return False
        return True

    @staticmethod
    def follow(queue, words, reply):
        """The commands that EXEC ran, or None for another command."""
        ran = None
        name = words[0].lower()
        if reply == b"+QUEUED\r\n":
            queue.append(words)
        elif name == b"exec" and reply[:1] == b"*":
            ran = list(queue)
        if name in (b"exec", b"discard", b"reset"):
            queue.clear()
        return ran

    def equal(self, words, ran, tree, tree2):
        """Is it, but for an exception?"""
        if ran is not None:
            return isinstance(tree2[1], list) and \
                len(tree[1]) == len(tree2[1]) == len(ran) and all(
                    a == b or self.equal(request, None, a, b)
                    for request, a, b in zip(ran, tree[1], tree2[1]))
        name = exceptions.rule_of(words)
        if name is None:
            return False
        function = exceptions.RULES[name][0]
        if function(tree, words) != function(tree2, words):
            return False
        if self.counting:
            self.excepted[name] += 1
        return True

    def minimised(self, steps):
        """As few of the steps as still differ."""
        self.counting = False
        size = len(steps) // 2
        while size > 0:
            at = 0
            while at < len(steps):
                fewer = steps[:at] + steps[at + size:]
                try:
                    found = fewer and self.first_difference(fewer)
                except Gone:
                    found = None
                if found:
                    steps = fewer[:found[0] + 1]
                else:
                    at += size
            size //= 2
        self.counting = True
        return steps


def shown(word):
    text = repr(word)[2:-1]
    if len(text) > 70:
        text = text[:60] + "...(%d bytes)" % len(word)
    return text if text and " " not in text else '"%s"' % text


def shown_told(told):
    if not told:
        return "nothing"
    return " ".join("[%d] %.600r" % (who, raw) for who, raw, _ in told)


def report(comparison, episode, steps, found):
    always = "DIFFERS"
    few = comparison.minimised(steps)
    again = comparison.first_difference(few)
    if again is None:
        always = "DIFFERED ONCE"
        few = steps
    at, at_redis, at_rung = again or found
    print("%s: %s (episode %d)" % (
        always, few[at][1][0].decode("latin1").upper(), episode))
    for who, words in few[:at + 1]:
        print("    [%d] %s" % (who, " ".join(shown(word) for word in words)))
    print("  redis: " + shown_told(at_redis))
    print("  rung:  " + shown_told(at_rung), flush=True)


def summary(comparison, catalog, counts, protocols, seconds):
    total = sum(counts.values())
    print("%d commands, %d different ones, in %.0f s: %s" % (
        total, len(catalog.used), seconds, ", ".join(
            "%s %d" % pair for pair in sorted(counts.items()))))
    print("%d in RESP2, %d in RESP3; replies: %s" % (
        protocols[2], protocols[3],
        " ".join("%s %d" % pair for pair in comparison.replies.most_common())))
    excepted = comparison.excepted
    print("%d replies equal but for an exception, %d of them "
          "(exceptions.py): %s" % (
              sum(excepted.values()), len(excepted), ", ".join(
                  "%s %d" % pair for pair in excepted.most_common())))


def run(options):
    redis = Server("redis", options.redis)
    rung = Server("rung", options.rung)
    catalog = Catalog(redis.control, rung.control)
    comparison = Comparison(redis, rung)
    counts, protocols = collections.Counter(), collections.Counter()
    differing = 0
    kinds = set()
    number = options.episode or 0
    began = time.monotonic()
    while sum(counts.values()) < options.commands:
        episode = Episode(random.Random("%d %d" % (options.seed, number)),
                          catalog)
        try:
            found = comparison.first_difference(episode.steps)
        except (Gone, Silent) as trouble:
            print("%s: in episode %d:" % (type(trouble).__name__.upper(),
                                          number))
            for who, words in episode.steps:
                print("    [%d] %s" % (who, " ".join(map(shown, words))))
            return False
        for _, words in episode.steps:
            group = catalog.group(words)
            counts[group] += 1
            protocols[episode.protocol] += 1
        if found:
            kind = episode.steps[found[0]][1][0].lower()
            differing += 1
            if kind not in kinds:
                kinds.add(kind)
                report(comparison, number, episode.steps[:found[0] + 1],
                       found)
        if options.episode is not None or len(kinds) >= DIFFERENCES_MOST:
            break
        number += 1
    summary(comparison, catalog, counts, protocols, time.monotonic() - began)
    if differing:
        print("%d episodes differ, at %d commands" % (differing, len(kinds)))
    return differing == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("redis", type=int)
    parser.add_argument("rung", type=int)
    parser.add_argument("--commands", type=int, default=30000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episode", type=int)
    sys.exit(0 if run(parser.parse_args()) else 1)


main()
