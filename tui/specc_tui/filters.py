"""The weights of the first layer as pictures, one for each unit."""

from __future__ import annotations

from specc_tui.canvas import Canvas
from specc_tui.figures import brief, count
from specc_tui.lines import Line, Lines, Role, line, wrap
from specc_tui.result import Filters, Problem
from specc_tui.shades import signed

GAP = 2
HIGHEST = 10


def filter_lines(answer: Filters | Problem | None, width: int, *, colour: bool = True) -> Lines:
    """The pictures in rows; nothing where the first layer looks at no picture."""
    if answer is None or (isinstance(answer, Filters) and not answer.pictures):
        return ()
    if isinstance(answer, Problem):
        return wrap(f"no filters: {answer.text}", width, Role.NOTE)
    title = f"what the units of {answer.of} look for, at step {count(answer.step)}"
    rows: list[Line] = [line(title, Role.STRONG)]
    scale = brief(round(answer.largest, 4))
    rows.append(
        (
            ("█ ", Role.DEV),
            ("positive  ", Role.DIM),
            ("█ " if colour else "@ ", Role.TRAIN),
            (f"negative, the darkest {scale}; ", Role.DIM),
            (f"{len(answer.pictures)} of {count(answer.units)} units", Role.DIM),
        )
    )
    down, across = answer.pictures[0].shape[:2]
    height = min(down, HIGHEST)
    columns = max(2, min(width, round(2 * height * across / down)))
    per_row = max(1, (width + GAP) // (columns + GAP))
    for start in range(0, len(answer.pictures), per_row):
        shown = answer.pictures[start : start + per_row]
        canvas = Canvas((columns + GAP) * len(shown), height + 1)
        for i, values in enumerate(shown):
            for row, pieces in enumerate(signed(values, columns, height, colour=colour)):
                canvas.write(row, i * (columns + GAP), pieces)
        rows += canvas.lines()
    return tuple(rows)
