"""What names stand for: those of `let`, and the parameters of a block inside it.

Arithmetic over names gives a number, and a search range its nominal value, or the choice that is
being proven.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report_values
from specc.lang.arithmetic import BAD, Poison, evaluate
from specc.lang.bound import SearchRange
from specc.lang.lets import in_order
from specc.lang.ranges import searchable, tried_in, written_well
from specc.lang.spec import Binary, Call, Name, Number, Range, Unary, Value
from specc.lang.spec import Sequence as Chain
from specc.record import Record, field, replace


class Environment(Record, eq=False):
    """The names that can stand at a place, with what was written for each, None where something was
    said about that. Says what is wrong with them to the sink, once.
    """

    sink: Sink
    lets: Mapping[str, Value | None]
    searches: list[SearchRange] = field(default_factory=list)
    picks: Mapping[Span, Value] = field(default_factory=dict)
    root: Sink | None = None
    places: Mapping[str, Span] = field(default_factory=dict)
    _numbers: dict[str, int | float | Poison] = field(default_factory=dict)

    def closed(self) -> Environment:
        """These names with the value of every `let` computed, so that a parameter of a block
        which has the same name as something in it cannot change it.
        """
        lets: dict[str, Value | None] = dict.fromkeys(self.lets)
        made = replace(self, lets=lets, _numbers={})
        for name in in_order(self.lets, self.sink):
            value = self.lets[name]
            lets[name] = None if value is None else made.close(value)
        for name, value in lets.items():
            if isinstance(value, Range):
                nominal = made.number(self.picked(value))
                if not isinstance(nominal, Poison) and made.covers(value, nominal):
                    self.searches.append(SearchRange(name, nominal, value.domain, value.span))
        return made

    def covers(self, value: Range, nominal: float) -> bool:
        """Whether the range of a `let` is one of numbers, and the value is among them."""
        domain = value.domain
        if not written_well(domain, self.sink):
            return False
        tried = [self.number(choice) for choice in tried_in(domain)]
        if any(isinstance(n, Poison) for n in tried):
            return False
        return value.span in self.picks or searchable(value, nominal, tried, self.sink)

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
            lets={**self.lets, **names},
            places={**self.places, **places},
            sink=root.inside(chain),
            root=root,
            _numbers={},
        )

    def close(self, value: Value) -> Value | None:
        """A value without these names in it; None where something was said about it."""
        match value:
            case Number():
                return value
            case Unary() | Binary():
                number = self.number(value)
                return None if isinstance(number, Poison) else Number(number, value.span)
            case Name() if value.text in self.lets:
                bound = self.lets[value.text]
                return None if bound is None else self.close(bound)
            case Range():
                nominal = self.close(self.picked(value))
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

    def picked(self, value: Range) -> Value:
        """What stands for a search range: its nominal value, or the choice that is being proven."""
        return self.picks.get(value.span, value.nominal)

    def number(self, value: Value) -> int | float | Poison:
        """The number behind an expression, or BAD after a message."""
        if isinstance(value, Binary) and value.operator == "-":
            dashed = report_values.dashed_name(value, self.lets, self.places)
            if dashed is not None:
                self.sink.add(dashed)
                return BAD
        return evaluate(value, self._let, self.picked, self.sink)

    def _let(self, name: Name) -> int | float | Poison:
        if name.text not in self.lets:
            self.sink.add(report_values.unknown_name(name, tuple(self.lets), self.places))
            return BAD
        bound = self.lets[name.text]
        if bound is None:
            return BAD
        if isinstance(bound, Number):
            return bound.value
        word = isinstance(bound, Name) and bound.text not in self.lets
        if word or not isinstance(bound, Name | Unary | Binary | Range):
            self.sink.add(report_values.no_number(name, bound))
            return BAD
        if name.text not in self._numbers:
            for needed in in_order(self.lets, self.sink, name.text):
                value = self.lets[needed]
                self._numbers[needed] = BAD if value is None else self.number(value)
        return self._numbers.get(name.text, BAD)
