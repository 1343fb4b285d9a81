"""A chart: curves with axes, ticks, a legend and what has to be said about the data, as lines of
text.

The parts give way as the room shrinks: first the tick labels of x, then those of y, then the
legend; the curves stay to the last cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specc_tui.axes import Axis, Floats, limits
from specc_tui.canvas import Canvas
from specc_tui.lines import Line, Lines, Role, length
from specc_tui.look import Look
from specc_tui.raster import BLOCK, BRAILLE, Raster, braille, rasterise
from specc_tui.ruler import column_of, draw_foot, draw_left, row_of, row_ticks
from specc_tui.strokes import Curve

DASHES = ((8, 0), (6, 4), (1, 3), (3, 3), (9, 3))
"""Pixels on and off by number of the pattern, for where colour cannot tell curves apart."""

SAMPLES = ("──", "╌╌", "··", "- ", "─ ")
LETTERS = "*o.x+"


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A named curve. `pattern` is its dash without colour, and its letter in ASCII."""

    label: str
    x: Floats
    y: Floats
    role: Role
    pattern: int = 0
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that stands out, such as the best evaluation; without a label it has no place in the
    legend."""

    x: float
    y: float
    label: str
    role: Role = Role.BEST
    sign: str = "★"


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Everything a panel draws. `x_range` fixes what is seen, None shows all; `rise` moves the view
    up by parts of its height; `cursor` is an x that a line marks."""

    title: str
    series: tuple[Series, ...]
    x_label: str = ""
    x_range: tuple[float, float] | None = None
    rise: float = 0.0
    cursor: float | None = None
    log_x: bool = False
    log_y: bool = False
    marks: tuple[Mark, ...] = ()
    messages: tuple[str, ...] = ()
    corner: str = ""
    empty: str = "no data yet"


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where things stand in a drawing of some size: lines above the plot, columns left of it, lines
    below it. `x` or `y` is None where there is nothing to plot."""

    head: int
    messages: tuple[str, ...]
    x: Axis | None
    y: Axis | None
    gutter: int = 0
    foot: int = 0
    width: int = 0
    height: int = 0
    marks: tuple[tuple[int, str], ...] = ()


def lay_out(chart: Chart, width: int, height: int, look: Look) -> Layout:
    """The layout of a chart in `height` lines of `width` cells."""
    x = x_axis(chart)
    seen = tuple(_visible(s, x) for s in chart.series) if x else ()
    y, refusal = y_axis(chart, seen)
    messages = tuple(m for m in (*chart.messages, refusal) if m)
    head = (1 if height >= 3 else 0) + (1 if height >= 6 and messages else 0)
    if x is None or y is None:
        return Layout(head, messages, None, None)
    foot = 2 if height - head >= 6 and width >= 16 else 0
    rows = height - head - foot
    marks = row_ticks(y, rows, _cell(look)[1]) if width >= 24 and rows >= 3 else ()
    gutter = max((len(label) for _, label in marks), default=-2) + 2
    return Layout(head, messages, x, y, gutter, foot, width - gutter, rows, marks)


def draw(chart: Chart, width: int, height: int, look: Look) -> Lines:
    """The chart in `height` lines of `width` cells; for any data and any size."""
    canvas = Canvas(width, height)
    layout = lay_out(chart, width, height, look)
    head, messages = layout.head, layout.messages
    if head:
        _headline(canvas, chart, look, messages if head == 1 else ())
    if head == 2:
        canvas.write(
            1, 0, ((messages[0] if len(messages) == 1 else "; ".join(messages), Role.NOTE),)
        )
    if layout.x is None or layout.y is None:
        canvas.write(head + max(0, height - head - 1) // 2, 2, ((chart.empty, Role.DIM),))
    elif layout.width > 0 and layout.height > 0:
        _plot(canvas, chart, layout, layout.x, layout.y, look)
    return canvas.lines()


def x_at(chart: Chart, width: int, height: int, look: Look, column: int) -> float | None:
    """The x under a column of a drawing of that size; None beside the plot."""
    layout = lay_out(chart, width, height, look)
    inside = column - layout.gutter
    if layout.x is None or not 0 <= inside < layout.width:
        return None
    return layout.x.value((inside + 0.5) / layout.width)


def _cell(look: Look) -> tuple[int, int]:
    return BLOCK if look.ascii else BRAILLE


def x_axis(chart: Chart) -> Axis | None:
    """The visible range of x; a log axis holds what is positive, at whatever the window says."""
    fitted = limits([s.x for s in chart.series], chart.log_x, pad=0.0)
    if fitted is None:
        fitted = limits([s.x for s in chart.series], pad=0.0)
    elif chart.log_x and fitted.log:
        # Exactly the data: a log axis of steps starts at 1, not a little before.
        held = [s.x[np.isfinite(s.x) & (s.x > 0)] for s in chart.series]
        ends = [(float(h.min()), float(h.max())) for h in held if h.size]
        fitted = Axis(min(e[0] for e in ends), max(e[1] for e in ends), log=True)
    if fitted is None or chart.x_range is None:
        return fitted
    low, high = chart.x_range
    low = fitted.low if fitted.log and low <= 0 else low
    return Axis(low, max(low, high), fitted.log)


def _visible(series: Series, x: Axis) -> Floats:
    begin, end = np.searchsorted(series.x, (x.low, x.high), side="left")
    return series.y[max(0, begin - 1) : end + 1]


def y_axis(chart: Chart, seen: Sequence[Floats]) -> tuple[Axis | None, str]:
    """The visible range of y, and why it is not the log axis that was asked for (or nothing)."""
    log, refusal = chart.log_y, ""
    if log:
        below = sum(int(np.count_nonzero(values <= 0)) for values in seen)
        if below:
            log, refusal = False, f"log y needs positive values, {below:,} here are not: linear"
    axis = limits(seen, log)
    if axis is None or not chart.rise:
        return axis, refusal
    low, high = axis.value(chart.rise), axis.value(1 + chart.rise)
    usable = high > low and (not log or low > 0)
    return (Axis(low, high, log) if usable else axis), refusal


def _headline(canvas: Canvas, chart: Chart, look: Look, messages: Sequence[str]) -> None:
    entries: list[Line] = []
    for series in chart.series:
        sample = LETTERS[series.pattern] if look.ascii else "──"
        if not (look.ascii or look.colour):
            sample = SAMPLES[series.pattern]
        entries.append((("  ", Role.TEXT), (sample, series.role), (f" {series.label}", Role.DIM)))
    entries += [
        (("  ", Role.TEXT), (mark.sign, mark.role), (f" {mark.label}", Role.DIM))
        for mark in chart.marks
        if mark.label
    ]
    pieces: Line = ((chart.title, Role.STRONG),)
    # The corner says whether the view is live: entries of the legend give way to it.
    left = canvas.width - len(chart.corner)
    shown = bool(chart.corner) and left > length(pieces) + 1
    room = left - 1 if shown else canvas.width
    for entry in (*entries, *(((f"  {message}", Role.NOTE),) for message in messages)):
        if length(pieces) + length(entry) <= room:
            pieces = (*pieces, *entry)
    canvas.write(0, 0, pieces)
    if shown:
        canvas.write(0, left, ((chart.corner, Role.DIM),))


def _plot(canvas: Canvas, chart: Chart, layout: Layout, x: Axis, y: Axis, look: Look) -> None:
    head, gutter, width, height = layout.head, layout.gutter, layout.width, layout.height
    curves = [_curve(series, look) for series in chart.series]
    raster = rasterise(curves, width, height, x, y, _cell(look))
    _cells(canvas, chart, raster, head, gutter, look)
    if chart.cursor is not None:
        _line_at(canvas, column_of(x, chart.cursor, width), layout)
    for mark in chart.marks:
        row, column = row_of(y, mark.y, height, _cell(look)[1]), column_of(x, mark.x, width)
        if row is not None and column is not None:
            canvas.write(head + row, gutter + column, ((mark.sign, mark.role),))
    for gap in np.flatnonzero(raster.gaps).tolist():
        canvas.write(head, gutter + gap, (("✕", Role.BAD),))
    if gutter:
        draw_left(canvas, layout.marks, head, height, gutter)
    if layout.foot:
        draw_foot(canvas, chart.x_label, x, head + height, gutter, width)


def _line_at(canvas: Canvas, column: int | None, layout: Layout) -> None:
    """The line of the cursor, wherever no curve is."""
    if column is None:
        return
    column += layout.gutter
    for row in range(layout.head, layout.head + layout.height):
        if canvas.characters[row, column] == " ":
            canvas.write(row, column, (("│", Role.STRONG),))


def _curve(series: Series, look: Look) -> Curve:
    dash = None if look.colour or look.ascii or series.pattern == 0 else DASHES[series.pattern]
    return Curve(series.x, series.y, dash, series.faint)


def _cells(canvas: Canvas, chart: Chart, raster: Raster, row: int, column: int, look: Look) -> None:
    roles = np.array([*(s.role for s in chart.series), Role.TEXT], np.int8)
    if look.ascii:
        letters = np.array([*(LETTERS[s.pattern] for s in chart.series), " "])
        canvas.put(row, column, letters[raster.top], roles[raster.top])
    else:
        canvas.put(row, column, braille(raster.dots), roles[raster.top])
