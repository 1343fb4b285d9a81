"""The statements of a spec one after the other, with those inside their blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diag.source import Span
from specc.lang.spec import Statement


def every(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Every statement at every depth, in order of place; files are nested a few levels at most."""
    for s in statements:
        yield s
        yield from every(s.block or ())


def opening(s: Statement) -> Span:
    """A statement without its block; all of a claim, which has none."""
    return s.head if s.claim is None else s.span
