"""What names stand for: those of `let`, and the parameters of a block inside it.

Arithmetic over names gives a number, and a search range its nominal value.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import cast

from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report_values
from specc.lang.arithmetic import BAD, Poison, evaluate, extent
from specc.lang.bound import SearchRange
from specc.lang.lets import in_order
from specc.lang.ranges import searchable, tried_in, written_well
from specc.lang.spec import Binary, Call, Name, Number, Range, Unary, Value
from specc.lang.spec import Sequence as Chain
from specc.record import Record, field, replace

MOST_PARTS = 100_000
"""Values that all names stand for together. What a file writes out has fewer, but a name for twice
what another name stands for, and one for twice that, would soon fill any memory.
"""


class Environment(Record, eq=False):
    """The names that can stand at a place, with what was written for each, None where something was
    said about that. Says what is wrong with them to the sink, once.
    """

    sink: Sink
    lets: Mapping[str, Value | None]
    searches: list[SearchRange] = field(default_factory=list)
    root: Sink | None = None
    places: Mapping[str, Span] = field(default_factory=dict)
    _numbers: dict[str, int | float | Poison] = field(default_factory=dict)
    _closed: dict[Span, Value | None] = field(default_factory=dict)

    def closed(self) -> Environment:
        """These names with the value of every `let` computed, so that a parameter of a block
        which has the same name as something in it cannot change it.
        """
        lets: dict[str, Value | None] = dict.fromkeys(self.lets)
        made = replace(self, lets=lets, _numbers={}, _closed={})
        extents: dict[str, int] = {}
        total = 0
        for name in in_order(self.lets, self.sink):
            value = self.lets[name]
            if value is None:
                continue
            extents[name] = extent(value, extents)
            total += extents[name]
            if total > MOST_PARTS:
                self.sink.add(report_values.too_many_parts(name, value, MOST_PARTS))
                break
            lets[name] = made.close(value)
        for name, value in lets.items():
            made.search(name, value)
        return made

    def search(self, path: str, value: Value | None) -> None:
        """Keep a search range, if that is what a name stands for. One of words is checked where an
        argument says which words these are.
        """
        if not isinstance(value, Range) or _is_word(value.nominal, self.lets):
            return
        nominal = self.number(value)
        if not isinstance(nominal, Poison) and self.covers(value, nominal):
            self.searches.append(SearchRange(path, nominal, value.domain, value.span))

    def covers(self, value: Range, nominal: float) -> bool:
        """Whether the range of a `let` is one of numbers, and the value is among them."""
        domain = value.domain
        if not written_well(domain, self.sink):
            return False
        tried = [self.number(choice) for choice in tried_in(domain)]
        if any(isinstance(n, Poison) for n in tried):
            return False
        return searchable(value, nominal, tried, self.sink)

    def inside(
        self,
        names: Mapping[str, Value | None],
        places: Mapping[str, Span],
        chain: tuple[Span, ...],
    ) -> Environment:
        """The names in the body of a block: its parameters too."""
        root = self.root or self.sink
        return replace(
            self,
            # Not copied: a file may have many names, and many uses of blocks that all keep theirs.
            lets=ChainMap(dict(names), cast("dict[str, Value | None]", self.lets)),
            places=ChainMap(dict(places), cast("dict[str, Span]", self.places)),
            sink=root.inside(chain),
            root=root,
            _numbers={},
            _closed={},
        )

    def close_once(self, value: Value) -> Value | None:
        """`close` for a value that is asked for again and again, unless there is something to say
        about it.
        """
        if value.span in self._closed:
            return self._closed[value.span]
        said = len(self.sink.log)
        closed = self.close(value)
        if len(self.sink.log) == said:
            self._closed[value.span] = closed
        return closed

    def close(self, value: Value) -> Value | None:
        """A value without these names in it, all of which are closed; None where something was said
        about it.
        """
        match value:
            case Number():
                return value
            case Unary() | Binary():
                number = self.number(value)
                return None if isinstance(number, Poison) else Number(number, value.span)
            case Name() if value.text in self.lets:
                return self.lets[value.text]
            case Range():
                nominal = self.close(value.nominal)
                return None if nominal is None else replace(value, nominal=nominal)
            case Call():
                items = tuple(
                    item if (v := self.close(item.value)) is None else replace(item, value=v)
                    for item in value.items
                )
                return replace(value, items=items)
            case Chain():
                closed = (self.close(part) for part in value.parts)
                parts = tuple(
                    old if new is None else new
                    for old, new in zip(value.parts, closed, strict=True)
                )
                return replace(value, parts=parts)
            case _:
                return value

    def number(self, value: Value) -> int | float | Poison:
        """The number behind an expression, or BAD after a message."""
        if isinstance(value, Binary) and value.operator == "-":
            dashed = report_values.dashed_name(value, self.lets, self.places)
            if dashed is not None:
                self.sink.add(dashed)
                return BAD
        return evaluate(value, self._let, self.sink)

    def _let(self, name: Name) -> int | float | Poison:
        if name.text not in self.lets:
            self.sink.add(report_values.unknown_name(name, tuple(self.lets), self.places))
            return BAD
        bound = self.lets[name.text]
        if bound is None:
            return BAD
        if isinstance(bound, Number):
            return bound.value
        inner = bound.nominal if isinstance(bound, Range) else bound
        if _is_word(inner, self.lets):
            self.sink.add(report_values.no_number(name, bound))
            return BAD
        if name.text not in self._numbers:
            for needed in in_order(self.lets, self.sink, name.text):
                value = self.lets[needed]
                self._numbers[needed] = BAD if value is None else self.number(value)
        return self._numbers.get(name.text, BAD)


def _is_word(value: Value, lets: Mapping[str, Value | None]) -> bool:
    """Whether a value is something else than a number, or arithmetic that may give one."""
    if isinstance(value, Name):
        return value.text not in lets
    return not isinstance(value, Number | Unary | Binary | Range)
