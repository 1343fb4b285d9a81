"""The result screen as lines: what fits the task, side by side where the width allows."""

from __future__ import annotations

from itertools import zip_longest

from specc_tui.decision import decision_lines
from specc_tui.figures import count, metric
from specc_tui.lines import Line, Lines, Role, fit, length, line, wrap
from specc_tui.look import Look
from specc_tui.mistakes import confusion_lines, mistake_lines
from specc_tui.regression import pair_lines
from specc_tui.result import Problem, Result

WIDE = 110
"""Columns from which two things stand side by side."""
GAP = 3


def result_lines(answer: Result | Problem | None, width: int, height: int, look: Look) -> Lines:
    """What the network does, in lines of `width`; as many as there are."""
    if answer is None:
        return (line("asking the network ...", Role.DIM),)
    if isinstance(answer, Problem):
        return wrap(f"no result: {answer.text}", width, Role.NOTE)
    rows: list[Line] = [_headline(answer, width), line("")]
    room = max(8, height - len(rows))
    beside = width >= WIDE and answer.confusion is not None
    main = (width - GAP) // 2 if beside else width
    left: Lines = ()
    if answer.boundary is not None:
        left = decision_lines(answer, answer.boundary, main, room, look)
    elif answer.pairs is not None:
        left = pair_lines(answer.pairs, answer.part, width, room, look)
    table = confusion_lines(answer, main)
    if beside:
        mistakes = mistake_lines(answer, width - main - GAP)
        pair = (left, (*table, line(""), *mistakes)) if left else (table, mistakes)
        return (*rows, *_beside(*pair, main))
    rows += left
    rows += (line(""),) if left and table else ()
    rows += table
    if answer.confusion is not None:
        rows += (line(""), *mistake_lines(answer, width))
    return tuple(rows)


def _headline(result: Result, width: int) -> Line:
    pieces: list[tuple[str, Role]] = [
        ("result", Role.STRONG),
        (f" on {result.part} at step {count(result.step)}", Role.DIM),
    ]
    for name, value in result.metrics.items():
        pieces += [(f"   {name} ", Role.DIM), (metric(name, value), Role.TEXT)]
    return fit(tuple(pieces), width)


def _beside(left: Lines, right: Lines, width: int) -> list[Line]:
    """Two columns of lines."""
    rows: list[Line] = []
    for a, b in zip_longest(left, right, fillvalue=()):
        a = fit(a, width)
        rows.append((*a, (" " * (width - length(a) + GAP), Role.TEXT), *b))
    return rows
