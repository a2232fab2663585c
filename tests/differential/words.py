"""The arguments that commands are tried with: what they are made for, and what
they are not."""

import time

BOUNDARIES = [b"0", b"-1", b"1", b"2147483647", b"2147483648", b"-2147483648",
              b"-2147483649", b"4294967295", b"4294967296",
              b"9223372036854775807", b"9223372036854775808",
              b"-9223372036854775808", b"-9223372036854775809",
              b"4611686018427387904", b"18446744073709551616"]
NOT_INTEGERS = [b"", b"abc", b"1.5", b" 1", b"1 ", b"+1", b"01", b"-0", b"0x10",
                b"1e3", b"1\0", b"\0", b"\xff", b"nan", b"inf"]
FLOATS = [b"0", b"1", b"-1", b"2.5", b"3.0e3", b"1e308", b"-1e308", b"1e-320",
          b"1e17", b"123456789012345678", b"0.1", b"-0", b"5e-324", b"1e21",
          b"3.14159265358979", b"1e5", b"-0.000001", b"100000000000000000000"]
NOT_FLOATS = [b"", b"abc", b"nan", b"-nan", b" 1", b"1 ", b"1e400", b"-1e400",
              b"1\0", b"1.2.3", b"0x", b"\xff", b"1,5", b"--1", b"1e"]
INFINITE = [b"inf", b"-inf", b"+inf", b"Infinity", b"iNf"]
AWKWARD = [b"", b"\0", b"\xff", b"a\0b", b"\r\n", b"x" * 65, b"y" * 200,
           b"*", b"[", b"nan", b"inf", b"1e308", b"-"]
PATTERNS = [b"*", b"?1", b"[a-m]*", b"m?", b"", b"m[^1]", b"\\*", b"*\xff*",
            b"[", b"s*", b"k", b"*1*", b"[z-a]*", b"m\\1"]

# A letter for each type, and keys of that type.
TYPES = {"string": "s", "bitmap": "s", "list": "l", "hash": "h", "set": "t",
         "sorted-set": "z"}
KEYS = {letter: [b"%c%d" % (ord(letter), i) for i in range(3)]
        for letter in "slhtz"}
MISSING = [b"x0", b"x1", b""]

SEEDS = [
    "SET s0 10", "SET s1 hello", "SETRANGE s2 3 abc",
    "RPUSH l0 a b c a 1 2", "RPUSH l1 10 9 -3 2.5", "HSET h0 f0 v f1 10",
    "HSET h1 f0 1.5 f2 -7 m1 x", "SADD t0 m0 m1 m2 a b", "SADD t1 1 2 3 -4",
    "ZADD z0 1 a 2 b 2 c 3 m0 10 m1", "ZADD z1 0 a 0 b 0 c 0 d 0 m1",
    "ZADD y0 0 a 0 b 0 c 0 m1 0 m2 0 aa", "ZADD y1 0 b 0 bb",
]


def numbered(text, count):
    return " ".join(text % {"n": i, "few": i % 7} for i in range(count))


# Too large for the compact forms.
LARGE = ["RPUSH l1 " + numbered("element-%(n)d", 1500),
         "HSET h2 " + numbered("f%(n)d %(few)d", 200),
         "SADD t2 " + numbered("m%(n)d", 200),
         "SADD t1 " + numbered("%(n)d", 600),
         "ZADD z1 " + numbered("%(few)d m%(n)d", 200),
         "SET s1 " + "0123456789" * 300]


