"""A chart as a vector drawing (SVG), made from the data and not from the screen.

Every text is escaped once, in `_text`; numbers are the only other thing that reaches the document.
Curves keep the smallest and the greatest value of every half unit of the width, as on the screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from xml.sax.saxutils import escape

import numpy as np

from specc_tui.axes import Axis, Floats, ticks
from specc_tui.chart import Chart, Mark, Series, x_axis, y_axis
from specc_tui.lines import Role
from specc_tui.palette import colour
from specc_tui.printable import printable

WIDTH, HEIGHT = 900, 480
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 64, 50
BINS = 2 * (WIDTH - LEFT - RIGHT)
DASHES = ("", "8 5", "1 4", "4 4", "10 3 2 3")
"""By number of the pattern, so that the curves differ without colours, too."""
STAR = tuple(
    (radius * math.sin(k * math.pi / 5), -radius * math.cos(k * math.pi / 5))
    for k, radius in enumerate((8.0, 3.5) * 5)
)
OUTLINES = {"★": STAR, "◆": ((0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0))}
"""The marks, as the legend writes them, about their place."""


def drawing(chart: Chart) -> str:
    """The chart as the text of an SVG file, on white."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 22, chart.title, size=17),
        *_legend(chart),
    ]
    x = x_axis(chart)
    y, refusal = y_axis(chart, [_inside(s, x)[1] for s in chart.series] if x else ())
    messages = "; ".join(m for m in (*chart.messages, refusal) if m)
    if messages:
        parts.append(_text(LEFT + 8, TOP + 16, messages, Role.NOTE))
    if x is None or y is None:
        parts.append(_text(WIDTH / 2, HEIGHT / 2, chart.empty, Role.DIM, anchor="middle"))
    else:
        parts += [*_axes(chart, x, y), *_curves(chart, x, y), *_marks(chart.marks, x, y)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(
    x: float, y: float, words: str, role: Role = Role.TEXT, size: int = 13, anchor: str = "start"
) -> str:
    safe = escape(printable(words), {'"': "&quot;"})
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{_colour(role)}" font-size="{size}" '
        f'text-anchor="{anchor}">{safe}</text>'
    )


def _colour(role: Role) -> str:
    return colour(role, dark=False)


def _across(x: Axis, values: Floats) -> Floats:
    return np.asarray(LEFT + x.fractions(values) * (WIDTH - LEFT - RIGHT), np.float64)


def _down(y: Axis, values: Floats) -> Floats:
    return np.asarray(TOP + (1 - y.fractions(values)) * (HEIGHT - TOP - BOTTOM), np.float64)


def _legend(chart: Chart) -> Iterable[str]:
    at = float(LEFT)
    for series in chart.series:
        yield (
            f'<line x1="{at:.1f}" y1="42" x2="{at + 26:.1f}" y2="42" '
            f'stroke="{_colour(series.role)}" stroke-width="2"{_dash(series)}/>'
        )
        yield _text(at + 32, 46, series.label)
        at += 56 + 7.5 * len(series.label)
    for mark in chart.marks:
        if mark.label:
            yield _text(at, 46, f"{mark.sign} {mark.label}", mark.role)
            at += 40 + 7.5 * len(mark.label)


def _dash(series: Series) -> str:
    pattern = DASHES[series.pattern % len(DASHES)]
    return f' stroke-dasharray="{pattern}"' if pattern and not series.faint else ""


def _axes(chart: Chart, x: Axis, y: Axis) -> Iterable[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    yield (
        f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" '
        f'stroke="{_colour(Role.FRAME)}" stroke-width="1"/>'
    )
    for tick in ticks(x, 9):
        at = float(_across(x, np.array([tick.value]))[0])
        yield _grid(f"M{at:.1f} {TOP}V{bottom}")
        yield _text(at, bottom + 18, tick.label, Role.DIM, anchor="middle")
    for tick in ticks(y, 7):
        at = float(_down(y, np.array([tick.value]))[0])
        yield _grid(f"M{LEFT} {at:.1f}H{right}")
        yield _text(LEFT - 8, at + 4, tick.label, Role.DIM, anchor="end")
    yield _text(right, bottom + 38, chart.x_label, Role.DIM, anchor="end")


def _grid(path: str) -> str:
    return f'<path d="{path}" stroke="#e6e6e6" stroke-width="1"/>'


def _curves(chart: Chart, x: Axis, y: Axis) -> Iterable[str]:
    yield (
        f'<clipPath id="plot"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM}"/></clipPath>'
    )
    for series in chart.series:
        xs, ys = _inside(series, x)
        across, down = _across(x, xs), _down(y, ys)
        for piece in _pieces(across, down):
            yield (
                f'<polyline clip-path="url(#plot)" fill="none" stroke="{_colour(series.role)}" '
                f'stroke-width="{1 if series.faint else 1.8}" stroke-linejoin="round" '
                f'stroke-linecap="round"{_dash(series)} points="{piece}"/>'
            )


def _inside(series: Series, x: Axis) -> tuple[Floats, Floats]:
    """The points in the window, and one more on either side."""
    order = np.argsort(series.x, kind="stable")
    xs, ys = series.x[order], np.asarray(series.y[order], np.float64)
    begin, end = np.searchsorted(xs, (x.low, x.high), side="left")
    return xs[max(0, begin - 1) : end + 1], ys[max(0, begin - 1) : end + 1]


def _pieces(across: Floats, down: Floats) -> Iterable[str]:
    """The points between gaps, thinned to what can be seen."""
    fine = np.isfinite(across) & np.isfinite(down)
    borders = np.flatnonzero(np.diff(np.concatenate(([0], fine.astype(np.int8), [0]))))
    for begin, end in zip(borders[::2], borders[1::2], strict=True):
        xs, ys = across[begin:end], np.clip(down[begin:end], -1e6, 1e6)
        if len(xs) > 2 * BINS:
            kept = _extremes(xs, ys)
            xs, ys = xs[kept], ys[kept]
        if len(xs) == 1:  # A line of no length with round ends is a dot.
            xs, ys = np.repeat(xs, 2), np.repeat(ys, 2)
        yield " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs.tolist(), ys.tolist(), strict=True))


def _extremes(xs: Floats, ys: Floats) -> Floats:
    """Places of the smallest and the greatest value of each bin, and of both ends."""
    bins = ((np.clip(xs, 0, WIDTH)) * 2).astype(np.int64)
    by_value = np.lexsort((ys, bins))
    edges = np.flatnonzero(np.diff(bins[by_value])) + 1
    ends = np.concatenate(([0], edges, edges - 1, [len(xs) - 1]))
    return np.unique(np.concatenate((by_value[ends], [0, len(xs) - 1])))


def _marks(marks: tuple[Mark, ...], x: Axis, y: Axis) -> Iterable[str]:
    for mark in marks:
        across = float(_across(x, np.array([mark.x]))[0])
        down = float(_down(y, np.array([mark.y]))[0])
        if LEFT <= across <= WIDTH - RIGHT and TOP <= down <= HEIGHT - BOTTOM:
            path = " L".join(f"{across + a:.1f},{down + b:.1f}" for a, b in OUTLINES[mark.sign])
            stroke = _colour(mark.role)
            yield f'<path d="M{path} Z" fill="#ffffff" stroke="{stroke}" stroke-width="2"/>'
