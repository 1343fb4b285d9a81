"""Search ranges that can be searched: a known scale, two ends in order, and the value among what
will be tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report
from specc.lang.arithmetic import shown
from specc.lang.report_values import DOMAINS, ENDS
from specc.lang.spec import Call, Choices, Range, Value
from specc.library.define import Definition


def tried_in(domain: Call | Choices) -> tuple[Value, ...]:
    """The choices of a range, or its ends."""
    if isinstance(domain, Choices):
        return domain.values
    return tuple(item.value for item in domain.items)


def written_well(domain: Call | Choices, sink: Sink) -> bool:
    """Whether a range has a word that is known, and its two ends."""
    if isinstance(domain, Choices):
        return True
    if domain.word not in DOMAINS:
        what = "search range"
        sink.add(report.unknown_word(domain.word, domain.word_span, what, DOMAINS, "ranges"))
        return False
    named = next((item for item in domain.items if item.name_span is not None), None)
    if len(domain.items) == 2 and named is None:
        return True
    place, message = domain.span, f"`{domain.word}` needs its two ends"
    if named is not None and named.name_span is not None:
        place, message = named.name_span, f"the ends of `{domain.word}` have no names"
    helps = (Help(f"for example `{ENDS[domain.word]}`"),)
    sink.add(Diagnostic("E0203", message, Label(place, "from, to"), helps=helps))
    return False


def searchable(value: Range, nominal: Any, tried: Sequence[Any], sink: Sink) -> bool:
    """Whether a search can go over a range and meets the value that stands before it.

    `nominal` and `tried` are what the value and its choices, or ends, stand for.
    """
    domain = value.domain
    if isinstance(domain, Choices):
        choices = zip(domain.values, tried, strict=True)
        if any(_same(value.nominal, nominal, *choice) for choice in choices):
            return True
        first = domain.values[0].span
        start = Span(first.source, first.start, first.start)
        fix = Help("add it", (Edit(start, f"{value.nominal.span.text}, "),))
        return _outside(value, "is not among the choices", fix, sink)
    if not all(isinstance(x, int | float) for x in (nominal, *tried)):
        return True
    low, high = tried
    first, second = (item.value.span for item in domain.items)
    if _has_no_place(domain, low, first, sink) or _has_no_place(domain, high, second, sink):
        return False
    if low > high:
        fix = Help("swap the ends", (Edit(first, second.text), Edit(second, first.text)))
        message = f"`{domain.span.text}` runs from {shown(low)} down to {shown(high)}"
        return _refuse(sink, message, Label(domain.span, "ends before it begins"), fix)
    if low <= nominal <= high:
        return True
    end, side = (first, "below") if nominal < low else (second, "above")
    fix = Help(f"widen the range from {end.text}", (Edit(end, value.nominal.span.text),))
    return _outside(value, f"is {side} the range", fix, sink)


def _same(written: Value, one: Any, choice: Value, other: Any) -> bool:
    """Whether a choice is the value; words with arguments are compared as they are written."""
    if isinstance(one, Definition):
        return written.span.text.split() == choice.span.text.split()
    return bool(one == other)


def _has_no_place(domain: Call, end: float, place: Span, sink: Sink) -> bool:
    """Whether an end lies where the scale of the range has no numbers."""
    if domain.word == "log" and end <= 0:
        reason, label = "draws exponents, and only numbers above 0 have one", "must be above 0"
    elif domain.word == "near_one" and end >= 1:
        reason, label = "draws the exponent of 1 - x, and x = 1 has none", "must be below 1"
    elif domain.word == "int" and end != int(end):
        reason, label = "draws whole numbers", "must be whole"
    else:
        return False
    fix = Help("`uniform` draws the number itself", (Edit(domain.word_span, "uniform"),))
    if domain.word == "int":
        fix = Help("give whole numbers")
    label = f"{label}, but is {shown(end)}"
    return not _refuse(sink, f"`{domain.word}` {reason}", Label(place, label), fix)


def _outside(value: Range, label: str, fix: Help, sink: Sink) -> bool:
    message = (
        f"the value {value.nominal.span.text} lies outside its own search range "
        f"`{value.domain.span.text}`"
    )
    sink.add(
        Diagnostic(
            "E0217",
            message,
            Label(value.nominal.span, label),
            (Label(value.domain.span, "what a search tries"),),
            notes=("a search would never try what the file trains with",),
            helps=(fix,),
        )
    )
    return False


def _refuse(sink: Sink, message: str, label: Label, fix: Help) -> bool:
    sink.add(Diagnostic("E0217", message, label, helps=(fix,)))
    return False
