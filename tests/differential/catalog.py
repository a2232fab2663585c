"""Which commands there are: what COMMAND LIST of our server says, and how to
make each, from syntax.py."""

import sys

import grammar
from syntax import FOLLOWED_BY_DEL, NEVER_MUTATED, NEWER, SYNTAX


def complain(text):
    sys.exit("differential: " + text)


class Catalog:
    def __init__(self, redis, rung):
        theirs = self.listed(redis)
        ours = self.listed(rung)
        without = sorted(ours - set(SYNTAX) - NEWER)
        if without:
            complain("syntax.py does not say how to try: " + " ".join(without))
        unknown = sorted(ours - theirs - NEWER)
        if unknown:
            complain("redis-server has no command " + " ".join(unknown))
        self.syntax = {name: grammar.parse(SYNTAX[name])
                       for name in SYNTAX if name in ours}
        self.names = [name.encode() for name in sorted(self.syntax)
                      if "|" not in name]
        self.subcommands = [name.encode() for name in sorted(self.syntax)
                            if "|" in name]
        self.groups = {}
        for name in sorted(self.syntax):
            self.groups.setdefault(self.group_of(redis, name), []).append(name)
        self.group_by_name = {name: group for group in self.groups
                              for name in self.groups[group]}
        self.used = set()

    @staticmethod
    def listed(control):
        names = control.ask(b"COMMAND", b"LIST")[1]
        return {name[1].decode() for name in names}

    @staticmethod
    def group_of(redis, name):
        """As COMMAND DOCS of redis-server groups them; the ACL, which is
        `server` there, gets episodes of its own."""
        if name.split("|")[0] in ("acl", "auth"):
            return "acl"
        docs = redis.ask(b"COMMAND", b"DOCS", name.split("|")[0].encode())
        fields = [field[1] for field in docs[1][1][1]]
        return fields[fields.index(b"group") + 1].decode()

    def name_of(self, words):
        name = words[0].lower().decode("latin1")
        if len(words) > 1:
            sub = name + "|" + words[1].lower().decode("latin1")
            if sub in self.syntax:
                return sub
        return name

    def group(self, words):
        return self.group_by_name.get(self.name_of(words), "unknown")

    def words(self, source, name):
        """A command by the syntax of that name."""
        name = name.decode() if isinstance(name, bytes) else name
        self.used.add(name)
        out = [word.encode() for word in name.upper().split("|")]
        self.syntax[name].make(source, out)
        return out

    def may_mutate(self, name):
        return name not in NEVER_MUTATED

    def follows(self, name, words):
        if name in FOLLOWED_BY_DEL and len(words) > 1:
            return [b"DEL", words[1]]
        return None
