"""A spec with choices of its search ranges in the place of the values that stand before these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.diag.source import Span
from specc.lang.memo import Memo
from specc.lang.spec import Range, Spec, Statement, Value
from specc.record import Record, fields, replace

Picks = Mapping[Span, Value]
"""Choices by the places of their ranges."""


def chosen(spec: Spec, picks: Picks, memo: Memo) -> Spec:
    """The spec of a choice, which goes through the compiler as any other does. Statements without
    these ranges are the same objects, and the others those of the last time.
    """
    return replace(spec, statements=tuple(_chosen(s, picks, memo) for s in spec.statements))


def _chosen(s: Statement, picks: Picks, memo: Memo) -> Statement:
    own = [r for r in ranges_in((s,), memo) if r.span in picks]
    if not own:
        return s
    values = [picks[r.span] for r in own]
    parts = (chosen, s, *own, *values)
    found: Statement | None = memo.get(*parts)
    if found is None:
        block = None if s.block is None else tuple(_chosen(b, picks, memo) for b in s.block)
        found = replace(s, items=_with(s.items, picks), block=block)
        memo.put(found, *parts)
    return found


def ranges_in(statements: tuple[Statement, ...], memo: Memo) -> tuple[Range, ...]:
    """All search ranges that are written in statements, at any depth."""
    every: list[Range] = []
    for s in statements:
        found: tuple[Range, ...] | None = memo.get(ranges_in, s)
        if found is None:
            inner = ranges_in(s.block or (), memo)
            found = (*_inside((s.items, s.dims, s.claim)), *inner)
            memo.put(found, ranges_in, s)
        every += found
    return tuple(every)


def _inside(value: Any) -> Iterator[Range]:
    """The ranges in a value."""
    open_ = [value]
    while open_:
        node = open_.pop()
        if isinstance(node, Range):
            yield node
        if isinstance(node, tuple):
            open_ += reversed(node)
        elif isinstance(node, Record) and not isinstance(node, Span):
            open_ += (getattr(node, name) for name in fields(node))


def _with(value: Any, picks: Picks) -> Any:
    """A value, or values, with choices."""
    if isinstance(value, tuple):
        return tuple(_with(v, picks) for v in value)
    if isinstance(value, Range):
        return replace(value, nominal=picks.get(value.span, value.nominal))
    if not isinstance(value, Record) or isinstance(value, Span):
        return value
    return replace(value, **{name: _with(getattr(value, name), picks) for name in fields(value)})
