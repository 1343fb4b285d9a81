"""The numbers behind expressions: whole ones stay whole and exact, and all stay finite.

Names are looked up by whoever asks, so that this knows nothing of `let` and blocks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from specc.diag.diagnostic import Diagnostic, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Choices,
    Comparison,
    Group,
    Name,
    Number,
    Quantity,
    Range,
    Sequence,
    String,
    Unary,
    Value,
)
from specc.record import Record


class Poison:
    """The type of `BAD`, a value about which something was already said."""


BAD: Final = Poison()
LARGEST_POWER = 1024
LARGEST = 1e300


def evaluate(
    value: Value, lookup: Callable[[Name], int | float | Poison], sink: Sink
) -> int | float | Poison:
    """The number behind an expression, or BAD after a message.

    Args:
        value: The expression, no deeper than the syntax allows.
        lookup: The number behind a name, or BAD after a message.
        sink: Where errors go.
    """
    match value:
        case Number():
            return value.value
        case Range():
            return evaluate(value.nominal, lookup, sink)
        case Name():
            return lookup(value)
        case Unary():
            inner = evaluate(value.operand, lookup, sink)
            return inner if isinstance(inner, Poison) else -inner
        case Binary():
            left = evaluate(value.left, lookup, sink)
            right = evaluate(value.right, lookup, sink)
            if isinstance(left, Poison) or isinstance(right, Poison):
                return BAD
            return _operate(value, left, right, sink)
    sink.add(
        Diagnostic(
            "E0204",
            f"a number goes here, not {written(value)}",
            Label(value.span, "takes a number"),
        )
    )
    return BAD


def _operate(value: Binary, a: int | float, b: int | float, sink: Sink) -> int | float | Poison:
    """One operation; E0213 where it has no finite result."""
    try:
        result = _result(value.operator, a, b)
    except (ZeroDivisionError, OverflowError) as error:
        zero = isinstance(error, ZeroDivisionError)
        put_in = f"{shown(a)} {value.operator} {shown(b)}"
        notes = () if put_in == value.span.text else (f"`{value.span.text}` = `{put_in}`",)
        sink.add(
            Diagnostic(
                "E0213",
                f"`{value.span.text}` cannot be computed",
                Label(value.span, "division by zero" if zero else "too large for a number"),
                notes=notes,
            )
        )
        return BAD
    return result


def _result(operator: str, a: int | float, b: int | float) -> int | float:
    result: int | float
    match operator:
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
            if abs(b) > LARGEST_POWER:
                raise OverflowError
            result = a**b
    if isinstance(result, complex) or result != result or abs(result) > LARGEST:
        raise OverflowError
    return result


def shown(number: float) -> str:
    """A number as a message writes it: `4_294_967_295`, `0.001`, `5.333`."""
    if isinstance(number, int) or number == int(number):
        return f"{int(number):_}" if abs(number) < 1e15 else f"{float(number):.4g}"
    exact = f"{number:g}"
    return exact if math.isclose(float(exact), number, rel_tol=1e-12) else f"{number:.4g}"


def written(value: Value) -> str:
    """What a value is, in words, for messages."""
    match value:
        case String():
            return "a text"
        case Boolean():
            return f"`{'true' if value.value else 'false'}`"
        case Number():
            return f"the number `{value.span.text}`"
        case Unary() | Binary():
            return f"`{value.span.text}`"
        case Name():
            return f"the name `{value.text}`"
        case Quantity():
            return f"the quantity `{value.span.text}`"
        case Call():
            return f"`{value.word}(...)`"
        case Group():
            return "several values"
        case Sequence():
            return "a sequence"
        case Comparison():
            return "a comparison"
        case Range():
            return "a search range"


def names_in(value: Value | Choices) -> Iterator[Name]:
    """Every name that a value mentions, at any depth."""
    match value:
        case Name():
            yield value
        case Unary():
            yield from names_in(value.operand)
        case Binary() | Comparison():
            yield from names_in(value.left)
            yield from names_in(value.right)
        case Range():
            yield from names_in(value.nominal)
            yield from names_in(value.domain)
        case Call():
            for item in value.items:
                yield from names_in(item.value)
        case Choices() | Group():
            for inner in value.values:
                yield from names_in(inner)
        case Sequence():
            for part in value.parts:
                yield from names_in(part)


def extent(value: Value, known: Mapping[str, int]) -> int:
    """How many values are in one, once every name that is `known` is replaced by so many."""
    match value:
        case Name():
            return known.get(value.text, 1)
        case Range():
            return 1 + extent(value.nominal, known)
        case Call():
            return 1 + sum(extent(item.value, known) for item in value.items)
        case Sequence():
            return sum(extent(part, known) for part in value.parts)
        case _:
            return 1


class Sum(Record):
    """How a number came about. text: `width // 2 = 16 // 2 = 8`, empty where nothing was computed.
    origins: the names in it, where each got its number, and that number as a message writes it.
    """

    text: str
    origins: tuple[tuple[str, Span, str], ...]

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, f"{number} from here") for _, span, number in self.origins)

    @property
    def notes(self) -> tuple[str, ...]:
        return (self.text,) if self.text else ()


def explained(value: Value, names: Mapping[str, Value | None], result: float) -> Sum:
    """How the result of an expression came about, when `names` are what names in it stand for."""
    at = value.span.start
    parts: list[str] = []
    origins: dict[Span, tuple[str, Span, str]] = {}
    for name in sorted(names_in(value), key=lambda n: n.span.start):
        bound = names.get(name.text)
        number = bound.nominal if isinstance(bound, Range) else bound
        if not isinstance(number, Number):
            continue
        parts += (value.span.source.text[at : name.span.start], shown(number.value))
        at = name.span.end
        origins[number.span] = (name.text, number.span, shown(number.value))
    parts.append(value.span.source.text[at : value.span.end])
    steps = [value.span.text, "".join(parts), shown(result)]
    steps = [" ".join(s.split()) for i, s in enumerate(steps) if i == 0 or s != steps[i - 1]]
    computed = isinstance(value, Binary | Unary) and len(steps) > 1
    return Sum(" = ".join(steps) if computed else "", tuple(origins.values()))
