"""One episode: steps that begin with an empty server."""

from syntax import BEFORE
from words import (AWKWARD, BOUNDARIES, FLOATS, LARGE, NOT_INTEGERS, SEEDS,
                   TYPES, Source)

STEPS = 36
GROUPS = [("string", 12), ("bitmap", 7), ("list", 12), ("hash", 10),
          ("set", 10), ("sorted-set", 18), ("generic", 10),
          ("transactions", 4), ("pubsub", 5), ("connection", 5), ("server", 5),
          ("acl", 5)]


class Episode:
    def __init__(self, random, catalog):
        self.random, self.catalog = random, catalog
        self.source = Source(random, catalog)
        names, weights = zip(*[pair for pair in GROUPS
                               if pair[0] in catalog.groups])
        self.main = random.choices(names, weights)[0]
        self.protocol = random.choice((2, 3))
        self.clients = random.choice((1, 1, 2, 3))
        self.steps = []
        self.begin()
        while len(self.steps) < STEPS:
            self.add()

    def begin(self):
        if self.protocol == 3:
            for who in range(self.clients):
                self.steps.append((who, [b"HELLO", b"3"]))
        for line in SEEDS:
            if self.random.random() < 0.6:
                self.steps.append((0, line.encode().split(b" ")))
        if self.random.random() < 0.2:
            for line in self.random.sample(LARGE, 2):
                self.steps.append((0, line.encode().split(b" ")))
        if self.clients > 1 and self.random.random() < 0.2:
            self.add_listener()

    def add_listener(self):
        """One client hears of what the others do to keys. It does nothing else:
        in RESP3, Redis 7.0 sends it such news in the middle of a reply."""
        self.clients -= 1
        self.steps += [
            (self.clients, [b"CONFIG", b"SET", b"notify-keyspace-events",
                            self.source.a_notice()]),
            (self.clients, [b"PSUBSCRIBE", b"__key*__:*"])]

    def add(self):
        who = self.random.randrange(self.clients)
        dice = self.random.random()
        if dice < 0.04:
            self.add_transaction(who)
        elif dice < 0.08 and self.clients > 1:
            self.add_wait(who)
        else:
            self.add_command(who)

    def add_transaction(self, who):
        if self.random.random() < 0.4:
            self.steps.append((who, [b"WATCH", self.source.a_anykey()]))
        if self.random.random() < 0.3:
            self.add_command(self.random.randrange(self.clients))
        self.steps.append((who, [b"MULTI"]))
        for _ in range(self.random.randint(0, 5)):
            self.add_command(who, self.random.choice(self.plain_groups()))
        if self.clients > 1 and self.random.random() < 0.3:
            other = (who + 1) % self.clients
            self.add_command(other, self.random.choice(self.plain_groups()))
        self.steps.append((who, [self.random.choice(
            (b"EXEC", b"EXEC", b"EXEC", b"DISCARD"))]))

    def add_wait(self, who):
        """A client waits for keys of which some are empty; another one, who is
        not in a transaction, fills them."""
        key, other = self.random.choice(((b"l2", b"l1"), (b"z2", b"x1")))
        where = self.random.choice((b"LEFT", b"RIGHT"))
        requests = {
            b"l2": [[b"BLPOP", b"x0", key, b"0"], [b"BRPOP", key, b"l2", b"0"],
                    [b"BLMOVE", key, other, where, b"LEFT", b"0"],
                    [b"BRPOPLPUSH", key, key, b"0"],
                    [b"BLMPOP", b"0", b"2", b"x0", key, where, b"COUNT", b"2"]],
            b"z2": [[b"BZPOPMIN", b"x0", key, b"0"], [b"BZPOPMAX", key, b"0"],
                    [b"BZMPOP", b"0", b"1", key, b"MIN", b"COUNT", b"2"]]}
        pushes = {
            b"l2": [[b"RPUSH", key, b"a", b"b", b"c"], [b"LPUSH", key, b"1"],
                    [b"RENAME", b"l0", key], [b"LMOVE", b"l0", key, b"LEFT",
                                              b"LEFT"], [b"SET", key, b"x"],
                    [b"COPY", b"l0", key, b"REPLACE"], [b"DEL", key],
                    [b"CLIENT", b"UNBLOCK", b"@id%d" % who, b"ERROR"]],
            b"z2": [[b"ZADD", key, b"1", b"a", b"2", b"b"],
                    [b"ZUNIONSTORE", key, b"1", b"z0"], [b"DEL", key],
                    [b"RENAME", b"z0", key],
                    [b"CLIENT", b"UNBLOCK", b"@id%d" % who]]}
        pusher = (who + 1) % self.clients
        self.steps.append((pusher, [b"DISCARD"]))
        for client in range(self.clients):
            if client == who or self.random.random() < 0.3 and \
                    client != pusher:
                self.steps.append((client, self.random.choice(requests[key])))
        for _ in range(self.random.randint(0, 3)):
            self.steps.append((pusher, self.random.choice(pushes[key])))

    def plain_groups(self):
        return [group for group in self.catalog.groups if group in TYPES] + \
            ["generic"]

    def add_command(self, who, group=None):
        group = group or self.pick_group()
        name = self.random.choice(self.catalog.groups[group])
        self.source.letter = TYPES.get(group) or self.random.choice("slhtz")
        words = self.catalog.words(self.source, name)
        if self.random.random() < 0.1 and self.catalog.may_mutate(name):
            self.mutate(words, name.count("|") + 1)
        if self.random.random() < 0.1:
            words[0] = self.random.choice((words[0].lower(),
                                           words[0].title()))
        if name in BEFORE:
            self.steps.append((who, BEFORE[name].split(b" ")))
        self.steps.append((who, words))
        follows = self.catalog.follows(name, words)
        if follows:
            self.steps.append((who, follows))

    def pick_group(self):
        dice = self.random.random()
        if dice < 0.75:
            return self.main
        if dice < 0.9:
            return "generic"
        return self.random.choice(self.plain_groups())

    def mutate(self, words, first):
        """Something is wrong with one of the arguments, or their number."""
        dice = self.random.randrange(5)
        if dice == 0 or len(words) == first:
            words.append(self.random.choice(AWKWARD))
        elif dice == 1:
            words.pop()
        elif dice == 2:
            words.pop(self.random.randrange(first, len(words)))
        else:
            words[self.random.randrange(first, len(words))] = \
                self.random.choice(self.random.choice(
                    (BOUNDARIES[3:], NOT_INTEGERS, FLOATS[3:], AWKWARD)))
