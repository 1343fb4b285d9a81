"""From written values to checked ones: arithmetic over `let` names, kinds, ranges and units of
arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report
from specc.lang.bound import SearchRange
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
    String,
    Unary,
    Value,
)
from specc.lang.spec import (
    Sequence as Then,
)
from specc.library.define import Arg, Definition
from specc.library.registry import Registry
from specc.library.words import Duration, Objective, Seed, Unit


class Poison:
    """The type of `BAD`, a value about which something was already said."""


BAD: Final = Poison()
LARGEST: Final = 2**63
DOMAINS: Final = ("log", "uniform", "int", "near_one")
UNITS: Final[dict[str, tuple[Unit, float]]] = {
    "epoch": ("epochs", 1),
    "epochs": ("epochs", 1),
    "step": ("steps", 1),
    "steps": ("steps", 1),
    "s": ("seconds", 1),
    "sec": ("seconds", 1),
    "second": ("seconds", 1),
    "seconds": ("seconds", 1),
    "min": ("seconds", 60),
    "minute": ("seconds", 60),
    "minutes": ("seconds", 60),
    "h": ("seconds", 3600),
    "hour": ("seconds", 3600),
    "hours": ("seconds", 3600),
}


def written(value: Value) -> str:
    """What a value is, in words, for messages."""
    match value:
        case String():
            return "a text"
        case Boolean():
            return f"`{'true' if value.value else 'false'}`"
        case Number() | Unary() | Binary():
            return f"the number `{value.span.text}`"
        case Name():
            return f"the name `{value.text}`"
        case Quantity():
            return f"the quantity `{value.span.text}`"
        case Call():
            return f"`{value.word}(...)`"
        case Group():
            return "several values"
        case Then():
            return "a sequence"
        case Comparison():
            return "a comparison"
        case Range():
            return "a search range"


@dataclass
class Reader:
    """Turns values into what definitions take, for one spec. Says what is wrong to the sink,
    once.
    """

    registry: Registry
    sink: Sink
    lets: Mapping[str, Value | None]
    searches: list[SearchRange] = field(default_factory=list)
    picks: Mapping[Span, Value] = field(default_factory=dict)
    root: Sink | None = None
    _open: list[str] = field(default_factory=list)

    def closed(self) -> Reader:
        """This reader with the value of every `let` computed, so that a parameter of a block
        which has the same name as something in it cannot change it.
        """
        lets: dict[str, Value | None] = {}
        for name, value in self.lets.items():
            self._open.append(name)
            lets[name] = None if value is None else self.close(value)
            self._open.pop()
            if isinstance(value, Range):
                nominal = self.number(self.picked(value))
                if not isinstance(nominal, Poison):
                    self.searches.append(SearchRange(name, nominal, value.domain, value.span))
        return replace(self, lets=lets, _open=[])

    def inside(self, names: Mapping[str, Value | None], chain: tuple[Span, ...]) -> Reader:
        """A reader for the body of a block: its parameters are names too."""
        root = self.root or self.sink
        sink = root.inside(chain)
        return replace(self, lets={**self.lets, **names}, sink=sink, root=root, _open=[])

    def close(self, value: Value) -> Value | None:
        """A value without names of this reader in it; None where something was said about it."""
        match value:
            case Number() | Unary() | Binary():
                number = self.number(value)
                return None if isinstance(number, Poison) else Number(number, value.span)
            case Name() if value.text in self.lets and value.text not in self._open:
                bound = self.lets[value.text]
                return None if bound is None else self.close(bound)
            case Name() if value.text in self._open:
                number = self._let(value)
                return None if isinstance(number, Poison) else Number(number, value.span)
            case Range():
                nominal = self.close(self.picked(value))
                return None if nominal is None else replace(value, nominal=nominal)
            case Call():
                items = tuple(
                    item if (v := self.close(item.value)) is None else replace(item, value=v)
                    for item in value.items
                )
                return replace(value, items=items)
            case _:
                return value

    def picked(self, value: Range) -> Value:
        """What stands for a search range: its nominal value, or the choice that is being proven."""
        return self.picks.get(value.span, value.nominal)

    def call(
        self, category: str, what: str, word: str, span: Span, items: Sequence[Item], path: str
    ) -> Definition | None:
        """The definition of a word of a category with checked arguments, or None after a
        message.
        """
        kind = self.registry.find(category, word)
        if kind is None:
            elsewhere = [c for c in self.registry.categories(word) if c != category]
            if elsewhere:
                self.sink.add(
                    report.misplaced(
                        word,
                        span,
                        f"where {what} goes",
                        f"{_article(report.SINGULAR[elsewhere[0]])}",
                        f"{what} is one of {report.listing(self.registry.words(category))}",
                    )
                )
            else:
                bare = what.split(" ", 1)[1]
                self.sink.add(report.unknown_word(word, span, bare, self.registry.words(category)))
            return None
        return self.fill(kind, word, span, items, path)

    def fill(
        self, kind: type[Definition], word: str, span: Span, items: Sequence[Item], path: str
    ) -> Definition | None:
        """An instance of a definition from the items of a statement or call, or None after a
        message.
        """
        values: dict[str, Any] = {}
        spans: dict[str, Span] = {"": span}
        ok = True
        positional = [a for a in kind.args if not a.keyword]
        by_label = {a.label: a for a in kind.args}
        for item in items:
            if item.name is not None:
                target = by_label.get(item.name)
                if target is None:
                    self.sink.add(
                        report.unknown_argument(
                            item.name, item.name_span or item.span, word, kind.args
                        )
                    )
                    ok = False
                    continue
            else:
                target = next((a for a in positional if a.many or a.name not in values), None)
                if target is None:
                    self.sink.add(report.too_many(item.span, word, kind.args))
                    ok = False
                    continue
            if target.name in values and not (target.many and item.name is None):
                self.sink.add(report.given_twice(target.label, item.span, spans[target.name]))
                ok = False
                continue
            value = self.value(target, item.value, word, f"{path}.{target.label}")
            if target.many:
                several = item.value.values if isinstance(item.value, Group) else ()
                if several:
                    value = tuple(self.value(target, v, word, path) for v in several)
                    ok = ok and BAD not in value
                else:
                    value = (*values.get(target.name, ()), value)
                    ok = ok and value[-1] is not BAD
            elif value is BAD:
                ok = False
            values[target.name] = value
            spans[target.name] = (
                spans[target.name].to(item.value.span) if target.name in spans else item.value.span
            )
        for a in kind.args:
            if a.required and a.name not in values:
                if ok:
                    self.sink.add(report.missing_argument(a, span, word))
                ok = False
        return kind(word=word, spans=spans, **values) if ok else None

    def value(self, arg: Arg, value: Value, word: str, path: str) -> Any:
        """One argument, or BAD after a message."""
        if isinstance(value, Range):
            return self._range(arg, value, word, path)
        if isinstance(value, Group) and arg.many:
            return BAD if not value.values else self.value(arg, value.values[0], word, path)
        if self._is_named(arg, value):
            named = self.lets[cast(Name, value).text]
            return BAD if named is None else self.value(arg, named, word, path)
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
                return self._duration(arg, value, word)
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
        if not isinstance(value, Name) or value.text not in self.lets:
            return False
        if arg.kind in ("dim", "int", "float") or value.text in self._open:
            return False  # arithmetic resolves names itself, with cycles told apart
        return not (
            value.text in arg.one_of or (arg.kind == "word" and self._is_word(arg, value.text))
        )

    def _is_word(self, arg: Arg, word: str) -> bool:
        return self.registry.find(arg.category, word) is not None

    def _wrong(self, arg: Arg, value: Value, word: str) -> Poison:
        self.sink.add(report.wrong_kind(arg, value.span, word, written(value)))
        return BAD

    def _word(self, arg: Arg, value: Value, word: str, path: str) -> Any:
        what = _article(report.SINGULAR[arg.category])
        if isinstance(value, Name):
            found = self.call(arg.category, what, value.text, value.span, (), path)
        elif isinstance(value, Call):
            found = self.call(arg.category, what, value.word, value.word_span, value.items, path)
        else:
            return self._wrong(arg, value, word)
        return BAD if found is None else found

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
            self.sink.add(report.not_one_of(arg, value.span, word, text))
            return BAD
        return text

    def _duration(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, Quantity):
            unit = UNITS.get(value.unit)
            if unit is None:
                self.sink.add(report.unknown_unit(value.unit_span, value.unit, tuple(UNITS)))
                return BAD
            amount = value.amount.value
            if amount <= 0:
                self.sink.add(
                    Diagnostic(
                        "E0205",
                        f"{report.whose(arg, word)} must be above 0, not {amount:g} {value.unit}",
                        Label(value.span, "must be above 0"),
                    )
                )
                return BAD
            return Duration(amount * unit[1], unit[0])
        if isinstance(value, Number) and value.percent:
            if not 0 < value.value <= 1:
                self.sink.add(
                    Diagnostic(
                        "E0205",
                        f"{report.whose(arg, word)} is a share of the run, not {value.span.text}",
                        Label(value.span, "above 0% and at most 100%"),
                    )
                )
                return BAD
            return Duration(float(value.value), "share")
        if isinstance(value, Number | Binary | Unary):
            self.sink.add(report.no_unit(arg, value.span, word, value.span.text))
            return BAD
        return self._wrong(arg, value, word)

    def _objective(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, Call) and value.word in ("min", "max") and len(value.items) == 1:
            inner = value.items[0]
            if inner.name is None and isinstance(inner.value, Name):
                direction: Any = value.word
                return Objective(direction, inner.value.text)
        return self._wrong(arg, value, word)

    def _seed(self, arg: Arg, value: Value, word: str) -> Any:
        """`1`, `legacy(3)`, or for `shuffle` also `true` and `false`."""
        if arg.kind == "shuffle" and isinstance(value, Boolean):
            return value.value
        legacy = isinstance(value, Call) and value.word == "legacy"
        if isinstance(value, Call):
            if not legacy or len(value.items) != 1 or value.items[0].name is not None:
                return self._wrong(arg, value, word)
            value = value.items[0].value
        elif arg.kind == "shuffle":
            return self._wrong(arg, value, word)
        number = self._number(replace(arg, kind="int"), value, word)
        return BAD if number is BAD else Seed(number, legacy)

    def _number(self, arg: Arg, value: Value, word: str) -> Any:
        if isinstance(value, Name) and value.text in arg.one_of:
            return value.text
        if isinstance(value, Name) and value.text not in self.lets and arg.one_of:
            self.sink.add(report.not_one_of(arg, value.span, word, value.text))
            return BAD
        if isinstance(value, Quantity):
            self.sink.add(
                Diagnostic(
                    "E0206",
                    f"{report.whose(arg, word)} has no unit, but `{value.unit}` is given",
                    Label(value.unit_span, "no unit here"),
                )
            )
            return BAD
        if not isinstance(value, Number | Name | Unary | Binary):
            return self._wrong(arg, value, word)
        number = self.number(value)
        if isinstance(number, Poison):
            return BAD
        if arg.kind in ("dim", "int") and (not isinstance(number, int) or abs(number) >= LARGEST):
            if isinstance(number, int) or number != int(number):
                self._not_whole(arg, value, word, number)
                return BAD
            number = int(number)
        if not arg.admits(number):
            if arg.kind == "dim":
                self._not_whole(arg, value, word, number)
            else:
                self.sink.add(report.out_of_range(arg, value.span, word, number))
            return BAD
        return number if arg.kind in ("dim", "int") else float(number)

    def _not_whole(self, arg: Arg, value: Value, word: str, number: float) -> None:
        code = "E0306" if arg.kind == "dim" else "E0204"
        wanted = "a whole positive number" if arg.kind == "dim" else "a whole number"
        notes = () if isinstance(value, Number | Unary) else (f"{value.span.text} = {number:g}",)
        divides = isinstance(value, Binary) and value.operator == "/"
        helps = (Help("`//` divides without a remainder"),) if divides else ()
        self.sink.add(
            Diagnostic(
                code,
                f"{report.whose(arg, word)} must be {wanted}, but is {number:g}",
                Label(value.span, f"must be {wanted}"),
                notes=notes,
                helps=helps,
            )
        )

    def _range(self, arg: Arg, value: Range, word: str, path: str) -> Any:
        """The nominal value; every choice of the range is checked as if it stood there."""
        ok = True
        if isinstance(value.domain, Choices):
            for choice in value.domain.values:
                ok = self.value(arg, choice, word, path) is not BAD and ok
        elif value.domain.word not in DOMAINS:
            self.sink.add(
                report.unknown_word(
                    value.domain.word, value.domain.word_span, "search range", DOMAINS
                )
            )
            ok = False
        elif len(value.domain.items) != 2:
            self.sink.add(
                Diagnostic(
                    "E0203",
                    f"`{value.domain.word}` needs its two ends",
                    Label(value.domain.span, "from, to"),
                    helps=(Help(f"for example `{value.domain.word}(1e-4, 1e-1)`"),),
                )
            )
            ok = False
        else:
            for item in value.domain.items:
                ok = self.value(arg, item.value, word, path) is not BAD and ok
        nominal = self.value(arg, self.picked(value), word, path)
        if nominal is BAD or not ok:
            return BAD
        if isinstance(nominal, int | float):
            self.searches.append(SearchRange(path, nominal, value.domain, value.span))
        return nominal

    def number(self, value: Value) -> int | float | Poison:
        """The number behind an expression, or BAD after a message. Whole numbers stay whole and
        exact.
        """
        match value:
            case Number():
                return value.value
            case Range():
                return self.number(self.picked(value))
            case Name():
                return self._let(value)
            case Unary():
                inner = self.number(value.operand)
                return inner if isinstance(inner, Poison) else -inner
            case Binary():
                left, right = self.number(value.left), self.number(value.right)
                if isinstance(left, Poison) or isinstance(right, Poison):
                    return BAD
                return self._arithmetic(value, left, right)
            case _:
                self.sink.add(
                    Diagnostic(
                        "E0204",
                        f"a number goes here, not {written(value)}",
                        Label(value.span, "takes a number"),
                    )
                )
                return BAD

    def _let(self, name: Name) -> int | float | Poison:
        if name.text in self.lets and self.lets[name.text] is None:
            return BAD
        bound = self.lets.get(name.text)
        if bound is None:
            self.sink.add(
                Diagnostic(
                    "E0210",
                    f"nothing is called `{name.text}`",
                    Label(name.span, "unknown name"),
                    helps=report.meant(name.text, name.span, tuple(self.lets))
                    or (Help(f"define it at the top of the file: `let {name.text} = 64`"),),
                )
            )
            return BAD
        if name.text in self._open:
            self.sink.add(
                Diagnostic(
                    "E0213",
                    f"`let {name.text}` depends on itself",
                    Label(name.span, "used in its own value"),
                )
            )
            return BAD
        self._open.append(name.text)
        try:
            return self.number(bound)
        finally:
            self._open.pop()

    def _arithmetic(self, value: Binary, a: int | float, b: int | float) -> int | float | Poison:
        try:
            match value.operator:
                case "+":
                    result = a + b
                case "-":
                    result = a - b
                case "*":
                    result = a * b
                case "/":
                    whole = isinstance(a, int) and isinstance(b, int) and a % b == 0
                    result = a // b if whole else a / b
                case "//":
                    result = a // b
                case _:
                    if abs(b) > 1024:
                        raise OverflowError
                    result = a**b
            if isinstance(result, complex) or result != result or abs(result) > 1e300:
                raise OverflowError
        except (ZeroDivisionError, OverflowError) as error:
            zero = isinstance(error, ZeroDivisionError)
            self.sink.add(
                Diagnostic(
                    "E0213",
                    f"`{value.span.text}` cannot be computed",
                    Label(value.span, "division by zero" if zero else "not a finite number"),
                )
            )
            return BAD
        return result


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
