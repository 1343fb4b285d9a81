"""The decision boundary as lines: what the network answers over its two inputs, with the examples.

A class is a colour, how sure the network is a shade, an example the glyph of its class. Without
colours the shade tells the classes apart.
"""

from __future__ import annotations

import numpy as np

from specc_tui.canvas import Canvas
from specc_tui.figures import brief
from specc_tui.lines import Lines, Role
from specc_tui.look import Look
from specc_tui.result import Boundary, Result
from specc_tui.shades import resized, shade

CLASS_ROLES = (Role.TRAIN, Role.DEV, Role.TEST, Role.BEST, Role.OTHER)
GLYPHS = "ox+*#%&@"
CLASS_SHADES = np.array(list(" ▒░▓"))
"""Without colours the shade is the class, and how sure the network is stays unsaid."""

MARGIN = 2
"""Rows for the scale of x and the legend."""
GUTTER = 8
"""Columns for the scale of y."""


def grid_size(width: int, height: int) -> tuple[int, int]:
    """Columns and rows of the map in a panel: as near to a square as the panel allows."""
    rows = max(2, height - MARGIN)
    columns = max(2, min(width - GUTTER, round(rows * 2.4)))
    return columns, max(2, min(rows, columns))


def decision_lines(
    result: Result, boundary: Boundary, width: int, height: int, look: Look
) -> Lines:
    """The map with its scales and legend."""
    columns, rows = grid_size(width, height)
    canvas = Canvas(width, height)
    _background(canvas, boundary, columns, rows, look)
    _examples(canvas, boundary, columns, rows)
    for row, value in ((0, boundary.y[1]), (rows - 1, boundary.y[0])):
        canvas.write(row, 0, ((brief(round(value, 3))[: GUTTER - 1].rjust(GUTTER - 1), Role.DIM),))
    left, right = (brief(round(v, 3)) for v in boundary.x)
    canvas.write(rows, GUTTER, ((left, Role.DIM),))
    canvas.write(rows, max(GUTTER, GUTTER + columns - len(right)), ((right, Role.DIM),))
    if result.inputs:
        name = result.inputs[0][: max(0, columns - len(left) - len(right) - 2)]
        canvas.write(rows, GUTTER + (columns - len(name)) // 2, ((name, Role.DIM),))
    if len(result.inputs) > 1 and rows > 2:
        canvas.write(rows // 2, 0, ((result.inputs[1][: GUTTER - 1].rjust(GUTTER - 1), Role.DIM),))
    if boundary.classes is not None:
        column = GUTTER
        for i, name in enumerate(result.classes[: len(GLYPHS)]):
            role = CLASS_ROLES[i % len(CLASS_ROLES)]
            canvas.write(rows + 1, column, ((GLYPHS[i], role), (f" {name}", Role.DIM)))
            column += len(name) + 4
    return canvas.lines()


def _background(canvas: Canvas, boundary: Boundary, columns: int, rows: int, look: Look) -> None:
    level = boundary.level
    if boundary.classes is None:
        low, high = float(np.nanmin(level)), float(np.nanmax(level))
        share = (resized(level, rows, columns) - low) / (high - low or 1.0)
        role = np.where(share < 0.5, int(Role.TRAIN), int(Role.DEV))
        characters = shade(np.abs(2 * share - 1))
    else:
        # Of a coarser or finer grid than the panel: the nearest answer, never a mean of classes.
        down = (np.arange(rows) * level.shape[0] // rows)[:, None]
        across = np.arange(columns) * level.shape[1] // columns
        kinds = boundary.classes[down, across]
        fair = 1 / max(2, int(boundary.classes.max()) + 1)
        sure = (level[down, across] - fair) / (1 - fair)
        role = np.array([int(r) for r in CLASS_ROLES])[kinds % len(CLASS_ROLES)]
        # The darkest shade is kept for the examples' surroundings to stay readable.
        characters = shade(0.25 + 0.5 * sure)
        if not look.colour:
            characters = CLASS_SHADES[kinds % len(CLASS_SHADES)]
    room = max(0, canvas.width - GUTTER)
    canvas.put(0, GUTTER, characters[:, :room], role.astype(np.int8)[:, :room])


def _examples(canvas: Canvas, boundary: Boundary, columns: int, rows: int) -> None:
    (left, right), (low, high) = boundary.x, boundary.y
    for x, y, target in boundary.points.tolist():
        column = int((x - left) / (right - left) * columns)
        row = int((high - y) / (high - low) * rows)
        if not (0 <= row < rows and 0 <= column < columns and column + GUTTER < canvas.width):
            continue
        glyph = "o" if boundary.classes is None else GLYPHS[int(target) % len(GLYPHS)]
        canvas.write(row, column + GUTTER, ((glyph, Role.STRONG),))
