"""The `expect` block: comparisons of results with numbers, sizes or amounts of memory."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang.arithmetic import BAD, Poison, names_in, shown
from specc.lang.bound import Claim, Known, subjects
from specc.lang.claim_sums import COUNTS
from specc.lang.places import no_items
from specc.lang.report import meant
from specc.lang.spec import Binary, Comparison, Group, Name, Number, Quantity, Statement, Value
from specc.lang.values import Reader

AMOUNTS = {
    "B": 1,
    "byte": 1,
    "bytes": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "flops": 1,
    "kflops": 10**3,
    "Mflops": 10**6,
    "Gflops": 10**9,
}
"""Units of a claim on `memory` or `flops`."""
SHARES = ("accuracy", "precision", "recall", "f1", "top_k")
"""Metrics that are shares of the examples."""


def read_claims(reader: Reader, block: Statement) -> tuple[Claim, ...]:
    """The claims of an `expect` statement."""
    no_items(block, reader.sink)
    claims: list[Claim] = []
    for s in block.block or ():
        if s.claim is None:
            _refuse(reader, s.span, f"`expect` holds comparisons, not the statement `{s.word}`")
            continue
        left, right = s.claim.left, s.claim.right
        if not _is_subject(left):
            _refuse(reader, left.span, "the left side of a claim is a result, or a sum of results")
            continue
        if _is_result(reader, s.claim, right):
            continue
        bound = _bound(reader, left, right)
        if isinstance(bound, Poison):
            continue
        if isinstance(bound, tuple) and s.claim.operator not in ("==", "!="):
            _refuse(reader, s.claim.span, "sizes are equal or not: compare them by `==`")
            continue
        empty = _says_nothing(s.claim, bound)
        if empty is not None:
            reader.sink.add(empty)
            continue
        text = " ".join(s.claim.span.text.split())
        names = tuple(subjects(left))
        claims.append(Claim(text, left, s.claim.operator, bound, s.claim.span, names))
    return tuple(claims)


def _refuse(reader: Reader, span: Span, message: str) -> None:
    helps = (Help("for example `dev.accuracy >= 95%`"),)
    reader.sink.add(Diagnostic("E0204", message, Label(span, "not a claim"), helps=helps))


def _is_subject(value: Value) -> bool:
    if isinstance(value, Binary):
        plain = value.operator in ("+", "-")
        return plain and _is_subject(value.left) and _is_subject(value.right)
    return isinstance(value, Name)


def _is_result(reader: Reader, claim: Comparison, right: Value) -> bool:
    """Whether a result stands where the number goes, after a message."""
    results = (n for n in names_in(right) if n.text not in reader.names.lets)
    name = next((n for n in results if "." in n.text or n.text in COUNTS), None)
    if name is None:
        return False
    helps: tuple[Help, ...] = ()
    if isinstance(right, Name) and all("." in n.text for n in names_in(claim.left)):
        left, operator = claim.left.span.text, claim.operator
        if "." in right.text:
            edits = (Edit(claim.span, f"{left} - {right.text} {operator} 0"),)
            helps = (Help("hold their difference against 0", edits),)
    reader.sink.add(
        Diagnostic(
            "E0204",
            f"`{name.text}` is a result, and the right side of a claim is a number",
            Label(name.span, "not a number yet"),
            helps=helps or (Help("make a claim of each result"),),
        )
    )
    return True


def _says_nothing(claim: Comparison, bound: Known) -> Diagnostic | None:
    """E0205 for a share held against 0 or 1 so that every value, or none, would do."""
    about = claim.left.text if isinstance(claim.left, Name) else ""
    holds: dict[tuple[str, float], bool] = {
        (">", 1): False,
        ("<", 0): False,
        (">=", 0): True,
        ("<=", 1): True,
    }
    always = None if isinstance(bound, tuple) else holds.get((claim.operator, bound))
    if always is None or about.partition(".")[2] not in SHARES:
        return None
    return Diagnostic(
        "E0205",
        f"`{about}` lies between 0 and 1, so the claim {'always' if always else 'never'} holds",
        Label(claim.right.span, "says nothing" if always else "cannot be reached"),
        helps=(Help("for example `dev.accuracy >= 95%`"),),
    )


def _bound(reader: Reader, left: Value, right: Value) -> Known | Poison:
    """The right side: a number, the sizes of a shape, or an amount with its unit."""
    about = left.text if isinstance(left, Name) else ""
    if about.endswith(".shape"):
        sizes = right.values if isinstance(right, Group) else (right,)
        numbers = [reader.names.number(v) for v in sizes]
        if any(isinstance(n, Poison) for n in numbers):
            return BAD
        if not all(isinstance(n, int) and n > 0 for n in numbers):
            _refuse(reader, right.span, "a shape is made of whole positive numbers")
            return BAD
        return tuple(n for n in numbers if isinstance(n, int))
    if isinstance(right, Quantity):
        unit = right.unit
        near = suggest(about, ("flops" if unit.endswith("flops") else "memory",))
        if near and unit in AMOUNTS:
            place = left.span
            reader.sink.add(
                Diagnostic(
                    "E0404",
                    f"`{about}` is not measured here",
                    Label(place, "not measured"),
                    helps=meant(about, place, near),
                )
            )
            return BAD
        fits = about == "flops" if unit.endswith("flops") else about == "memory"
        if unit not in AMOUNTS or not fits:
            known = [u for u in AMOUNTS if u.endswith("flops") == (about == "flops")]
            gap = Span(right.span.source, right.amount.span.end, right.unit_span.end)
            counted = (Help("leave it out", (Edit(gap, ""),)),)
            measured = about in ("flops", "memory")
            reader.sink.add(
                Diagnostic(
                    "E0206",
                    f"`{unit}` is no unit of `{about or left.span.text}`",
                    Label(right.unit_span, "not this unit"),
                    helps=meant(unit, right.unit_span, known) if measured else counted,
                )
            )
            return BAD
        return float(right.amount.value * AMOUNTS[unit])
    if isinstance(right, Number) and right.percent and about in COUNTS:
        _refuse(reader, right.span, f"`{about}` is a count, not a share")
        return BAD
    number = reader.names.number(right)
    share = about.partition(".")[2] in SHARES
    if share and not isinstance(number, Poison) and not 0 <= number <= 1:
        percent = isinstance(right, Number) and not right.percent and 1 < number <= 100
        edits = (Edit(right.span, f"{right.span.text}%"),) if percent else ()
        reader.sink.add(
            Diagnostic(
                "E0205",
                f"`{about}` lies between 0 and 1, so it is never {shown(number)}",
                Label(right.span, "between 0 and 1, or 0% and 100%"),
                helps=(Help(f"write `{right.span.text}%`", edits),) if edits else (),
            )
        )
        return BAD
    return BAD if isinstance(number, Poison) else float(number)
