"""How many examples the parts of a split have: the shares, rounded by largest remainder."""

from __future__ import annotations

from functools import lru_cache

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.source import Span

PARTS = ("train", "dev", "test")
SLACK = 1e-9
_ROUNDING = 1e-6
Shares = tuple[float, float, float]
"""Those of train, dev and test."""


@lru_cache
def part_sizes(examples: int, shares: Shares) -> tuple[int, int, int]:
    """How many examples train, dev and test get. Shares that sum to 1 use every example.

    >>> part_sizes(10, (0.75, 0.25, 0.0))
    (8, 2, 0)
    """
    total = sum(shares)
    exact = [examples * share for share in shares]
    whole = examples if total >= 1 - SLACK else int(examples * total + _ROUNDING)
    counts = [int(x + _ROUNDING) for x in exact]
    # Ties go to the earlier part: sorted() keeps the order of equals.
    for i in sorted(range(3), key=lambda i: counts[i] - exact[i])[: max(whole - sum(counts), 0)]:
        counts[i] += 1
    return counts[0], counts[1], counts[2]


def empty_part(examples: int, shares: Shares, span: Span | None) -> Diagnostic | None:
    """E0509 for a part that has a share of the examples and gets none of them; train always needs
    some.
    """
    counts = part_sizes(examples, shares)
    for name, share, count in zip(PARTS, shares, counts, strict=True):
        if not count and (share or name == "train"):
            return Diagnostic(
                "E0509",
                f"`split` leaves no example for `{name}`",
                None if span is None else Label(span, f"`{name}` would be empty"),
                notes=(f"{share:.6g} of {examples:_} examples is {share * examples:.6g}",),
                helps=(Help(f"give `{name}` a larger share"),),
            )
    return None
