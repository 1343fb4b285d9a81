"""The layers of a network, one after the other: uses of blocks and rounds of `repeat` written out.

Names that are known inside a block only get a number where they would meet each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.diag.source import Span
from specc.expand.arguments import NOTHING, Arguments, Settled, statement
from specc.expand.closing import Scope, close
from specc.expand.effective import Place
from specc.expand.literals import span_of, word
from specc.expand.origins import quoted
from specc.lang.behind import parameters
from specc.lang.spec import Call, Group, Item, Name, Number, Range, Statement, Value
from specc.record import Record, replace

JOINS = ("from", "add", "concat")


class _Inside(Record):
    """Where the walk is: names of values, names of numbers, and the way there."""

    scope: Scope
    aliases: dict[str, str]
    uses: tuple[Span, ...] = ()
    chain: tuple[str, ...] = ()


@dataclass
class Flattener:
    """Writes out one network.

    Attributes:
        top: The lets of the file, for the defaults of block parameters.
        notes: What layers do not have, by their labels.
        lets: `let` statements that the walk needs: a block that is given a search range.
    """

    arguments: Arguments
    blocks: Mapping[str, Statement]
    top: Scope
    notes: Mapping[str, str]
    lets: list[Statement] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)
    _inputs: int = 0
    _numbered: bool = True

    def network(self, block: Statement) -> tuple[Statement, ...]:
        """The statements of the expanded `network`."""
        layers = block.block or ()
        self._taken |= {s.alias.text for s in layers if s.alias is not None}
        self._inputs = sum(s.word == "input" for s in layers)
        return tuple(self._body(layers, _Inside(self.top, {}), nested=False))

    def _body(
        self, statements: tuple[Statement, ...], at: _Inside, *, nested: bool = True
    ) -> list[Statement]:
        made: list[Statement] = []
        for s in statements:
            made += self._statement(s, at)
            if not made:
                continue
            if s.dims is not None and made[-1].dims is None:
                dims = tuple(close(d, at.scope) for d in s.dims)
                made[-1] = replace(made[-1], dims=dims, dims_span=s.dims_span)
            if s.alias is not None:
                alias = self._fresh(s.alias.text) if nested else s.alias.text
                at.aliases[s.alias.text] = alias
                made[-1:] = _called(made[-1], alias)
        return made

    def _statement(self, s: Statement, at: _Inside) -> list[Statement]:
        if s.word in self.blocks:
            return self._use(s, at)
        place = Place("network", s.head, at.scope, at.uses, at.chain)
        if s.word == "repeat":
            return self._repeat(s, at, place)
        comment = self.arguments.comment(place, ())
        if s.word == "residual":
            inner = self._body(s.block or (), replace(at, aliases=dict(at.aliases)))
            made = statement("residual", (), comment, s.head, block=tuple(inner))
            return [made]
        if s.word in JOINS:
            return [statement(s.word, _renamed(s.items, at.aliases), comment, s.head)]
        return [self._layer(s, place)]

    def _layer(self, s: Statement, place: Place) -> Statement:
        registry = self.arguments.registry
        kind = registry.find("layers", s.word) or registry.find("activations", s.word)
        if kind is None:
            return replace(s, alias=None, dims=None)
        self._counts[s.word] += 1
        alone = s.word == "input" and self._inputs == 1
        label = s.word if alone else f"{s.word}{self._counts[s.word]}"
        place = replace(place, path=f"network.{label}")
        settled = self._settled(label) if getattr(kind, "biased", False) else NOTHING
        items, notes = self.arguments.items(kind, s.word, s.items, place, settled)
        return statement(s.word, items, self.arguments.comment(place, notes), s.head)

    def _settled(self, label: str) -> Mapping[str, Settled]:
        """Whether a layer that has a bias by default was built with one."""
        if not self._numbered:
            return {"bias": (None, "bias: true, but false directly before a batchnorm")}
        note = self.notes.get(label, "")
        return {"bias": (False, note)} if note else NOTHING

    def _repeat(self, s: Statement, at: _Inside, place: Place) -> list[Statement]:
        count = close(s.items[0].value, at.scope)
        if not isinstance(count, Number):
            # A search may change it, so the rounds cannot be written out, nor layers be told apart.
            self._numbered = False
            where = self.arguments.origins.of(s.head).text
            chain = (*at.chain, f"`{quoted(s.head)}` ({where})")
            inside = replace(at, aliases=dict(at.aliases), chain=chain)
            body = tuple(self._body(s.block or (), inside))
            items = (replace(s.items[0], value=count),)
            return [
                statement("repeat", items, self.arguments.comment(place, ()), s.head, block=body)
            ]
        made: list[Statement] = []
        where = self.arguments.origins.of(s.head).text
        for i in range(int(count.value)):
            round_ = f"round {i + 1} of `{quoted(s.head)}` ({where})"
            inside = replace(at, aliases=dict(at.aliases), chain=(*at.chain, round_))
            made += self._body(s.block or (), inside)
        return made

    def _use(self, s: Statement, at: _Inside) -> list[Statement]:
        block = self.blocks[s.word]
        given: dict[str, Value] = {}
        for label, item in parameters(block, s.items).items():
            # Defaults are written in the file, so they do not see the parameters around the use.
            own = any(item is i for i in s.items)
            value = close(item.value, at.scope if own else self.top)
            given[label] = self._searched(label, value) if isinstance(value, Range) else value
        where = self.arguments.origins.of(s.head).text
        inside = _Inside(
            {**at.scope, **given},
            dict(at.aliases),
            (*at.uses, s.head),
            (*at.chain, f"`{quoted(s.head)}` ({where})"),
        )
        return self._body(block.block or (), inside)

    def _searched(self, label: str, value: Range) -> Name:
        """A name for a search range that is given to a block, since one range is one choice."""
        name, count = label, 1
        while name in self.top or any(s.items[0].name == name for s in self.lets):
            count += 1
            name = f"{label}_{count}"
        item = Item(name, span_of(name), value, value.span)
        origin = self.arguments.origins.of(value.span)
        self.arguments.keep(f"let.{name}", value, origin)
        self.lets.append(statement("let", (item,), f"# {origin.text}", value.span))
        return word(name)

    def _fresh(self, alias: str) -> str:
        name, count = alias, 1
        while name in self._taken:
            count += 1
            name = f"{alias}_{count}"
        self._taken.add(name)
        return name


def _called(last: Statement, alias: str) -> list[Statement]:
    """The last statement of a use with the name that the use gets."""
    if last.alias is None:
        return [replace(last, alias=word(alias))]
    # It has a name inside the block already: this is a second one for the same value.
    again = (Item(None, None, word(last.alias.text), last.head),)
    place = (last.trailing or "").partition(";")[0]
    second = statement("from", again, place, last.head)
    return [last, replace(second, alias=word(alias))]


def _renamed(items: tuple[Item, ...], aliases: Mapping[str, str]) -> tuple[Item, ...]:
    """The names of values as they are called in the expanded network."""

    def renamed(value: Value) -> Value:
        if isinstance(value, Name):
            return word(aliases.get(value.text, value.text))
        if isinstance(value, Group):
            return replace(value, values=tuple(renamed(v) for v in value.values))
        return value

    return tuple(replace(i, value=renamed(i.value)) for i in items)


def block_definitions(statements: tuple[Statement, ...]) -> dict[str, Statement]:
    """The blocks of a file by their names."""
    found: dict[str, Statement] = {}
    for s in statements:
        if s.word == "block" and s.items:
            value = s.items[0].value
            found[value.word if isinstance(value, Call) else value.span.text] = s
    return found
