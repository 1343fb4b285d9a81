"""E0101: a block without braces, whose statements stand further to the right, as in Python.

train
    run 30 epochs
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.spec import Statement


def without_braces(
    statements: tuple[Statement, ...], words: frozenset[str]
) -> Iterator[Diagnostic]:
    """One error for each word of `words` whose block is indented only."""
    for i, s in enumerate(statements):
        if s.word not in words or s.block is not None or s.items:
            continue
        behind = (statements[k] for k in range(i + 1, len(statements)))
        inner = list(takewhile(partial(_is_right_of, s), behind))
        if inner:
            yield _missing(s, inner)


def _is_right_of(s: Statement, other: Statement) -> bool:
    return other.word_span.column > s.word_span.column


def _missing(s: Statement, inner: list[Statement]) -> Diagnostic:
    source = s.span.source
    indent = " " * (s.word_span.column - 1)
    end = source.text.find("\n", inner[-1].span.end)
    at = end if end >= 0 else len(source.text)
    edits = (
        Edit(s.head.after(), " {"),
        Edit(Span(source, at, at), f"\n{indent}}}"),
    )
    return Diagnostic(
        "E0101",
        f"the statements of `{s.word}` stand in braces",
        Label(s.word_span, "a `{` is missing behind this"),
        helps=(Help("put them in braces", edits),),
    )
