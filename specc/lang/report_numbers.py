"""The wording of E02xx and E0306 about numbers: their ranges, and their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.arithmetic import explained, shown
from specc.lang.report import meant
from specc.lang.report_values import meaning, whose
from specc.lang.spec import Binary, Item, Number, Quantity, Value
from specc.library.define import Arg

LARGEST: Final = 2**63
"""No size reaches this."""


def decimal_comma(items: Sequence[Item], args: Sequence[Arg]) -> Diagnostic | None:
    """E0107: `lr = 0,1`, which reads as two values."""
    for first, second in pairwise(items):
        a, b = first.value, second.value
        if not (isinstance(a, Number) and isinstance(b, Number)) or second.name is not None:
            continue
        several = any(p.label == first.name and p.many for p in args)
        named = first.name is not None and not several and a.span.text.isdecimal()
        if a.span.text != "0" and not named:
            continue
        if a.span.end + 1 == b.span.start and b.span.text[0].isdecimal():
            both = a.span.to(b.span)
            text = f"{a.span.text}.{b.span.text}"
            return Diagnostic(
                "E0107",
                f"a number has a decimal point: `{both.text}` is two values",
                Label(both, "a comma separates values"),
                helps=(Help(f"write `{text}`", (Edit(both, text),)),),
            )
    return None


def without_brackets(items: Sequence[Item], args: Sequence[Arg]) -> Diagnostic | None:
    """E0211: `kernel = 3, 3`, where several values of one argument stand in brackets."""
    for at, (named, behind) in enumerate(pairwise(items), 1):
        if named.name is None or not _is_bare_number(behind):
            continue
        several = next((a for a in args if a.label == named.name and a.many), None)
        if several is None or not isinstance(named.value, Number):
            continue
        strays = list(takewhile(_is_bare_number, items[at:]))
        whole = named.value.span.to(strays[-1].span)
        text = f"({whole.text})"
        helps = [Help(f"write `{named.name} = {text}`", (Edit(whole, text),))]
        given = {i.name for i in items}
        free = (a for a in args if a.label not in given and a.kind == several.kind and a.keyword)
        other = next(free, None)
        if other is not None and any(s.span.text != named.value.span.text for s in strays):
            start = Span(whole.source, strays[0].span.start, strays[0].span.start)
            fix = f"or name it: `{other.label} = {strays[0].span.text}`"
            helps.append(Help(fix, (Edit(start, f"{other.label} = "),)))
        return Diagnostic(
            "E0211",
            f"`{named.name}` takes one value, or several in round brackets",
            Label(strays[0].span.to(strays[-1].span), f"`{named.name}` ends before this"),
            helps=tuple(helps),
        )
    return None


def _is_bare_number(item: Item) -> bool:
    return item.name is None and isinstance(item.value, Number)


def out_of_range(
    arg: Arg, value: Value, word: str, number: float, lets: Mapping[str, Value | None]
) -> Diagnostic:
    """E0205 for numbers."""
    span, allowed = value.span, bounds(arg)
    helps: tuple[Help, ...] = ()
    if isinstance(value, Number) and not value.percent and 2 <= number <= 100:
        most = arg.at_most if arg.at_most is not None else arg.below
        if most == 1 and arg.admits(number / 100):
            helps = (Help(f"write `{span.text}%`", (Edit(span, f"{span.text}%"),)),)
    why = explained(value, lets, number)
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} must be {allowed}, but is {shown(number)}",
        Label(span, f"must be {allowed}"),
        why.labels,
        notes=(*why.notes, *meaning(arg)),
        helps=helps,
    )


def not_whole(
    arg: Arg, value: Value, word: str, number: float, lets: Mapping[str, Value | None]
) -> Diagnostic:
    """E0306 for sizes and E0204 for other whole numbers."""
    wanted = "a whole positive number" if arg.kind == "dim" else "a whole number"
    if abs(number) >= LARGEST:
        wanted = "a whole number below 2**63"
    helps: tuple[Help, ...] = ()
    if isinstance(value, Binary) and value.operator == "/":
        gap = Span(value.span.source, value.left.span.end, value.right.span.start)
        slash = gap.start + gap.text.find("/")
        helps = (
            Help("`//` divides and rounds down", (Edit(Span(gap.source, slash, slash + 1), "//"),)),
        )
    elif number == -1 and arg.kind == "dim":
        helps = (Help("every size is written out: no -1 stands for the rest"),)
    why = explained(value, lets, number)
    return Diagnostic(
        "E0306" if arg.kind == "dim" else "E0204",
        f"{whose(arg, word)} must be {wanted}, but is {shown(number)}",
        Label(value.span, f"must be {wanted}"),
        why.labels,
        notes=why.notes,
        helps=helps,
    )


def not_above_0(arg: Arg, value: Value, word: str) -> Diagnostic:
    """E0205 for durations."""
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} must be above 0, but is {value.span.text}",
        Label(value.span, "must be above 0"),
        notes=meaning(arg),
    )


def no_share(arg: Arg, span: Span, word: str) -> Diagnostic:
    """E0205 for a share of the run that is none."""
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} is a share of the run, not {span.text}",
        Label(span, "above 0% and at most 100%"),
        notes=meaning(arg),
    )


def bounds(arg: Arg) -> str:
    """`at least 1`, `between 0 and 1 (both excluded)`: the range of an argument in words."""
    low = arg.at_least if arg.at_least is not None else arg.above
    high = arg.at_most if arg.at_most is not None else arg.below
    if low is not None and low == high:
        return shown(low)
    if low is not None and high is not None:
        out = [shown(n) for n in (arg.above, arg.below) if n is not None]
        excluded = "both" if len(out) == 2 else "".join(out)
        text = f"between {shown(low)} and {shown(high)}"
        return text + (f" ({excluded} excluded)" if excluded else "")
    if low is not None:
        return f"{'above' if arg.above is not None else 'at least'} {shown(low)}"
    return f"{'below' if arg.below is not None else 'at most'} {shown(high or 0)}"


def no_unit(arg: Arg, span: Span, word: str, got: str) -> Diagnostic:
    """E0206: a number where a number with a unit goes."""
    one = got == "1"
    return Diagnostic(
        "E0206",
        f"{whose(arg, word)} needs a unit: {got} of what?",
        Label(span, "needs a unit"),
        helps=(
            Help(
                "epochs are passes over the training set",
                (Edit(span.after(), " epoch" if one else " epochs"),),
            ),
            Help("steps are updates", (Edit(span.after(), " step" if one else " steps"),)),
        ),
    )


def unknown_unit(value: Quantity, known: Sequence[str], what: str) -> Diagnostic:
    """E0206: a unit that does not exist, or not here."""
    return Diagnostic(
        "E0206",
        f"`{value.unit}` is no unit of {what}",
        Label(value.unit_span, f"no unit of {what}"),
        helps=meant(value.unit, value.unit_span, known, "units"),
    )


def stray_unit(arg: Arg, value: Quantity, word: str) -> Diagnostic:
    """E0206: a number that has no unit."""
    gap = Span(value.span.source, value.amount.span.end, value.unit_span.end)
    return Diagnostic(
        "E0206",
        f"{whose(arg, word)} has no unit, but `{value.unit}` is given",
        Label(value.unit_span, "no unit here"),
        notes=meaning(arg),
        helps=(Help("leave it out", (Edit(gap, ""),)),),
    )
