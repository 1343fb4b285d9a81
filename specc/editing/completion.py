"""Words that can stand at a place of a text, which may be half written around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from specc.editing.outline import NAMES, Place, place_at, places
from specc.editing.results import PARTS, results
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import Token
from specc.lang.units import UNITS
from specc.library.define import Arg, Definition, as_written
from specc.library.docs import NETWORK, RANGES
from specc.library.registry import Registry, standard
from specc.library.statements import BLOCKS, STRUCTURE
from specc.record import Record

BODIES = ("network", "repeat", "residual", "block")
"""Blocks that hold layers."""
JOINS = ("from", "add", "concat")
"""Statements that take names of values."""
NUMBERS = ("dim", "int", "float")
_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")


class Option(Record):
    """A word, the text to put in its place, what it is, and a line about it."""

    word: str
    insert: str
    kind: str
    doc: str = ""


class Completion(Record):
    """What can take the place of the characters `start` to `end`, the likeliest first."""

    start: int
    end: int
    options: tuple[Option, ...]


def complete(text: str, offset: int, registry: Registry | None = None) -> Completion:
    """What can stand at an offset, by what is written before it; in a comment or a string nothing.

    >>> [o.word for o in complete("network { dense 64, rel", 23).options]
    ['relu', 'relu2']
    """
    words = registry or standard()
    part = _PART.search(text, 0, offset)
    start = part.start() if part else offset
    typed = text[start:offset]
    tokens = raw_tokens(text)
    if any(t.start < offset <= t.end and _is_closed_to_words(t, offset) for t in tokens):
        return Completion(offset, offset, ())
    place = place_at(tokens, start)
    options = _fitting(_Words(tokens, words, offset).at(place), typed)
    return Completion(start, offset, options)


def _is_closed_to_words(token: Token, offset: int) -> bool:
    if token.type in ("STRING", "QUOTED"):
        return offset < token.end
    return token.type in ("COMMENT", "C_COMMENT", "OPEN_STRING", "NUMBER", "BAD_NUMBER")


def _fitting(options: Iterable[Option], typed: str) -> tuple[Option, ...]:
    """Those that go on with what is typed, then those that have it inside."""
    every = list({option.word: option for option in options}.values())
    low = typed.lower()
    begins = [o for o in every if o.word.lower().startswith(low)]
    inside = [o for o in every if low and low in o.word.lower() and o not in begins]
    found = (*begins, *inside)
    return () if len(found) == 1 and found[0].insert == typed else found


class _Words:
    """The words for a place; knows the names that the text gives."""

    def __init__(self, tokens: list[Token], registry: Registry, offset: int) -> None:
        self.registry = registry
        self.lets: dict[str, None] = {}
        self.blocks: dict[str, None] = {}
        self.aliases: dict[str, None] = {}
        for token, place in places(t for t in tokens if not t.start < offset <= t.end):
            if token.type not in NAMES:
                continue
            if place.statement == "let" and place.before == "WORD":
                self.lets[token.text] = None
            elif place.statement == "block" and place.before == "WORD":
                self.blocks[token.text] = None
            elif place.before == "AS":
                self.aliases[token.text] = None

    def at(self, place: Place) -> Iterator[Option]:
        """Everything that can stand there."""
        if place.before == "AS" or (place.before == "WORD" and place.statement in ("let", "block")):
            return  # a new name
        if not place.statement:
            yield from self._statements(place)
        elif place.before in ("NUMBER", "PERCENT"):
            yield from (Option(unit, unit, "unit") for unit in self._units(place))
        elif place.before == "IN":
            yield from (Option(w, f"{w}(", "search range", doc) for w, doc in RANGES.items())
        elif place.before == "ARROW":
            yield from self._names()
        elif place.statement in JOINS:
            yield from (Option(name, name, "value of the network") for name in self.aliases)
        elif place.block == "expect" and not place.calls:
            yield from self._names()
        else:
            yield from self._arguments(place)

    def _statements(self, place: Place) -> Iterator[Option]:
        block = place.block
        if block in BODIES:
            for category in ("layers", "activations"):
                yield from self._category(category, statement=True)
            yield from (Option(w, w, "statement of `network`", doc) for w, doc in NETWORK.items())
            yield from (Option(name, name, "block of this file") for name in self.blocks)
        elif block == "expect":
            every = results(self.registry, tuple(self.aliases))
            yield from (Option(name, name, "result", doc) for name, doc in every)
        else:
            top = "" if block == "variant" else block
            for word, kind in BLOCKS.get(top, {}).items():
                yield Option(word, word, "statement", _line(kind))
            if top == "":
                yield from (Option(w, w, "statement", doc) for w, doc in STRUCTURE.items())

    def _arguments(self, place: Place) -> Iterator[Option]:
        owner = self._owner(place)
        if owner is None:
            yield from self._names()
            return
        if place.argument:
            named = [a for a in owner.args if a.label == place.argument]
            yield from self._values(named)
            return
        free = [a for a in owner.args if not a.keyword]
        own = free[place.position : place.position + 1]
        own = own or [a for a in free[-1:] if a.many]
        yield from self._values([a for a in own if a.label not in place.given])
        if place.before in ("COMMA", "LPAR", "WORD"):
            for a in owner.args:
                taken = a.label in place.given or a in free[: place.position]
                if not taken and (place.calls or len(owner.args) > 1):
                    yield Option(a.label, f"{a.label} = ", "argument", a.doc)

    def _owner(self, place: Place) -> type[Definition] | None:
        """The definition whose arguments these are; None for plain brackets and own names."""
        if place.calls:
            word = place.calls[-1]
            categories = self.registry.categories(word)
            expected = self._expected(place)
            best = next((c for c in categories if c in expected), None) or next(
                iter(categories), None
            )
            return self.registry.find(best, word) if best else None
        word, block = place.statement, place.block
        if block in BODIES:
            found = self.registry.find("layers", word)
            return found or self.registry.find("activations", word)
        return BLOCKS.get("" if block == "variant" else block, {}).get(word)

    def _expected(self, place: Place) -> tuple[str, ...]:
        """The categories that the statement around a call takes."""
        around = self._owner(replace_calls(place))
        return tuple(a.category for a in around.args if a.category) if around else ()

    def _values(self, args: list[Arg]) -> Iterator[Option]:
        for a in args:
            if a.kind == "word":
                yield from self._category(a.category)
            elif a.kind == "metric":
                every = results(self.registry, ())
                yield from (Option(n, n, "result", doc) for n, doc in every if n.startswith(PARTS))
            elif a.kind == "objective":
                yield from (Option(w, f"{w}(", "objective") for w in ("min", "max"))
            constants = ("true", "false") if a.kind in ("bool", "shuffle") else ()
            words = (*constants, *(as_written(a, word) for word in a.one_of))
            yield from (Option(w, w, a.doc) for w in words)
            if a.kind in ("seed", "shuffle"):
                yield Option("legacy", "legacy(", "the course's stream")
            if a.kind in NUMBERS:
                yield from self._names()

    def _category(self, category: str, *, statement: bool = False) -> Iterator[Option]:
        for word in self.registry.words(category):
            kind = self.registry.find(category, word)
            if kind is not None:
                open_call = "(" if any(a.required for a in kind.args) and not statement else ""
                yield Option(word, word + open_call, called(category), _line(kind))

    def _units(self, place: Place) -> tuple[str, ...]:
        time = tuple(u for u in ("epochs", "steps", "seconds", "min", "hours") if u in UNITS)
        memory = ("KB", "MB", "GB", "kflops", "Mflops", "Gflops")
        return memory if place.block == "expect" else time

    def _names(self) -> Iterator[Option]:
        yield from (Option(name, name, "let of this file") for name in self.lets)


def replace_calls(place: Place) -> Place:
    """The place of the statement around all calls."""
    return Place(place.blocks, place.statement)


def called(category: str) -> str:
    """`optimizer`, for a word of `optimizers`."""
    endings = (("losses", "loss"), ("ies", "y"), ("s", ""))
    return next(category.removesuffix(end) + new for end, new in endings if category.endswith(end))


def _line(kind: type[Definition]) -> str:
    """The first line of what is written about a word, without marks."""
    return (kind.__doc__ or "").strip().partition("\n")[0].replace("`", "")
