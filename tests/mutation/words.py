"""The words and numbers of a spec with the part that each plays, as the compiler reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.lang.read import read
from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Choices,
    Comparison,
    Group,
    Item,
    Name,
    Number,
    Quantity,
    Range,
    Sequence,
    Statement,
    Unary,
    Value,
)
from specc.library.registry import Registry

BODIES = ("network", "block", "repeat", "residual")
"""Statements that hold layers."""
WINDOWS = ("maxpool", "avgpool")
"""Layers whose number is a window, not a width."""


class Part(NamedTuple):
    """A word or number of a spec. kind: what it is, as a row of the table."""

    kind: str
    span: Span


class Parts:
    """Walks a spec. `user` are the names that the spec itself defines."""

    def __init__(self, text: str) -> None:
        self.source = Source("spec.dl", text)
        self.spec = read(self.source, Sink())
        self.registry = Registry()
        self.user = {name.text for name in self._defined(self.spec.statements)}

    def __iter__(self) -> Iterator[Part]:
        yield from sorted(self._statements(self.spec.statements, ""), key=lambda p: p.span.start)

    def _defined(self, statements: tuple[Statement, ...]) -> Iterator[Name]:
        """The names that statements define: lets, blocks and their parameters, values."""
        for s in statements:
            if s.word in ("let", "block"):
                for item in s.items:
                    if item.name is not None and item.name_span is not None:
                        yield Name(item.name, item.name_span)
                    elif isinstance(item.value, Name):
                        yield item.value
                    elif isinstance(item.value, Call):
                        yield Name(item.value.word, item.value.word_span)
                        for inner in item.value.items:
                            if inner.name is not None and inner.name_span is not None:
                                yield Name(inner.name, inner.name_span)
                            elif isinstance(inner.value, Name):
                                yield inner.value
            if s.alias is not None:
                yield s.alias
            yield from self._defined(s.block or ())

    def _statements(self, statements: tuple[Statement, ...], block: str) -> Iterator[Part]:
        definitions = {n.span.start for n in self._defined(statements)}
        # A variant may be called as a word is, and is named on the command line alone.
        definitions |= {s.items[0].span.start for s in statements if s.word == "variant"}
        for s in statements:
            if s.claim is not None:
                yield from self._claim(s.claim)
                continue
            if s.word in self.user:
                yield Part("name used", s.word_span)
            elif block in BODIES:
                yield Part("layer", s.word_span)
            else:
                yield Part("statement", s.word_span)
            number = self._number(s, block)
            for item in s.items:
                inner = "kernel" if number == "width" and item.name == "kernel" else number
                yield from self._item(item, definitions, inner)
            for dim in s.dims or ():
                yield from self._value(dim, definitions, "claim")
            if s.alias is not None:
                yield Part("name defined", s.alias.span)
                start = self.source.text.rindex("as", 0, s.alias.span.start)
                yield Part("reserved word", Span(self.source, start, start + 2))
            yield from self._statements(s.block or (), s.word)

    def _number(self, s: Statement, block: str) -> str:
        """What the numbers of a statement are; empty where no size follows from them."""
        if s.word == "let":
            return "let"
        if block not in BODIES or s.word in ("dropout", "repeat"):  # a share, a count
            return ""
        return "kernel" if s.word in WINDOWS else {"input": "input size"}.get(s.word, "width")

    def _item(self, item: Item, definitions: set[int], number: str) -> Iterator[Part]:
        if item.name_span is not None:
            defined = item.name_span.start in definitions
            yield Part("name defined" if defined else "argument", item.name_span)
        yield from self._value(item.value, definitions, number)

    def _value(self, value: Value | Choices, definitions: set[int], number: str) -> Iterator[Part]:
        match value:
            case Name():
                yield Part(self._role(value, definitions), value.span)
            case Boolean():
                yield Part("reserved word", value.span)
            case Number() if number and isinstance(value.value, int):
                yield Part(number, value.span)
            case Quantity():
                yield Part("unit", value.unit_span)
            case Call():
                yield Part(
                    self._role(Name(value.word, value.word_span), definitions), value.word_span
                )
                for item in value.items:
                    yield from self._item(item, definitions, "")
            case Unary():
                yield from self._value(value.operand, definitions, number)
            case Binary():
                for side in (value.left, value.right):
                    yield from self._value(side, definitions, number)
            case Range():
                yield from self._value(value.nominal, definitions, number)
                text = self.source.text
                gap = text.index("in", value.nominal.span.end, value.domain.span.start)
                yield Part("reserved word", Span(self.source, gap, gap + 2))
                yield from self._value(value.domain, definitions, "")
            case Group():
                for inner in value.values:
                    yield from self._value(inner, definitions, number)
            case Choices():
                for choice in value.values:
                    yield from self._value(choice, definitions, "")
            case Sequence():
                for inner in value.parts:
                    yield from self._value(inner, definitions, "")

    def _role(self, name: Name, definitions: set[int]) -> str:
        if name.span.start in definitions:
            return "name defined"
        if name.text in self.user:
            return "name used"
        if "." in name.text:
            return "result"
        return "word" if self.registry.categories(name.text) else "other word"

    def _claim(self, claim: Comparison) -> Iterator[Part]:
        for side in (claim.left, claim.right):
            for part in self._value(side, set(), ""):
                known = part.kind in ("result", "unit")
                yield part if known else Part("result", part.span)
