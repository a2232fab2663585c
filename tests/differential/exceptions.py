"""Where two right servers may differ: the only place. A reply that is not equal
byte by byte is equal if it is so after its command's function here has taken
away what may differ; `words` is the command."""

from syntax import NEWER


def unordered(tree, words):
    """Redis promises no order of sets, hashes and keys."""
    kind, value = tree
    if isinstance(value, list):
        return kind, sorted(value, key=repr)
    return tree


def unordered_pairs(tree, words):
    kind, value = tree
    if isinstance(value, list):
        return kind, sorted(zip(value[::2], value[1::2]), key=repr)
    return tree


class Lines:
    """Some of the lines of the other, in the same order."""

    def __init__(self, lines):
        self.lines = lines

    def __eq__(self, other):
        few, many = sorted((self.lines, other.lines), key=len)
        rest = iter(many)
        return all(line in rest for line in few)


class Free:
    """Equal to whatever is no error."""

    def __eq__(self, other):
        return isinstance(other, Free) or other[0] != b"-"


def scanned(tree, words):
    """A whole walk, in no order. Where a part of one ends is free."""
    kind, value = tree
    if not isinstance(value, list):
        return tree
    cursor, found = value
    if cursor[1] != b"0" or b"0" not in words[1:3]:
        return Free()
    return kind, unordered(found, words)


def shape(tree, words):
    """Types and sizes of lists, not the values: they are random, or tell of
    this server alone."""
    kind, value = tree
    if isinstance(value, list):
        return kind, [shape(element, words) for element in value]
    if kind == b"-":
        return tree
    return kind, value is None


def kind_only(tree, words):
    """The type, or the error."""
    return tree if tree[0] == b"-" else tree[0]


def map_keys(tree, words):
    """What a map has, and not what that is."""
    kind, value = tree
    if isinstance(value, list):
        return Lines(sorted(value[::2], key=repr))
    return tree


def near(tolerance):
    def rounded(tree, words):
        """Times, which are not asked for in the same instant."""
        kind, value = tree
        if kind == b":" and int(value) >= 0:
            return Near(int(value), tolerance)
        return tree
    return rounded


class Near:
    def __init__(self, number, tolerance):
        self.number, self.tolerance = number, tolerance

    def __eq__(self, other):
        return isinstance(other, Near) and \
            abs(self.number - other.number) <= self.tolerance

    def __repr__(self):
        return "about %d" % self.number


def fields(tree, words):
    """The names of what is told in lines of `name=value`: of each client that
    was asked for, once."""
    kind, value = tree
    if kind not in (b"$", b"=") or value is None:
        return tree
    return kind, {tuple(field.split(b"=")[0] for field in line.split(b" "))
                  for line in value.replace(b"txt:", b"").split(b"\n")}


def unordered_deep(tree, words):
    """Flags and categories are sets."""
    kind, value = tree
    if isinstance(value, list):
        return kind, sorted((unordered_deep(element, words)
                             for element in value), key=repr)
    return tree


def subset(tree, words):
    """What there is of it, in any order; what Redis 7.0 has not is left out."""
    kind, value = tree
    if not isinstance(value, list):
        return tree
    return Lines(sorted(name[1] for name in value
                        if name[1].decode() not in NEWER))


def permissions(tree, words):
    """But which commands: they are told in any order, and of what there is."""
    kind, value = tree
    if isinstance(value, list):
        return kind, sorted((permissions(element, words) for element in value),
                            key=repr)
    return kind, value and [
        word for word in value.translate(None, b"()").split(b" ")
        if word[:1] not in (b"+", b"-") or word[1:] == b"@all"]


def sort_part(tree, words):
    """Which elements are within a LIMIT is free where they are equal, or come
    from a set unsorted."""
    options = [word.upper() for word in words]
    if b"LIMIT" in options and b"BY" in options:
        return shape(tree, words)
    return unordered(tree, words)


