"""The arguments of a word, all of them: what was written with its names resolved, the rest from the
definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specc.diag.source import Span
from specc.expand.closing import close
from specc.expand.effective import Effective, Place
from specc.expand.literals import literal, number
from specc.expand.origins import Origin, Origins, default, quoted
from specc.lang.behind import Names
from specc.lang.format_values import value_pieces
from specc.lang.spec import (
    Boolean,
    Call,
    Group,
    Item,
    Name,
    Number,
    Sequence,
    Statement,
    String,
    Value,
)
from specc.library.define import Arg, Definition
from specc.library.registry import Registry
from specc.record import replace

Settled = tuple[Any, str]
"""What an argument that was not given is in its place, and why; None for nothing to be written."""
NOTHING: Mapping[str, Settled] = {}
MOST = 6
"""Names behind a value that a comment tells."""


@dataclass
class Arguments:
    """Writes arguments out, and keeps a list of what holds."""

    registry: Registry
    origins: Origins
    names: Names
    values: list[Effective] = field(default_factory=list)

    def items(
        self,
        kind: type[Definition],
        word: str,
        items: tuple[Item, ...],
        place: Place,
        settled: Mapping[str, Settled] = NOTHING,
    ) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        """All arguments as items, and what to say about where they come from; `settled` are those
        that were not given and do not have their default.
        """
        notes: list[str] = []
        defaults: list[str] = []
        made: list[Item] = []
        given, bare = _given(kind, items)
        positional = True
        for a in kind.args:
            written = given.get(a.name, [])
            path = self._path(kind, a, place.path)
            if written:
                paths = [f"{path}.{i + 1}" for i in range(len(written))]
                if len(written) == 1:
                    paths = [path]
                values = [
                    self._value(a, v, replace(place, path=p), notes)
                    for p, v in zip(paths, written, strict=True)
                ]
            else:
                value, why = settled.get(a.name, (a.default, ""))
                notes += [why] if why else []
                found = literal(a, value)
                if found is None:
                    continue
                values = [found]
                defaults += [] if why else [a.label]
                self.keep(path, found, default(word), place.chain)
            # Without a name where the author left it out, so that it reads as it was written.
            positional = positional and a.name in bare
            made += _as_items(a, values, positional)
        if defaults:
            plural = "s" if len(defaults) > 1 else ""
            notes.append(f"{', '.join(defaults)}: default{plural} of {word}")
        return tuple(made), tuple(dict.fromkeys(notes))

    def comment(self, place: Place, notes: tuple[str, ...], main: Origin | None = None) -> str:
        """The comment behind a statement: where it stands, how that came in, and what differs."""
        origin = main or self.origins.of(place.span)
        head = " ".join([origin.text, *(f"in {step}" for step in reversed(place.chain))])
        return "# " + "; ".join([head, *notes])

    def note(self, path: str, value: Value, written: Span, place: Place) -> tuple[str, ...]:
        """Keep a value that was written by hand; what a comment should say about it."""
        origin = self.origins.of(written)
        behind = tuple(
            (b.name, quoted(b.span), self.origins.of(b.span))
            for b in self.names.behind(written, place.uses)
        )
        text = quoted(written)
        same = text == " ".join(value_pieces(value))
        self.values.append(
            Effective(path, _plain(value), origin, "" if same else text, behind, place.chain)
        )
        # Where a value stands in its statement is no news, but how it came there may be.
        around = self.origins.of(place.span)
        apart = (origin.kind, origin.name) != (around.kind, around.name)
        told = [f"{name} = {for_} ({o.text})" for name, for_, o in behind[:MOST]]
        names = ", ".join(told if len(behind) <= MOST else [*told, "..."])
        alone = len(behind) > 0 and behind[0][0] == text
        said = names if alone else f"{text} with {names}"
        if apart:
            said = f"{origin.text}, {said}" if behind else origin.text
        return (f"{path.rpartition('.')[2]}: {said}",) if apart or behind else ()

    def keep(self, path: str, value: Value, origin: Origin, chain: tuple[str, ...] = ()) -> None:
        """Keep a value that nobody wrote where it holds."""
        self.values.append(Effective(path, _plain(value), origin, chain=chain))

    def _path(self, kind: type[Definition], a: Arg, path: str) -> str:
        """`optimizer.lr` rather than `optimizer.optimizer.lr`: a statement is its only value."""
        last = path.rpartition(".")[2]
        alone = kind.category == "statements" and len(kind.args) == 1
        return path if alone or a.label == last else f"{path}.{a.label}"

    def _value(self, a: Arg, value: Value, place: Place, notes: list[str]) -> Value:
        """A written value, closed; a word of the language with its own arguments written out."""
        behind = value
        while isinstance(behind, Name) and not self._is_word(a, behind.text):
            known = place.scope.get(behind.text, behind)
            if known is behind or (isinstance(known, Name) and known.text == behind.text):
                break
            behind = known
        if a.sequence and isinstance(behind, Sequence):
            parts: list[Value] = []
            for i, part in enumerate(behind.parts, 1):
                made = self._value(a, part, replace(place, path=f"{place.path}.{i}"), notes)
                parts += made.parts if isinstance(made, Sequence) else (made,)
            return replace(behind, parts=tuple(parts))
        if a.kind == "word" and isinstance(behind, Name | Call):
            return self._word(a, behind, place, notes)
        keep = isinstance(value, Name) and self._is_word(a, value.text)
        closed = value if keep else close(value, place.scope)
        if a.kind in ("dim", "int") and isinstance(closed, Number):
            if isinstance(closed.value, float) and closed.value == int(closed.value):
                closed = number(int(closed.value))
        notes += self.note(place.path, closed, value.span, place)
        return closed

    def _word(self, a: Arg, value: Name | Call, place: Place, notes: list[str]) -> Value:
        word, span = (
            (value.text, value.span) if isinstance(value, Name) else (value.word, value.word_span)
        )
        kind = self.registry.find(a.category, word)
        if kind is None:
            return close(value, place.scope)
        notes += self.note(place.path, Name(word, span), span, place)
        items = value.items if isinstance(value, Call) else ()
        made, said = self.items(kind, word, items, place)
        notes += said
        if not made:
            return Name(word, span)
        return Call(word, span, made, span)

    def _is_word(self, a: Arg, text: str) -> bool:
        if text in a.one_of:
            return True
        return a.kind == "word" and self.registry.find(a.category, text) is not None


def _given(
    kind: type[Definition], items: tuple[Item, ...]
) -> tuple[dict[str, list[Value]], set[str]]:
    """The values of every argument, as the binder reads them, and which are given by place."""
    given: dict[str, list[Value]] = {}
    bare: set[str] = set()
    by_label = {a.label: a for a in kind.args}
    positional = [a for a in kind.args if not a.keyword]
    for item in items:
        if item.name is not None:
            a = by_label[item.name]
        else:
            a = next(p for p in positional if p.many or p.name not in given)
            bare.add(a.name)
        several = a.many and isinstance(item.value, Group)
        values = item.value.values if isinstance(item.value, Group) and several else (item.value,)
        given.setdefault(a.name, []).extend(values)
    return given, bare


def _as_items(a: Arg, values: list[Value], positional: bool) -> list[Item]:
    """The values of an argument as items of a call."""
    if positional:
        return [Item(None, None, v, v.span) for v in values]
    if len(values) == 1:
        return [Item(a.label, None, values[0], values[0].span)]
    group = Group(tuple(values), values[0].span)
    return [Item(a.label, None, group, group.span)]


def _plain(value: Value) -> int | float | bool | str:
    if isinstance(value, Number | Boolean | String):
        return value.value
    return " ".join(value_pieces(value))


def statement(
    word: str, items: tuple[Item, ...], comment: str, place: Span, **more: Any
) -> Statement:
    """A statement of the expanded spec, with its comment."""
    return Statement(word, place, items, place, place, trailing=comment, **more)
