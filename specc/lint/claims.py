"""Claims whose bound is hardly what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.lang.expectations import SHARES
from specc.lang.spec import Name, Number
from specc.lint.arguments import shown
from specc.lint.facts import Facts

PERCENT = 0.01


def shares(facts: Facts) -> Iterator[Diagnostic]:
    """W0207: `dev.accuracy >= 0.95%`, a share and a percent sign."""
    expect = facts.statement("expect")
    for s in (expect.block or ()) if expect is not None else ():
        claim = s.claim
        if claim is None or not isinstance(claim.left, Name) or claim.operator not in (">=", ">"):
            continue
        bound, about = claim.right, claim.left.text
        if (
            not isinstance(bound, Number)
            or not bound.percent
            or about.partition(".")[2] not in SHARES
        ):
            continue
        if 0 < bound.value < PERCENT:
            meant = f"{bound.value * 1e4:.6g}%"
            yield Diagnostic(
                "W0207",
                f"`{bound.span.text}` is {shown(bound.value)}: the claim asks for next to nothing",
                Label(bound.span, "less than one in a hundred"),
                helps=(Help(f"write `{meant}`", (Edit(bound.span, meant),)),),
            )
