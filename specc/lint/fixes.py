"""Edits that rules offer: a statement taken out, a statement put beside another."""

from __future__ import annotations

from specc.diag.diagnostic import Edit
from specc.diag.source import Source, Span
from specc.lang.bound import Step

NEAR = 50
"""Lines of comments and blanks behind which nobody looks for the end of a block."""


def without_step(step: Step) -> tuple[Edit, ...]:
    """Takes a layer out, unless a block is used for it or its value has a name."""
    return () if step.chain or step.alias is not None else without(step.head)


def without(statement: Span) -> tuple[Edit, ...]:
    """Takes out a statement and its line; nothing where it shares the line with others, or is all
    that a block holds.
    """
    source = statement.source
    first, last = statement.line, statement.end_position[0]
    starts = source.line_starts
    begin = starts[first - 1]
    end = starts[last] if last < len(starts) else len(source.text)
    alone = not source.text[begin : statement.start].strip()
    if not alone or not _is_comment(source.text[statement.end : end]):
        return ()
    above = _code(source, range(first - 1, 0, -1))
    below = _code(source, range(last + 1, len(starts) + 1))
    if above is None or below is None or (above.endswith("{") and below.startswith("}")):
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


def _code(source: Source, numbers: range) -> str | None:
    """The first of some lines that holds more than a comment, without the comment behind it; empty
    where there is none, None where none is near.
    """
    near = (source.line(number) for number in numbers[:NEAR])
    far = None if len(numbers) > NEAR else ""
    return next((line.split("#")[0].strip() for line in near if not _is_comment(line)), far)


def _is_comment(text: str) -> bool:
    rest = text.strip()
    return not rest or rest.startswith("#")
