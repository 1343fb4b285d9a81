"""Where a written value gets its number from: the lets and block parameters behind an expression.

let width = 64                   dense width // 2      <- width = 64, line 1
block unit(size) { dense size }  unit width            <- size = width, line 4; width = 64, line 1
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from specc.diag.source import Source, Span
from specc.lang.spec import Call, Item, Name, Spec, Statement
from specc.record import Record, fields


class Behind(Record):
    """A name that a value depends on, and what it stands for. `block` is the block that declares
    it with a default, if that default holds.
    """

    name: str
    span: Span
    block: str = ""

    @property
    def text(self) -> str:
        return one_line(self.span)


def one_line(span: Span) -> str:
    """What is written at a place, on one line."""
    return " ".join(span.text.split())


class Names:
    """The names of a spec, to follow them to their values."""

    def __init__(self, spec: Spec) -> None:
        nodes = list(_nodes(spec.statements))
        statements = [n for n in nodes if isinstance(n, Statement)]
        self._heads = {s.head: s for s in statements}
        self._blocks = {_block_name(s): s for s in statements if s.word == "block" and s.items}
        self._lets = {
            s.items[0].name: s.items[0].value.span
            for s in statements
            if s.word == "let" and s.items and s.items[0].name is not None
        }
        self._written: dict[Source, list[Name]] = {}
        for name in sorted((n for n in nodes if isinstance(n, Name)), key=lambda n: n.span.start):
            self._written.setdefault(name.span.source, []).append(name)

    def behind(self, span: Span, chain: tuple[Span, ...] = ()) -> tuple[Behind, ...]:
        """The names in a value, each followed by those in its own value, each once.

        Args:
            span: Where the value stands.
            chain: The uses of blocks that led there, outermost first.
        """
        found: dict[Behind, None] = {}
        open_ = [(span, chain)]
        while open_:
            place, uses = open_.pop()
            new: list[tuple[Span, tuple[Span, ...]]] = []
            for name in self._within(place):
                step, outer = self._parameter(name, uses) if uses else (None, uses)
                if step is None and name.text in self._lets:
                    step, outer = Behind(name.text, self._lets[name.text]), ()
                if step is not None and step not in found:
                    found[step] = None
                    new.append((step.span, outer))
            open_ += reversed(new)
        return tuple(found)

    def _within(self, span: Span) -> Iterator[Name]:
        names = self._written.get(span.source, [])
        for index in range(bisect_left(names, span.start, key=_start), len(names)):
            if names[index].span.end > span.end:
                return
            yield names[index]

    def _parameter(
        self, name: Name, chain: tuple[Span, ...]
    ) -> tuple[Behind | None, tuple[Span, ...]]:
        """What the innermost use of a block gives for a parameter, and the uses around that."""
        use = self._heads.get(chain[-1])
        block = None if use is None else self._blocks.get(use.word)
        if use is None or block is None:
            return None, chain
        given = parameters(block, use.items)
        item = given.get(name.text)
        if item is None:
            return None, chain
        default = all(item is not i for i in use.items)
        # A default is written in the file, not in the use, so only lets stand behind it.
        outer = () if default else chain[:-1]
        return Behind(name.text, item.value.span, use.word if default else ""), outer


def parameters(block: Statement, items: tuple[Item, ...]) -> dict[str, Item]:
    """The parameters of a block: the item of a use that gives each, or that of its default."""
    value = block.items[0].value
    declared = value.items if isinstance(value, Call) else ()
    labels = [i.name or i.value.span.text for i in declared]
    given: dict[str, Item] = {}
    for item in items:
        label = item.name or next((la for la in labels if la not in given), None)
        if label is not None:
            given[label] = item
    for label, item in zip(labels, declared, strict=True):
        if item.name is not None:
            given.setdefault(label, item)
    return given


def _block_name(s: Statement) -> str:
    value = s.items[0].value
    return value.word if isinstance(value, Call) else value.span.text


def _start(name: Name) -> int:
    return name.span.start


def _nodes(node: Any) -> Iterator[Any]:
    """A piece of a spec and everything in it; long sums are deep, so without recursion."""
    open_ = [node]
    while open_:
        found = open_.pop()
        if isinstance(found, tuple):
            open_ += found
        elif isinstance(found, Record) and not isinstance(found, Span):
            yield found
            open_ += [getattr(found, name) for name in fields(found)]