class Source:
    """Random choices for one command."""

    def __init__(self, random, catalog):
        self.random, self.catalog = random, catalog
        self.letter = "s"

    def chance(self, probability):
        return self.random.random() < probability

    def one_of(self, things):
        return things[int(self.random.random() * len(things))]

    def make(self, sort, out):
        out.extend(self.words(sort))

    def words(self, sort):
        made = getattr(self, "a_" + sort)()
        return made if isinstance(made, list) else [made]

    # ---- names ----

    def a_key(self):
        dice = self.random.random()
        if dice < 0.8:
            return self.one_of(KEYS[self.letter])
        if dice < 0.9:
            return self.one_of(MISSING)
        return self.one_of(KEYS[self.one_of("slhtz")])

    def a_lexkey(self):
        """A sorted set in which all scores are 0: otherwise nobody says what
        comes between two members."""
        return self.one_of((b"y0", b"y1")) if self.chance(0.9) else \
            self.one_of((b"s0", b"h0", b"x0"))

    def a_anykey(self):
        return self.one_of(KEYS[self.one_of("slhtz")] + MISSING[:1])

    def a_pool(self):
        """A key that holds a set or a sorted set."""
        return self.one_of(KEYS[self.one_of("tz")])

    def a_numkeys(self):
        """How many keys, and the keys."""
        keys = [self.a_key() for _ in range(self.one_of((1, 1, 2, 3)))]
        count = b"%d" % len(keys)
        return [count if self.chance(0.9) else self.a_int()] + keys

    def a_numpools(self):
        keys = [self.a_pool() for _ in range(self.one_of((1, 2, 2, 3)))]
        count = b"%d" % len(keys)
        return [count if self.chance(0.93) else self.a_int()] + keys

    def a_member(self):
        if self.chance(0.85):
            return self.one_of((b"m0", b"m1", b"m2", b"m3", b"a", b"b", b"c",
                                b"1", b"2", b"3", b"10", b"-4"))
        return self.one_of(AWKWARD)

    def a_field(self):
        return self.one_of((b"f0", b"f1", b"f2")) if self.chance(0.8) \
            else self.a_member()

    def a_value(self):
        dice = self.random.random()
        if dice < 0.4:
            return self.a_member()
        if dice < 0.7:
            return b"%d" % self.random.randint(-20, 300)
        return self.one_of(self.one_of((BOUNDARIES, FLOATS, AWKWARD)))

    def a_channel(self):
        return self.one_of((b"c0", b"c1", b"c2", b"news", b"\xff\0", b""))

    def a_pattern(self):
        return self.one_of(PATTERNS)

    def a_channels(self):
        """None that fits what is told of keys: see episode.py's listener."""
        return self.one_of((b"c*", b"[a-z]*", b"c?", b"n[ef]ws", b"", b"c0"))

    def a_weights(self):
        """BY of SORT."""
        return self.one_of((b"s*", b"h*->f0", b"h*->f1", b"nosort", b"s\xff",
                            b"*", b"h*->", b"x*"))

    def a_fetched(self):
        """GET of SORT."""
        return self.one_of((b"#", b"s*", b"h*->f0", b"", b"*->*", b"x*"))

    def a_prefix(self):
        return self.one_of((b"s", b"l", b"h1", b"t", b""))

    def a_user(self):
        return self.one_of((b"u0", b"u1", b"u1", b"u2", b"nobody"))

    def a_deleted(self):
        return b"default" if self.chance(0.1) else self.a_user()

    def a_password(self):
        return self.one_of((b"pw", b"secret", b""))

    def a_rule(self):
        return self.one_of((
            b"on", b"off", b"nopass", b">pw", b"<pw", b">secret", b"resetpass",
            b"~*", b"allkeys", b"~s*", b"%R~l*", b"%W~h*", b"%RW~t?", b"%Q~x",
            b"resetkeys", b"&*", b"&c*", b"allchannels", b"resetchannels",
            b"+@all", b"-@all", b"allcommands", b"nocommands", b"+get",
            b"-get", b"+set", b"+client|id", b"-client|id", b"+config|get",
            b"+@read", b"-@write", b"+@string", b"-@dangerous", b"+@nothing",
            b"+nothing", b"reset", b"sanitize-payload", b"clearselectors",
            b"(+get ~s*)", b"(-@all +set %W~s*)", b"(on)", b"#12", b"!12",
            b"-config|set", b"bad", b"", b"+", b"~", b"&",
            b"#" + b"0f" * 32, b"!" + b"0f" * 32, b"+hget", b"-@hash",
            b"+select|0", b"+SELECT|1", b"+get|s0", b"+hset|h0", b"-select",
            b"+config|get|x", b"+get|", b"+nothing|x", b"-get|x",
            b"(+select|3 +get|s1 ~s*)"))

    def a_category(self):
        return self.one_of((b"read", b"write", b"string", b"nothing", b"",
                            b"keyspace", b"dangerous", b"pubsub", b"fast",
                            b"admin", b"connection", b"transaction"))

    def a_connection(self):
        """@id becomes that connection's number, as the server gave it."""
        return self.one_of((b"@id0", b"@id1", b"@id2", b"12345678"))

    def a_command(self):
        return self.one_of(self.catalog.names)

    def a_subcommand(self):
        return self.one_of(self.catalog.subcommands)

    def a_request(self):
        """A whole command as arguments; to find its keys, Redis takes "1x" for
        a number."""
        name = self.one_of(self.catalog.names + self.catalog.subcommands)
        return [word for word in self.catalog.words(self, name)
                if word not in NOT_INTEGERS]

    def a_setting(self):
        return self.one_of((
            b"maxmemory-policy", b"list-max-listpack-size", b"timeout",
            b"hash-max-*", b"*max-ziplist*", b"databases", b"notify*",
            b"set-max-intset-entries", b"nothing", b"", b"slowlog*",
            b"lfu-log-factor", b"TIMEOUT", b"proto-max-bulk-len", b"lfu*"))

    def a_changed(self):
        """What CONFIG SET may change, and to what."""
        return self.one_of((
            [b"maxmemory-policy", self.one_of((
                b"allkeys-lru", b"bad", b"noeviction", b"VOLATILE-TTL"))],
            [b"list-max-listpack-size", self.one_of((b"-2", b"9", b"x"))],
            [b"hash-max-listpack-entries", self.one_of((b"128", b"-1", b"4"))],
            [b"hash-max-listpack-value", self.one_of((b"64", b"3", b"1kb"))],
            [b"set-max-intset-entries", self.one_of((b"512", b"2", b""))],
            [b"zset-max-listpack-entries", self.one_of((b"128", b"2"))],
            [b"zset-max-ziplist-value", self.one_of((b"64", b"2", b"1.5"))],
            [b"notify-keyspace-events", self.one_of((b"KEA", b"", b"Q"))],
            [b"slowlog-max-len", self.one_of((b"128", b"0", b"-5"))],
            [b"lfu-log-factor", self.one_of((b"10", b"-1", b"0"))],
            [b"nothing", b"1"], [b"databases", b"3"]))

    def a_notice(self):
        return self.one_of((b"KEA", b"Kg$lshz", b"", b"E$", b"Ex", b"QQ"))

    def a_section(self):
        return self.one_of((b"server", b"clients", b"keyspace", b"stats",
                            b"nothing", b"default", b"commandstats"))

    # ---- numbers ----

    def a_int(self):
        dice = self.random.random()
        if dice < 0.7:
            return b"%d" % self.random.randint(-6, 12)
        return self.one_of(BOUNDARIES if dice < 0.92 else NOT_INTEGERS)

    def a_count(self):
        """Of elements that are made up when there are fewer: never very
        negative."""
        return self.one_of((b"0", b"1", b"2", b"5", b"-1", b"-3", b"100",
                            b"2147483648", b"9223372036854775807",
                            b"-9223372036854775808", b"1.5", b"x"))

    def a_offset(self):
        dice = self.random.random()
        if dice < 0.8:
            return b"%d" % self.random.randint(0, 100)
        return self.one_of(BOUNDARIES if dice < 0.95 else NOT_INTEGERS)

    def a_bit(self):
        return self.one_of((b"0", b"1", b"0", b"1", b"2", b"-1", b"", b"x"))

    def a_bits(self):
        """A field of BITFIELD."""
        return self.one_of((b"u8", b"i8", b"u1", b"i64", b"u63", b"u64", b"i5",
                            b"u16", b"i65", b"u0", b"x8", b"", b"u", b"I16"))

    def a_place(self):
        return b"#%d" % self.random.randint(0, 9) if self.chance(0.3) \
            else self.a_offset()

    def a_float(self):
        dice = self.random.random()
        if dice < 0.5:
            return b"%d" % self.random.randint(-5, 20)
        if dice < 0.8:
            return self.one_of(FLOATS)
        return self.one_of(INFINITE if dice < 0.9 else NOT_FLOATS)

    a_score = a_float

    def a_limit(self):
        """An end of a range of scores."""
        exclusive = b"(" if self.chance(0.3) else b""
        return exclusive + (self.one_of((b"-inf", b"+inf", b"0", b"2", b"3"))
                            if self.chance(0.7) else self.a_float())

    def a_lexlimit(self):
        return self.one_of((b"-", b"+", b"[a", b"(a", b"[m1", b"(c", b"[", b"(",
                            b"a", b"", b"[\xff", b"-x", b"+1"))

    def a_cursor(self):
        """None out of range: see BEFORE in syntax.py."""
        return self.one_of((b"0", b"0", b"0", b"0", b"-1", b"abc", b"", b"1 "))

    def a_db(self):
        return self.one_of((b"0", b"1", b"1", b"15", b"16", b"-1", b"x", b"",
                            b"2147483648", b"9223372036854775808"))

    # ---- times: nothing that ends while the test goes on ----

    def a_seconds(self):
        dice = self.random.random()
        if dice < 0.65:
            return self.one_of((b"100", b"1000", b"5000"))
        return self.one_of((b"0", b"-1", b"-100") + tuple(BOUNDARIES[3:]) +
                           tuple(NOT_INTEGERS))

    def a_millis(self):
        return b"100000" if self.chance(0.5) else self.a_seconds()

    def a_when(self):
        dice = self.random.random()
        if dice < 0.6:
            return b"%d" % (time.time() + 1000)
        return b"1" if dice < 0.7 else self.a_seconds()

    def a_whenmillis(self):
        dice = self.random.random()
        if dice < 0.6:
            return b"%d" % ((time.time() + 1000) * 1000)
        return b"1" if dice < 0.7 else self.a_seconds()

    def a_wait(self):
        """The timeout of a blocking command."""
        return self.one_of((b"0.001", b"0.002", b"0.001", b"-1", b"abc", b"nan",
                            b"inf", b"1e308", b"", b"9223372036854775807",
                            b"-0.5", b"1e17"))
