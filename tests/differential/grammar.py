"""Makes the words of a command from its syntax, written as manuals write it:

    key value [NX|XX] (score member)...

[a|b] is one of them or nothing, (a|b) one of them, x... several times; what is
in capitals stands for itself, and another word is a sort of argument, which
words.py knows."""

import re

TOKEN = re.compile(r"[\[\]()|]|\.\.\.|[^\s\[\]()|.]+")


class Word:
    def __init__(self, text):
        self.text = text
        self.literal = None if text[0].islower() else text.encode()

    def make(self, source, out):
        if self.literal is not None:
            out.append(self.literal)
        else:
            source.make(self.text, out)


class Choice:
    """Alternatives, each a list of items."""

    def __init__(self, alternatives, optional):
        self.alternatives, self.optional = alternatives, optional

    def make(self, source, out):
        if self.optional and source.chance(0.6):
            return
        for item in source.one_of(self.alternatives):
            item.make(source, out)


class Repeated:
    def __init__(self, item):
        self.item = item

    def make(self, source, out):
        for _ in range(source.one_of((1, 1, 2, 2, 3, 5))):
            self.item.make(source, out)


def parse(text):
    """The one Choice that the whole text is."""
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s", "", text), text
    choice = parse_choice(tokens, None)
    assert not tokens, text
    return choice


def parse_choice(tokens, end):
    alternatives = [[]]
    while tokens and tokens[0] != end:
        token = tokens.pop(0)
        if token == "|":
            alternatives.append([])
        elif token == "...":
            alternatives[-1].append(Repeated(alternatives[-1].pop()))
        elif token in "[(":
            closing = {"[": "]", "(": ")"}[token]
            choice = parse_choice(tokens, closing)
            choice.optional = token == "["
            assert tokens.pop(0) == closing
            alternatives[-1].append(choice)
        else:
            alternatives[-1].append(Word(token))
    return Choice(alternatives, False)
