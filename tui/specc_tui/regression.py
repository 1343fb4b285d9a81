"""Predicted against true numbers, as lines: on the diagonal all is right."""

from __future__ import annotations

import numpy as np

from specc_tui.axes import limits
from specc_tui.canvas import Canvas
from specc_tui.figures import brief
from specc_tui.lines import Lines, Role, line
from specc_tui.look import Look
from specc_tui.raster import BLOCK, BRAILLE, braille, scatter
from specc_tui.result import Grid

GUTTER = 9


def pair_lines(pairs: Grid, part: str, width: int, height: int, look: Look) -> Lines:
    """A scatter plot of predicted (upwards) against true numbers, with the diagonal."""
    axis = limits([pairs[:, 0], pairs[:, 1]])
    if axis is None or width < GUTTER + 4 or height < 5:
        return (line("predicted against true: no finite numbers", Role.DIM),)
    columns, rows = width - GUTTER, height - 3
    cell = BLOCK if look.ascii else BRAILLE
    canvas = Canvas(width, height)
    title = f"predicted (up) against true, {len(pairs):,} examples of {part}"
    canvas.write(0, 0, line(title, Role.STRONG))
    ends = np.linspace(axis.low, axis.high, 4 * columns)
    for x, y, role in ((ends, ends, Role.FRAME), (pairs[:, 0], pairs[:, 1], Role.TRAIN)):
        dots = scatter(x, y, columns, rows, (axis, axis), cell)
        drawn = np.where(dots, "*", " ") if look.ascii else braille(dots)
        here = dots != 0
        canvas.characters[1 : 1 + rows, GUTTER:][here] = drawn[here]
        canvas.roles[1 : 1 + rows, GUTTER:][here] = role
    low, high = brief(axis.low), brief(axis.high)
    canvas.write(1, 0, ((high.rjust(GUTTER - 1), Role.DIM),))
    canvas.write(rows, 0, ((low.rjust(GUTTER - 1), Role.DIM),))
    canvas.write(rows + 1, GUTTER, ((low, Role.DIM),))
    canvas.write(rows + 1, max(GUTTER, width - len(high)), ((high, Role.DIM),))
    return canvas.lines()
