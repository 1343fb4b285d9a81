"""From the points of a curve to vertical strokes of pixels: the part of drawing that knows about
data.

Every pixel column shows the smallest and the greatest value that falls into it (never the mean,
which hides spikes), joined to its neighbours by what lies between them. A value that is not finite
leaves a gap. The first and the last point are in the extremes of their columns, so they are always
drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specc_tui.axes import Axis, Floats

Ints = NDArray[np.int64]
Columns = tuple[Ints, Ints, Ints]
"""Vertical strokes: pixel column, first and last pixel row (from the top)."""

FAR = 1e6
"""Heights of the view; what is further off than this is out of sight, wherever it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points in the order of x. `dash` is (pixels on, pixels off); a `faint` curve gives way in
    every cell that another one touches, where all others share their dots."""

    x: Floats
    y: Floats
    dash: tuple[int, int] | None = None
    faint: bool = False

    def __post_init__(self) -> None:
        if self.x.shape != self.y.shape or self.x.ndim != 1:
            raise ValueError(f"x and y differ: shapes {self.x.shape} and {self.y.shape}")


def strokes(
    curve: Curve, width: int, height: int, x: Axis, y: Axis
) -> tuple[Columns, NDArray[np.bool_]]:
    """The strokes of one curve, and which pixel columns hold a value that is not finite."""
    xs, ys = _sorted(curve.x, curve.y, positive=x.log)
    edges = x.edges(width)
    borders = np.searchsorted(xs, edges, side="left")
    borders[-1] = np.searchsorted(xs, x.high, side="right")
    start, stop = max(0, int(borders[0]) - 1), min(len(xs), int(borders[-1]) + 1)
    xs, ys, borders = xs[start:stop], ys[start:stop], borders - start
    fine = np.isfinite(ys)
    if y.log:
        fine &= ys > 0
    if fine.all():
        place: Ints = np.arange(len(ys))
        kept = borders
    else:
        place = np.flatnonzero(fine)
        kept = np.concatenate(([0], np.cumsum(fine)))[borders]
    holes = np.diff(borders) > np.diff(kept)
    if not len(place):
        return (place, place, place), holes
    nodes = _nodes(xs[place], ys[place], place, kept, width, Rows(x, y, height))
    return _join(nodes, width), holes


def _sorted(x: Floats, y: Floats, positive: bool) -> tuple[Floats, Floats]:
    keep = np.isfinite(x)
    if positive:
        keep &= x > 0
    if not keep.all():
        x, y = x[keep], y[keep]
    if len(x) > 1 and not (x[1:] >= x[:-1]).all():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    return x, y


@dataclass(frozen=True, slots=True)
class Rows:
    """From values to pixel rows, counted from the top and not rounded."""

    x: Axis
    y: Axis
    height: int

    def of(self, values: Floats) -> Floats:
        return np.clip(1 - self.y.fractions(values), -FAR, FAR) * (self.height - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """One node per pixel column with points: its column, the rows of its first, last, greatest and
    smallest value, and the places of its first and last point in the data, gaps included."""

    column: Ints
    enter: Floats
    leave: Floats
    high: Floats
    low: Floats
    first: Ints
    last: Ints

    def beside(self, other: Nodes) -> Nodes:
        """These nodes, then the other ones."""
        return Nodes(
            np.concatenate((self.column, other.column)),
            np.concatenate((self.enter, other.enter)),
            np.concatenate((self.leave, other.leave)),
            np.concatenate((self.high, other.high)),
            np.concatenate((self.low, other.low)),
            np.concatenate((self.first, other.first)),
            np.concatenate((self.last, other.last)),
        )


def _nodes(xs: Floats, ys: Floats, place: Ints, borders: Ints, width: int, rows: Rows) -> Nodes:
    """The nodes inside the view, and one at each border where the curve goes on beyond it."""
    columns = np.flatnonzero(np.diff(borders) > 0)
    first, last = borders[columns], borders[columns + 1] - 1
    begin, end = int(borders[0]), int(borders[-1])
    high = low = np.zeros(0)
    if len(columns):
        high = rows.of(np.maximum.reduceat(ys[begin:end], first - begin))
        low = rows.of(np.minimum.reduceat(ys[begin:end], first - begin))
    inside = Nodes(
        columns, rows.of(ys[first]), rows.of(ys[last]), high, low, place[first], place[last]
    )
    if 0 < begin < len(xs):
        inside = _border(xs, ys, place, begin - 1, begin - 1, -1, rows).beside(inside)
    if 0 < end < len(xs):
        inside = inside.beside(_border(xs, ys, place, end - 1, end, width, rows))
    return inside


def _border(
    xs: Floats, ys: Floats, place: Ints, before: int, point: int, column: int, rows: Rows
) -> Nodes:
    """A node just outside of the view, in the row where the segment after `before` crosses the
    border."""
    a, b = rows.x.fractions(xs[before : before + 2])
    row_a, row_b = rows.of(ys[before : before + 2])
    share = 0.0
    if np.isinf(a):
        share = 1.0  # So far off that the border is at the other end of the segment.
    elif b > a:
        share = min(1.0, max(0.0, float(((column >= 0) - a) / (b - a))))
    row = np.array([row_a + (row_b - row_a) * share])
    return Nodes(np.array([column]), row, row, row, row, place[[point]], place[[point]])


def _join(nodes: Nodes, width: int) -> Columns:
    """Strokes of the nodes and of the segments between them, where no gap lies between.

    A segment gives each column the rows from half a column before to half a column behind it, so
    that neighbouring strokes meet.
    """
    joined = nodes.first[1:] - nodes.last[:-1] == 1
    left = nodes.column[:-1][joined]
    row_left, row_right = nodes.leave[:-1][joined], nodes.enter[1:][joined]
    spans = nodes.column[1:][joined] - left
    counts = spans + 1
    segment = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    slope = ((row_right - row_left) / np.maximum(spans, 1))[segment]
    begin = row_left[segment] + slope * np.clip(step - 0.5, 0, spans[segment])
    finish = row_left[segment] + slope * np.clip(step + 0.5, 0, spans[segment])
    upper = np.concatenate((nodes.high, np.minimum(begin, finish)))
    lower = np.concatenate((nodes.low, np.maximum(begin, finish)))
    where = np.concatenate((nodes.column, left[segment] + step))
    top = np.floor(upper + 0.5).astype(np.int64)
    # Rounding the lower end down keeps a diagonal one dot thick where strokes meet in the middle.
    bottom = np.maximum(top, np.ceil(lower - 0.5).astype(np.int64))
    seen = (where >= 0) & (where < width)
    return where[seen], top[seen], bottom[seen]
