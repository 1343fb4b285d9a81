"""Edits that rules offer: a statement taken out, a statement put beside another."""

from __future__ import annotations

from specc.diag.diagnostic import Edit
from specc.diag.source import Span


def without(statement: Span) -> tuple[Edit, ...]:
    """Takes out a statement and its line; nothing where it shares the line with others."""
    source = statement.source
    first, last = statement.line, statement.end_position[0]
    starts = source.line_starts
    begin = starts[first - 1]
    end = starts[last] if last < len(starts) else len(source.text)
    alone = not source.text[begin : statement.start].strip()
    if not alone or not _is_comment(source.text[statement.end : end]):
        return ()
    return (Edit(Span(source, begin, end), ""),)


def beside(statement: Span, text: str) -> tuple[Edit, ...]:
    """Puts a statement on a line of its own behind another one, as far to the right as that."""
    source = statement.source
    column = source.position(statement.start)[1]
    line = source.line(statement.line)
    indent = line[: len(line) - len(line.lstrip())] if not line[: column - 1].strip() else "    "
    end = source.text.find("\n", statement.end)
    end = len(source.text) if end < 0 else end
    at = end if _is_comment(source.text[statement.end : end]) else statement.end
    return (Edit(Span(source, at, at), f"\n{indent}{text}"),)


def _is_comment(text: str) -> bool:
    rest = text.strip()
    return not rest or rest.startswith("#")
