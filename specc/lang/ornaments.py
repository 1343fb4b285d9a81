"""A shape or a name behind a statement that is no layer: it would say nothing, so it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.spec import Statement

LAYERS = ("network", "block")
"""Statements whose layers can claim a shape."""


def ornaments(s: Statement) -> Iterator[Diagnostic]:
    """E0211 for `-> 10` and for `as name`."""
    end = s.items[-1].span.end if s.items else s.word_span.end
    if s.dims_span is not None:
        shape = s.dims_span
        fix = _without(Span(shape.source, end, shape.end))
        if s.word in LAYERS:
            fix = Help(f"a claim stands behind a layer: put `{shape.text}` behind the last one")
        yield _refused(s.word, "shape", shape, fix)
        end = shape.end
    if s.alias is not None:
        name = s.alias.span
        yield _refused(s.word, "name", name, _without(Span(name.source, end, name.end)))


def _refused(word: str, what: str, place: Span, fix: Help) -> Diagnostic:
    label = Label(place, f"takes no {what}")
    return Diagnostic("E0211", f"`{word}` takes no {what}", label, helps=(fix,))


def _without(written: Span) -> Help:
    return Help("leave it out", (Edit(written, ""),))
