"""From written values to checked ones: the kind, the range and the unit that each argument of a
definition takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from specc.diag.diagnostic import Diagnostic, Edit, Help
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang import report, report_numbers, report_values
from specc.lang.arithmetic import BAD, Poison
from specc.lang.bound import SearchRange
from specc.lang.durations import read_duration
from specc.lang.environment import Environment
from specc.lang.foreign import ours
from specc.lang.ranges import searchable, tried_in, written_well
from specc.lang.report_numbers import LARGEST
from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Group,
    Item,
    Name,
    Number,
    Quantity,
    Range,
    String,
    Unary,
    Value,
)
from specc.lang.spec import Sequence as Chain
from specc.library.define import Arg, Definition
from specc.library.registry import Registry
from specc.library.words import Objective, Seed
from specc.record import Record, replace


class Reader(Record, eq=False):
    """Turns values into what definitions take, for one spec. Says what is wrong to the sink,
    once.
    """

    registry: Registry
    names: Environment

    @property
    def sink(self) -> Sink:
        return self.names.sink

    def inside(
        self,
        names: Mapping[str, Value | None],
        places: Mapping[str, Span],
        chain: tuple[Span, ...],
    ) -> Reader:
        """A reader for the body of a block: its parameters are names too."""
        return replace(self, names=self.names.inside(names, places, chain))

    def call(
        self, category: str, what: str, word: str, span: Span, items: Sequence[Item], path: str
    ) -> Definition | None:
        """The definition of a word of a category with checked arguments, or None after a
        message.
        """
        kind = self.registry.find(category, word)
        if kind is not None:
            return self.fill(kind, word, span, items, path, called_by=category)
        words = self.registry.words(category)
        elsewhere = [c for c in self.registry.categories(word) if c != category]
        if elsewhere:
            fix = Help(f"{what} is one of {report.listing(words)}")
            known = ours(word, category, words)
            if known is not None:
                fix = Help(f"{what} that does so is `{known}`", (Edit(span, known),))
            self.sink.add(
                report.misplaced(word, span, f"where {what} goes", report.called(elsewhere[0]), fix)
            )
        elif category == "sources" and "." in word:
            self.sink.add(report_values.bare_file(word, span))
        else:
            bare = what.split(" ", 1)[1]
            self.sink.add(report.unknown_word(word, span, bare, words, category))
        return None

    def fill(
        self,
        kind: type[Definition],
        word: str,
        span: Span,
        items: Sequence[Item],
        path: str,
        called_by: str = "",
    ) -> Definition | None:
        """An instance of a definition from the items of a statement or call, or None after a
        message. `called_by` is the category of a call, empty for a statement.
        """
        comma = report_numbers.decimal_comma(items, kind.args)
        comma = comma or report_numbers.without_brackets(items, kind.args)
        if comma is not None:
            self.sink.add(comma)
            return None
        strays = None if called_by else _stray_numbers(items, word, kind)
        if strays is not None:
            self.sink.add(strays)
            return None
        values: dict[str, Any] = {}
        spans: dict[str, Span] = {"": span}
        ok = certain = True
        positional = [a for a in kind.args if not a.keyword]
        by_label = {a.label: a for a in kind.args}
        # Values that are too many may each have been meant for another argument.
        bare = sum(i.name is None for i in items)
        crowded = bare > len(positional) and not any(a.many for a in positional)
        for item in items:
            if item.name is not None:
                target = by_label.get(item.name)
                if target is None:
                    ok = False
                    target = self._meant(item, items, kind, word)
                    if target is None or target.name in values:
                        certain = False
                        continue
            else:
                if not certain:  # which argument this is depends on one that is not known
                    continue
                target = next((a for a in positional if a.many or a.name not in values), None)
                if target is None:
                    before = items[0].span if len(items) == 2 else None
                    self.sink.add(report.too_many(item.span, word, kind.args, before))
                    ok = False
                    continue
                if crowded and called_by:
                    values[target.name], spans[target.name] = BAD, item.value.span
                    continue
                stray = report.out_of_order(item, items, target.label)
                if stray is not None:
                    self.sink.add(stray)
                    ok = False
            named = report_values.number_with_name(item, target, kind.args, values)
            if named is not None:
                ok, values[named.name], spans[named.name] = False, BAD, item.span
                self.sink.add(report_values.nameless(target, named, item.value, word))
                continue
            if target.name in values and not (target.many and item.name is None):
                self.sink.add(
                    report.given_twice(
                        target.label, item.name_span or item.span, spans[target.name]
                    )
                )
                ok = False
                continue
            inside = f"{path}.{target.label}"
            if target.many:
                several = item.value.values if isinstance(item.value, Group) else (item.value,)
                found = tuple(self.value(target, v, word, inside) for v in several)
                ok = ok and BAD not in found
                whole = isinstance(item.value, Group)
                value: Any = found if whole else (*values.get(target.name, ()), *found)
            else:
                value = self.value(target, item.value, word, inside)
                ok = ok and value is not BAD
            values[target.name] = value
            spans[target.name] = (
                spans[target.name].to(item.value.span) if target.name in spans else item.value.span
            )
        for a in kind.args:
            if a.required and a.name not in values:
                if ok:
                    self.sink.add(report_values.missing_argument(a, span, word, called_by))
                ok = False
        return kind(word=word, spans=spans, **values) if ok else None

    def _meant(
        self, item: Item, items: Sequence[Item], kind: type[Definition], word: str
    ) -> Arg | None:
        """The argument for which an unknown name probably stands, after E0202."""
        holder = None
        for a, other in zip(kind.args, items, strict=False):
            if a.kind == "word" and other.name is None and isinstance(other.value, Name | Call):
                name = other.value.text if isinstance(other.value, Name) else other.value.word
                inner = self.registry.find(a.category, name)
                holder = (other.value, inner.args) if inner is not None else None
        given = {i.name for i in items}
        bare = sum(i.name is None for i in items)
        taken = [a.label for a in kind.args if not a.keyword][:bare]
        free = [a for a in kind.args if a.label not in given and a.label not in taken]
        name = item.name or ""
        if any(a.kind == "word" and self.registry.find(a.category, name) for a in free):
            self.sink.add(report.not_called(item, word))
            return None
        found = report.unknown_argument(item, word, kind.args, free, holder)
        self.sink.add(found)
        said = [e.text.split(" ")[0] for h in found.helps for e in h.edits]
        return next((a for a in kind.args if [a.label] == said), None)

    def value(self, arg: Arg, value: Value, word: str, path: str) -> Any:
        """One argument, or BAD after a message."""
        if isinstance(value, Range):
            return self._range(arg, value, word, path)
        if self._is_either(arg, value):
            place = self.names.places[cast(Name, value).text]
            self.sink.add(report.two_meanings(cast(Name, value), place))
            return BAD
        if self._is_named(arg, value):
            named = self.names.lets[cast(Name, value).text]
            return BAD if named is None else self.value(arg, named, word, path)
        if arg.sequence:
            return self._sequence(arg, value, word, path)
        match arg.kind:
            case "word":
                return self._word(arg, value, word, path)
            case "bool":
                return value.value if isinstance(value, Boolean) else self._wrong(arg, value, word)
            case "string" | "path":
                return value.value if isinstance(value, String) else self._wrong(arg, value, word)
            case "name" | "metric":
                return self._name(arg, value, word)
            case "duration":
                found = read_duration(arg, value, word, self.sink)
                return self._wrong(arg, value, word) if found is None else found
            case "objective":
                return self._objective(arg, value, word)
            case "seed" | "shuffle":
                return self._seed(arg, value, word)
            case _:
                return self._number(arg, value, word)

    def _is_named(self, arg: Arg, value: Value) -> bool:
        """Whether a `let` or a parameter stands behind a name, where the argument is not itself
        one.
        """
        if not isinstance(value, Name) or value.text not in self.names.lets:
            return False
        if arg.kind in ("dim", "int", "float"):
            return False  # arithmetic resolves names itself
        return not self._is_word(arg, value.text)

    def _is_either(self, arg: Arg, value: Value) -> bool:
        """Whether a name is a word here, and stands for something else as well."""
        named = isinstance(value, Name) and value.text in self.names.places
        return named and self._is_word(arg, cast(Name, value).text)

    def _is_word(self, arg: Arg, word: str) -> bool:
        known = arg.kind == "word" and self.registry.find(arg.category, word) is not None
        return known or word in arg.one_of

    def _wrong(self, arg: Arg, value: Value, word: str, got: str = "") -> Poison:
        words = self.registry.words(arg.category) if arg.category else ()
        self.sink.add(report_values.wrong_kind(arg, value, word, words, got))
        return BAD

    def _word(self, arg: Arg, value: Value, word: str, path: str) -> Any:
        what = report.called(arg.category)
        if isinstance(value, Name) and value.text.lower() not in report_values.NOTHING:
            found = self.call(arg.category, what, value.text, value.span, (), path)
        elif isinstance(value, Call):
            found = self.call(arg.category, what, value.word, value.word_span, value.items, path)
        else:
            return self._wrong(arg, value, word)
        return BAD if found is None else found

    def _sequence(self, arg: Arg, value: Value, word: str, path: str) -> Any:
        """One word, or several joined by `then`, as a tuple."""
        if not isinstance(value, Chain):
            found = self._word(arg, value, word, path)
            return BAD if found is BAD else (found,)
        parts = [
            self.value(arg, part, word, f"{path}.{i}") for i, part in enumerate(value.parts, 1)
        ]
        return BAD if BAD in parts else tuple(made for part in parts for made in part)

    def _name(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, String):
            text = value.value
        elif isinstance(value, Name):
            text = value.text
        elif isinstance(value, Boolean):
            text = value.span.text
        else:
            return self._wrong(arg, value, word)
        if arg.one_of and text not in arg.one_of:
            self.sink.add(report_values.not_one_of(arg, value.span, word, text))
            return BAD
        return text

    def _objective(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, Call) and value.word in ("min", "max") and len(value.items) == 1:
            inner = value.items[0]
            if inner.name is None and isinstance(inner.value, Name):
                direction: Any = value.word
                return Objective(direction, inner.value.text)
        if isinstance(value, Call) and value.word not in ("min", "max"):
            self.sink.add(
                report.unknown_word(value.word, value.word_span, "objective", ("min", "max"))
            )
            return BAD
        return self._wrong(arg, value, word)

    def _seed(self, arg: Arg, value: Value, word: str) -> Any:
        """`1`, `legacy(3)`, or for `shuffle` also `true` and `false`."""
        if arg.kind == "shuffle" and isinstance(value, Boolean):
            return value.value
        legacy = isinstance(value, Call) and value.word == "legacy"
        if isinstance(value, Call):
            if not legacy:
                self.sink.add(
                    report.unknown_word(value.word, value.word_span, "kind of seed", ("legacy",))
                )
                return BAD
            if len(value.items) != 1 or value.items[0].name is not None:
                return self._wrong(arg, value, word)
            value = value.items[0].value
        elif arg.kind == "shuffle":
            return self._wrong(arg, value, word)
        number = self._number(replace(arg, kind="int"), value, word)
        return BAD if number is BAD else Seed(number, legacy)

    def _number(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, Name) and value.text in arg.one_of:
            return value.text
        if isinstance(value, Name) and value.text not in self.names.lets:
            if arg.one_of:
                self.sink.add(report_values.not_one_of(arg, value.span, word, value.text))
                return BAD
            kinds = self.registry.categories(value.text)
            # A word may also be the name of a `let`, misspelt where that stands.
            if kinds and not suggest(value.text, tuple(self.names.lets), 1):
                got = f"the {report.SINGULAR.get(kinds[0], kinds[0])} `{value.text}`"
                return self._wrong(arg, value, word, got)
            if value.text.lower() in report_values.NOTHING:
                return self._wrong(arg, value, word)
        if isinstance(value, Quantity):
            self.sink.add(report_numbers.stray_unit(arg, value, word))
            return BAD
        if not isinstance(value, Number | Name | Unary | Binary):
            return self._wrong(arg, value, word)
        number = self.names.number(value)
        if isinstance(number, Poison):
            return BAD
        whole = isinstance(number, int) or number == int(number)
        if arg.kind in ("dim", "int") and (not whole or abs(number) >= LARGEST):
            self.sink.add(report_numbers.not_whole(arg, value, word, number, self.names.lets))
            return BAD
        if not arg.admits(number):
            size = arg.kind == "dim" and (arg.at_least or 1) <= 1
            said = report_numbers.not_whole if size else report_numbers.out_of_range
            self.sink.add(said(arg, value, word, number, self.names.lets))
            return BAD
        return int(number) if arg.kind in ("dim", "int") else float(number)

    def _range(self, arg: Arg, value: Range, word: str, path: str) -> Any:
        """The nominal value; every choice of the range is checked as if it stood there."""
        domain, tried = value.domain, []
        ok = written_well(domain, self.sink)
        if ok:
            tried = [self.value(arg, choice, word, path) for choice in tried_in(domain)]
        nominal = self.value(arg, value.nominal, word, path)
        if not ok or nominal is BAD or any(choice is BAD for choice in tried):
            return BAD
        if not searchable(value, nominal, tried, self.sink):
            return BAD
        self.names.searches.append(SearchRange(path, nominal, domain, value.span))
        return nominal


def _stray_numbers(items: Sequence[Item], word: str, kind: type[Definition]) -> Diagnostic | None:
    """`conv 1, 16, 3`; what that would be is looked up only where there are several numbers."""
    if sum(i.name is None and isinstance(i.value, Number | Group) for i in items) < 2:
        return None
    from specc.lang.stray_numbers import stray_numbers

    return stray_numbers(items, word, kind.args)
