"""How long something lasts: `30 epochs`, `2 min`, or as a share, `10%`."""

from __future__ import annotations

from typing import Final

from specc.diag.sink import Sink
from specc.lang import report_numbers, report_values
from specc.lang.arithmetic import BAD, Poison
from specc.lang.spec import Binary, Number, Quantity, Unary, Value
from specc.library.clock import Duration, Unit
from specc.library.define import Arg

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


def read_duration(arg: Arg, value: Value, word: str, sink: Sink) -> Duration | Poison | None:
    """A duration; BAD after a message, None for a value of another kind.

    Args:
        arg: The argument that takes it.
        value: As written, without names.
        word: Whose argument it is.
        sink: Where errors go.
    """
    if isinstance(value, Quantity):
        unit = UNITS.get(value.unit)
        if unit is None:
            sink.add(report_numbers.unknown_unit(value, tuple(UNITS), "time"))
            return BAD
        if arg.units and unit[0] not in arg.units:
            counted = tuple(u for u, (kind, _) in UNITS.items() if kind in arg.units)
            sink.add(report_values.uncounted(arg, value, word, counted))
            return BAD
        amount = value.amount.value
        if amount > 0:
            return Duration(amount * unit[1], unit[0])
        sink.add(report_numbers.not_above_0(arg, value, word))
        return BAD
    if isinstance(value, Unary) and isinstance(value.operand, Quantity):
        sink.add(report_numbers.not_above_0(arg, value, word))
        return BAD
    if isinstance(value, Number) and value.percent:
        if not 0 < value.value <= 1:
            sink.add(report_numbers.no_share(arg, value.span, word))
            return BAD
        return Duration(float(value.value), "share")
    if isinstance(value, Number | Binary | Unary) and not _quantified(value):
        sink.add(report_numbers.no_unit(arg, value.span, word, value.span.text))
        return BAD
    return None


def _quantified(value: Value) -> bool:
    """Whether a unit stands in an expression."""
    match value:
        case Quantity():
            return True
        case Unary():
            return _quantified(value.operand)
        case Binary():
            return _quantified(value.left) or _quantified(value.right)
    return False
