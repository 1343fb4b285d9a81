"""Axes around a plot, and in which cells of the plot a value stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from specc_tui.axes import Axis, ticks
from specc_tui.canvas import Canvas
from specc_tui.lines import Role


def row_of(y: Axis, value: float, height: int, pixels: int) -> int | None:
    """The row of cells, of `pixels` rows each, in which the rasteriser draws a value; None outside
    of the view."""
    return rows_of(y, [value], height, pixels)[0]


def rows_of(y: Axis, values: Sequence[float], height: int, pixels: int) -> list[int | None]:
    """The rows of several values."""
    return [
        int((1 - up) * (height * pixels - 1) + 0.5) // pixels if 0 <= up <= 1 else None
        for up in y.fractions(values).tolist()
    ]


def column_of(x: Axis, value: float, width: int) -> int | None:
    """The column of cells in which the rasteriser draws a value; None outside of the view."""
    across = float(x.fractions([value])[0])
    return min(width - 1, int(across * width)) if 0 <= across <= 1 else None


def row_ticks(y: Axis, height: int, pixels: int) -> tuple[tuple[int, str], ...]:
    """Rows and labels of the ticks: as many as leave a row free between them."""
    for count in range(min(12, height // 2), 0, -1):
        found = ticks(y, count)
        rows = rows_of(y, [tick.value for tick in found], height, pixels)
        marks = tuple((r, t.label) for r, t in zip(rows, found, strict=True) if r is not None)
        if all(below[0] - above[0] >= 2 for below, above in pairwise(marks)):
            return marks
    return ()


def draw_left(
    canvas: Canvas, marks: Sequence[tuple[int, str]], head: int, height: int, gutter: int
) -> None:
    """The axis on the left, with labels."""
    for row in range(height):
        canvas.write(head + row, gutter - 1, (("│", Role.FRAME),))
    for row, text in marks:
        label = text.rjust(gutter - 2)
        canvas.write(head + row, 0, ((f"{label} ", Role.DIM), ("┤", Role.FRAME)))


def draw_foot(canvas: Canvas, name: str, x: Axis, row: int, gutter: int, width: int) -> None:
    """The axis below, with the labels that have room and the name at its end."""
    corner = gutter - 1
    canvas.write(row, max(0, corner), (("└" if gutter else "─", Role.FRAME),))
    canvas.write(row, gutter, (("─" * width, Role.FRAME),))
    room = canvas.width - len(name) - 1
    canvas.write(row + 1, canvas.width - len(name), ((name, Role.DIM),))
    free = 0
    for tick in ticks(x, max(2, min(12, width // 10))):
        column = gutter + (column_of(x, tick.value, width) or 0)
        begin = max(0, column - len(tick.label) // 2)
        if begin < free or begin + len(tick.label) > room:
            continue
        canvas.write(row, column, (("┬", Role.FRAME),))
        canvas.write(row + 1, begin, ((tick.label, Role.DIM),))
        free = begin + len(tick.label) + 1