def help_text(tree, words):
    """Of what is there: HELP does not tell of what is left out."""
    kind, value = tree
    return Lines(value) if isinstance(value, list) else tree


def command_info(tree, words):
    """Of the commands that are asked for; not which subcommands there are."""
    kind, value = tree
    if len(words) <= 2 or not isinstance(value, list):
        return tree[0]
    return [unordered_deep((b"*", command[1][:9]), words)
            if isinstance(command[1], list) else command for command in value]


def without_ids(tree, words):
    kind, value = tree
    if isinstance(value, list):
        return kind, [without_ids(element, words) for element in value]
    return (kind, b"id") if kind == b":" and int(value) > 0 else tree


SECONDS, MILLISECONDS = 2, 2000

# (commands, what is compared instead, why)
EXCEPTIONS = [
    ("smembers sinter sunion sdiff hkeys hvals keys acl|users",
     unordered, "no promised order"),
    ("hgetall config|get pubsub|numsub pubsub|shardnumsub", unordered_pairs,
     "no promised order"),
    ("pubsub|channels pubsub|shardchannels", unordered,
     "no promised order"),
    ("scan sscan hscan zscan", scanned, "no promised order; free cursors"),
    ("sort sort_ro", sort_part, "equal elements come in any order"),
    ("command|list acl|cat", subset, "what there is, in no promised order"),
    ("spop srandmember hrandfield zrandmember randomkey acl|genpass", shape,
     "random"),
    ("ttl expiretime", near(SECONDS), "time passes"),
    ("pttl pexpiretime", near(MILLISECONDS), "time passes"),
    ("dbsize", near(2), "keys whose time is over count until they are swept, "
     "some moment later"),
    ("time client|id memory|usage latency|doctor memory|doctor acl|log "
     "slowlog|get slowlog|len latency|histogram memory|malloc-stats debug",
     kind_only,
     "times, sizes and counts of this server"),
    ("hello client|getredir client|trackinginfo", without_ids, "numbers of clients"),
    ("client|info client|list", fields, "this client and server"),
    ("command|docs", map_keys, "this server"),
    ("object|idletime", kind_only, "time passes, but for small numbers, which "
     "share one object at Redis"),
    ("object|refcount", kind_only, "an embstr has one, an int is shared"),
    ("info lolwut command command|count memory|stats", kind_only,
     "this server"),
    ("client|help latency|help memory|help acl|help config|help command|help "
     "slowlog|help object|help pubsub|help", help_text, "what there is"),
    ("acl|getuser acl|list", permissions, "sets in any order; what there is"),
    ("command|info", command_info, "sets in any order; what there is"),
]

RULES = {name: (function, why) for names, function, why in EXCEPTIONS
         for name in names.split()}


# Where the order of several messages is free: a client's channels and patterns
# are sets. Words that change places are put in order, the counts stay.
UNSUBSCRIBES = (b"unsubscribe", b"punsubscribe", b"sunsubscribe")


def arranged(told):
    """What several clients were told, by client."""
    rows = sorted(told, key=lambda row: row[0])
    trees = [(who, tree or raw) for who, raw, tree in rows]
    names = sorted(repr(tree) for tree in map(free_part, trees) if tree)
    return [(who, fixed_part(tree)) for who, tree in trees], names


def verb(tree):
    value = tree[1] if isinstance(tree, tuple) else None
    return value[0][1] if isinstance(value, list) and value else None


def free_part(row):
    who, tree = row
    if verb(tree) in UNSUBSCRIBES:
        return who, tree[1][1]
    return row if verb(tree) == b"pmessage" else None


def fixed_part(tree):
    if verb(tree) in UNSUBSCRIBES:
        return tree[0], tree[1][0], tree[1][2]
    return "pmessage" if verb(tree) == b"pmessage" else tree


def rule_of(words):
    """The name under which a command has a rule, or None."""
    names = [words[0]] + [b"|".join(words[:2])][:len(words) - 1]
    for name in reversed(names):
        name = name.lower().decode("latin1")
        if name in RULES:
            return name
    return None
